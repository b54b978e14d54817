/**
 * The benchmark: jsftp beside its peers, each in a process of its own, against an OpenSSH server on
 * loopback. It measures and prints; it judges nothing.
 */
@NullMarked
package io.github.jsftp.bench;

import org.jspecify.annotations.NullMarked;
