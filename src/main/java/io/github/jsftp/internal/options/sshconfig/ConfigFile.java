package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the lines of configuration files, which must be text. */
final class ConfigFile {
  private static final int MAX_LINE_LENGTH = 64 << 10; // bytes
  private static final int MAX_LINES = 1_000_000;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final LocalAccount account;

  ConfigFile(Path file, LocalAccount account) {
    this.file = file;
    this.account = account;
  }

  /**
   * Reads the file.
   *
   * @param isChecked whether the file must belong to the user or to root, and be writable by nobody
   *     else
   * @throws NoSuchFileException if it does not exist
   * @throws IOException if it can't be read, is not text, or has a malformed line
   */
  List<ConfigLine> read(boolean isChecked) throws IOException {
    try {
      check(isChecked);
      try (var in = new BufferedInputStream(Files.newInputStream(file))) {
        return lines(in);
      }
    } catch (NoSuchFileException e) {
      throw e;
    } catch (java.nio.file.FileSystemException e) {
      throw refused("can't read it (" + SshDirectory.reason(e) + ")", e);
    }
  }

  private void check(boolean isChecked) throws IOException {
    if (Files.isDirectory(file)) {
      throw refused("it is a directory", null);
    }
    if (SshDirectory.isPipe(file)) {
      throw refused("it is a pipe", null);
    }
    if (isChecked && file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      long owner = number("unix:uid").longValue();
      int mode = number("unix:mode").intValue();
      if ((owner != 0 && owner != account.uid()) || (mode & WRITABLE_BY_OTHERS) != 0) {
        throw refused(
            "bad owner or permissions: it must belong to you or root, and be writable by nobody"
                + " else; run chmod go-w "
                + Printable.of(file.toString()),
            null);
      }
    }
  }

  private Number number(String attribute) throws IOException {
    return (Number) Files.getAttribute(file, attribute);
  }

  private List<ConfigLine> lines(InputStream in) throws IOException {
    var lines = new ArrayList<ConfigLine>();
    var bytes = new ByteArrayOutputStream();
    int number = 1;
    int next = in.read();
    while (next >= 0) {
      bytes.reset();
      while (next >= 0 && next != '\n') {
        if (next == 0) {
          throw ConfigLine.problem(file, number, "not a text file: it contains a NUL");
        }
        if (bytes.size() == MAX_LINE_LENGTH) {
          throw ConfigLine.problem(file, number, "the line is longer than 64 KiB");
        }
        bytes.write(next);
        next = in.read();
      }
      if (number > MAX_LINES) {
        throw ConfigLine.problem(file, number, "the file has more than 1,000,000 lines");
      }
      ConfigLine line = line(number, bytes.toByteArray());
      if (line != null) {
        lines.add(line);
      }
      number++;
      if (next == '\n') {
        next = in.read();
      }
    }
    return lines;
  }

  private @Nullable ConfigLine line(int number, byte[] bytes) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      if (new String(bytes, StandardCharsets.ISO_8859_1).strip().startsWith("#")) {
        return null;
      }
      throw ConfigLine.problem(file, number, "the line is not UTF-8");
    }
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    return ConfigLine.parse(file, number, text);
  }

  private IOException refused(String reason, @Nullable Exception cause) {
    return new IOException(Printable.of(file.toString()) + ": " + reason, cause);
  }
}
