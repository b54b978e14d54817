/**
 * A friendly, safe and fast SFTP library.
 *
 * <p>{@code Connection} is the door; {@code ConnectionOptions} says where, who and how; {@code
 * TransferOptions} how to copy. Remote paths are {@code String}, local ones {@link
 * java.nio.file.Path}. Methods throw {@link java.io.IOException}; what the server or the line did
 * wrong is a subclass of {@code SftpException}.
 */
@NullMarked
package io.github.jsftp;

import org.jspecify.annotations.NullMarked;
