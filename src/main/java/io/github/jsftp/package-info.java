/**
 * A friendly, safe and fast SFTP library.
 *
 * <p>{@code Connection} is the entry point. {@code ConnectionOptions} are the settings of a
 * connection, {@code TransferOptions} those of a transfer. Remote paths are {@code String}, local
 * paths are {@link java.nio.file.Path}. Methods throw {@link java.io.IOException}; failures of the
 * server or the connection are subclasses of {@code SftpException}.
 */
@NullMarked
package io.github.jsftp;

import org.jspecify.annotations.NullMarked;
