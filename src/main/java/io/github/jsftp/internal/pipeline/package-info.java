/** SFTP version 3 with many requests in flight, over any two-way stream of bytes. */
@NullMarked
package io.github.jsftp.internal.pipeline;

import org.jspecify.annotations.NullMarked;
