package io.github.jsftp.internal.transfer;

import io.github.jsftp.internal.path.RemotePath;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.regex.Pattern;

/** Turns names that a server sends into local ones, which stay in their directory. */
final class LocalNames {
  private static final Pattern RESERVED_ON_WINDOWS =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|com[0-9¹²³]|lpt[0-9¹²³])( *\\..*)?|.*[. ]",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private LocalNames() {}

  /**
   * Returns the path of a name in a directory.
   *
   * @throws FileSystemException if it would not be in the directory, or can't be a name here
   */
  static Path child(Path dir, String name) throws FileSystemException {
    Path child;
    try {
      child = dir.resolve(name);
    } catch (InvalidPathException e) {
      var refused = new FileSystemException(name, null, "can't be a name here: " + e.getReason());
      refused.initCause(e);
      throw refused;
    }
    Path last = child.getFileName();
    if (!RemotePath.isName(name)
        || last == null
        || !isSame(last.toString(), name)
        || !child.equals(dir.resolve(last))
        || child.getNameCount() != names(dir) + 1) {
      throw new FileSystemException(name, null, "leads out of its directory");
    }
    if (dir.getFileSystem().getSeparator().equals("\\") && isReservedOnWindows(name)) {
      throw new FileSystemException(name, null, "can't be a name on Windows");
    }
    return child;
  }

  /** Says whether Windows would open a device instead, or another name. */
  static boolean isReservedOnWindows(String name) {
    return RESERVED_ON_WINDOWS.matcher(name).matches();
  }

  /** Compares names; macOS turns some characters into others that are the same to a reader. */
  private static boolean isSame(String one, String other) {
    return one.equals(other)
        || Normalizer.normalize(one, Form.NFC).equals(Normalizer.normalize(other, Form.NFC));
  }

  private static int names(Path dir) {
    return dir.toString().isEmpty() ? 0 : dir.getNameCount();
  }
}
