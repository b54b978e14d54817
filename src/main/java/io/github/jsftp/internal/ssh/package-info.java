/** Sessions, authentication, host keys and single requests: the one place that knows JSch. */
@NullMarked
package io.github.jsftp.internal.ssh;

import org.jspecify.annotations.NullMarked;
