/**
 * The formats of key files, with all checks made before JSch reads a key. A class belongs here if
 * it parses or decrypts a private key. {@code ssh.auth} decides which keys are read and offered.
 */
@NullMarked
package io.github.jsftp.internal.ssh.keys;

import org.jspecify.annotations.NullMarked;
