/**
 * Shared by all packages of {@code ssh}: the user's own files, the formats of public keys and
 * certificates, cryptography providers, and messages for JSch's failures. A class belongs here if
 * it needs no session. The keys in those files are read in {@code ssh.auth} and {@code
 * ssh.hostkeys}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.support;

import org.jspecify.annotations.NullMarked;
