/**
 * What all of ssh's packages share: the user's own files, providers of cryptography and plain words
 * for failures of JSch. A class belongs here if it needs no session. The keys in those files are
 * read in {@code ssh.auth} and {@code ssh.hostkeys}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.config;

import org.jspecify.annotations.NullMarked;
