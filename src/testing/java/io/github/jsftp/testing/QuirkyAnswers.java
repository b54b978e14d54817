package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Makes a usual server's answers those of a quirky one. */
final class QuirkyAnswers {
  private static final int VERSION = 2;
  private static final int NAME = 104;
  private static final int ATTRS = 105;

  private static final int SIZE = 0x1;
  private static final int OWNER = 0x2;
  private static final int PERMISSIONS = 0x4;
  private static final int TIMES = 0x8;

  private final Set<Quirk> quirks;

  QuirkyAnswers(Set<Quirk> quirks) {
    this.quirks = quirks;
  }

  /** Returns an answer, without its type, as the quirky server sends it. */
  byte[] changed(int type, byte[] payload, boolean isListing) throws IOException {
    var in = ByteBuffer.wrap(payload);
    if (type == VERSION) {
      return greeting(in);
    }
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(in.getInt());
    if (type == ATTRS) {
      attributes(in, out, false);
    } else if (type == NAME && isListing) {
      entries(in, out);
    } else {
      return payload;
    }
    return bytes.toByteArray();
  }

  private byte[] greeting(ByteBuffer in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(in.getInt());
    while (in.hasRemaining() && !has(Quirk.NO_EXTENSIONS)) {
      byte[] name = string(in);
      byte[] data = string(in);
      String extension = new String(name, StandardCharsets.ISO_8859_1);
      if (!extension.equals("posix-rename@openssh.com") || !has(Quirk.NO_POSIX_RENAME)) {
        string(out, name);
        string(out, data);
      }
    }
    return bytes.toByteArray();
  }

  private void entries(ByteBuffer in, DataOutputStream out) throws IOException {
    var kept = new ByteArrayOutputStream();
    var entries = new DataOutputStream(kept);
    int count = in.getInt();
    int left = 0;
    for (int i = 0; i < count; i++) {
      byte[] name = string(in);
      String longname = new String(string(in), StandardCharsets.ISO_8859_1);
      var entry = new ByteArrayOutputStream();
      var fields = new DataOutputStream(entry);
      string(fields, name);
      string(fields, longname(longname).getBytes(StandardCharsets.ISO_8859_1));
      attributes(in, fields, true);
      boolean isDot = name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
      if (!isDot || !has(Quirk.NO_DOTS)) {
        entries.write(entry.toByteArray());
        left++;
      }
    }
    out.writeInt(left);
    out.write(kept.toByteArray());
  }

  private String longname(String usual) {
    if (has(Quirk.EMPTY_LONG_NAMES)) {
      return "";
    }
    return has(Quirk.HIDDEN_SPECIALS) && usual.matches("(?s)[pscb].*")
        ? "-" + usual.substring(1)
        : usual;
  }

  private void attributes(ByteBuffer in, DataOutputStream out, boolean listed) throws IOException {
    int flags = in.getInt();
    long size = (flags & SIZE) != 0 ? in.getLong() : 0;
    int uid = (flags & OWNER) != 0 ? in.getInt() : 0;
    int gid = (flags & OWNER) != 0 ? in.getInt() : 0;
    int mode = (flags & PERMISSIONS) != 0 ? in.getInt() : 0;
    long times = (flags & TIMES) != 0 ? in.getLong() : 0;
    if (has(Quirk.NO_SIZES)) {
      flags &= ~SIZE;
    }
    if (has(Quirk.ZERO_SIZES)) {
      size = 0;
    } else if (has(Quirk.NEGATIVE_SIZES)) {
      size = -2;
    }
    if (has(Quirk.NO_OWNERS)) {
      flags &= ~OWNER;
    } else if (has(Quirk.HUGE_OWNERS)) {
      uid = (int) 4_000_000_000L;
      gid = uid;
    }
    int type = mode & 0170000;
    boolean isSpecial = type != 0100000 && type != 0040000 && type != 0120000;
    if (has(Quirk.NO_TYPES) || (has(Quirk.HIDDEN_SPECIALS) && isSpecial)) {
      mode &= 07777;
    }
    if (has(Quirk.NO_PERMISSIONS)) {
      flags &= ~PERMISSIONS;
    }
    if (has(Quirk.NO_TIMES)) {
      flags &= ~TIMES;
    }
    if (listed && has(Quirk.BARE_LISTINGS)) {
      flags = 0;
    }
    out.writeInt(flags);
    if ((flags & SIZE) != 0) {
      out.writeLong(size);
    }
    if ((flags & OWNER) != 0) {
      out.writeInt(uid);
      out.writeInt(gid);
    }
    if ((flags & PERMISSIONS) != 0) {
      out.writeInt(mode);
    }
    if ((flags & TIMES) != 0) {
      out.writeLong(times);
    }
  }

  /** Returns a path as it is spelled on disk, where there is something of this name. */
  static Path onDisk(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path found = absolute.getRoot();
    for (Path name : absolute) {
      Path exact = found.resolve(name);
      found =
          Files.exists(exact, LinkOption.NOFOLLOW_LINKS) || !Files.isDirectory(found)
              ? exact
              : alike(found, name).orElse(exact);
    }
    return found;
  }

  private static Optional<Path> alike(Path directory, Path name) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries
          .filter(entry -> entry.getFileName().toString().equalsIgnoreCase(name.toString()))
          .findFirst();
    }
  }

  private boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  private static byte[] string(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }

  private static void string(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
