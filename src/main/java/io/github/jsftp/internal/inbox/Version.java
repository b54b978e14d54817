package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import java.time.Instant;

/**
 * One version of a file: another one with the same name has another size or time.
 *
 * @param name the name of the file
 * @param size its size in bytes
 * @param modified the time of its last modification
 */
record Version(String name, long size, Instant modified) {
  static Version of(FileInfo file) {
    return new Version(file.name(), file.size(), file.modified());
  }
}
