package io.github.jsftp.internal.ssh.support;

import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Locates the files of the user and of the system, and describes why one can't be used. */
public final class SshDirectory {
  private static final int FILE_TYPE = 0170000;
  private static final int PIPE = 0010000;

  private SshDirectory() {}

  /**
   * Returns the paths of files in the user's {@code ~/.ssh}; none if the user has no home
   * directory.
   */
  public static List<Path> files(String... names) throws FileSystemException {
    Path home = home();
    return home == null
        ? List.of()
        : Arrays.stream(names).map(name -> home.resolve(".ssh").resolve(name)).toList();
  }

  /**
   * Returns the user's home directory from {@code user.home}, else from HOME, or null if there is
   * none.
   */
  public static @Nullable Path home() throws FileSystemException {
    String home = System.getProperty("user.home", "");
    // The JDK's value for a user who is not in the password database.
    if (home.isEmpty() || home.equals("?")) {
      home = System.getenv("HOME");
    }
    try {
      return home == null || home.isEmpty() ? null : Path.of(home);
    } catch (InvalidPathException e) {
      var refused =
          new FileSystemException(
              Printable.of(home),
              null,
              "the locale has no characters for this home directory;"
                  + " start Java with LC_ALL=C.UTF-8");
      refused.initCause(e);
      throw refused;
    }
  }

  /** Returns the paths of files in the system's directory for ssh. */
  public static List<Path> systemFiles(String... names) {
    Path directory = system(FileSystems.getDefault(), System.getenv());
    return Arrays.stream(names).map(directory::resolve).toList();
  }

  /**
   * Returns the system's directory for ssh: {@code /etc/ssh}, or {@code %ProgramData%\ssh} on
   * Windows, where any user may create {@code \etc}.
   */
  public static Path system(FileSystem files, Map<String, String> environment) {
    return files.getSeparator().equals("\\")
        ? files.getPath(environment.getOrDefault("ProgramData", "C:\\ProgramData"), "ssh")
        : files.getPath("/etc/ssh");
  }

  /**
   * Returns the path with a leading {@code ~} replaced by the home directory.
   *
   * @throws FileSystemException if the path names another user's home directory, as in {@code
   *     ~name}, or the user has none
   */
  public static Path expandTilde(Path path) throws FileSystemException {
    if (path.isAbsolute()
        || !path.getFileSystem().equals(FileSystems.getDefault())
        || !path.getName(0).toString().startsWith("~")) {
      return path;
    }
    if (path.getName(0).toString().length() > 1) {
      throw new FileSystemException(
          path.toString(), null, "only ~ alone is expanded; for a file of that name write ./~name");
    }
    Path home = home();
    if (home == null) {
      throw new FileSystemException(
          path.toString(), null, "the user who runs this program has no home directory");
    }
    return path.getNameCount() == 1 ? home : home.resolve(path.subpath(1, path.getNameCount()));
  }

  /**
   * Opens a file to read it.
   *
   * @throws FileSystemException if it is a pipe, which would block until something is written to it
   */
  public static InputStream open(Path file) throws IOException {
    if (isPipe(file)) {
      throw new FileSystemException(file.toString(), null, "it is a pipe");
    }
    return Files.newInputStream(file);
  }

  /** Returns true if a file is a pipe. Devices such as /dev/null are none. */
  public static boolean isPipe(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && ((int) Files.getAttribute(file, "unix:mode") & FILE_TYPE) == PIPE;
  }

  /** Returns true if a file's owner is the user who runs this program. */
  public static boolean isThisUser(UserPrincipal owner) {
    return owner.getName().equals(System.getProperty("user.name"));
  }

  /** Returns a short reason why a local file can't be used. */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
