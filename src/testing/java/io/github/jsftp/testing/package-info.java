/**
 * An SFTP server for tests, with the faults that real servers and networks have. It runs inside the
 * test's own JVM, on Apache MINA SSHD.
 *
 * <p>{@link io.github.jsftp.testing.TestSftpServer} is the server. {@link
 * io.github.jsftp.testing.SftpServer} starts and stops it for tests with JUnit 5 or later.
 */
@NullMarked
package io.github.jsftp.testing;

import org.jspecify.annotations.NullMarked;
