package io.github.jsftp.testing;

import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A name with attributes, as listings and stat answer with.
 *
 * @param mode type and permission bits, such as {@code 0100644}
 * @param modified seconds since 1970
 */
public record SftpEntry(String name, long size, int mode, int modified) {
  private static final int SIZE_PERMISSIONS_TIMES = 0x1 | 0x4 | 0x8;

  public static SftpEntry file(String name, long size) {
    return new SftpEntry(name, size, 0100644, 1_700_000_000);
  }

  public static SftpEntry directory(String name) {
    return new SftpEntry(name, 0, 040755, 1_700_000_000);
  }

  public static SftpEntry link(String name) {
    return new SftpEntry(name, 0, 0120777, 1_700_000_000);
  }

  public boolean isDirectory() {
    return (mode & 0170000) == 040000;
  }

  String longname() {
    return (isDirectory() ? "d" : "-") + " 1 me me " + size + " Nov 14 2023 " + name;
  }

  void writeAttributes(DataOutputStream out) throws IOException {
    out.writeInt(SIZE_PERMISSIONS_TIMES);
    out.writeLong(size);
    out.writeInt(mode);
    out.writeInt(modified);
    out.writeInt(modified);
  }
}
