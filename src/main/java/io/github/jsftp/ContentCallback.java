package io.github.jsftp;

import java.io.IOException;
import java.io.InputStream;

/** A callback of {@link Connection#readTree(String, ContentCallback)}. */
@FunctionalInterface
public interface ContentCallback {
  /**
   * Receives a file and its content. The content need not be read to its end. Called on the thread
   * that called {@code readTree}.
   *
   * @param file the attributes of the file; for a followed link, those of its target under the path
   *     of the link
   * @param content the content, which is closed when the callback returns; not safe for use by
   *     several threads at once
   * @throws IOException to end the call. It is thrown to the caller unchanged, and so is an
   *     unchecked exception
   */
  void accept(FileInfo file, InputStream content) throws IOException;
}
