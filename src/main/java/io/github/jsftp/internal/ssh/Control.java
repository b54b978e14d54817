package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpStatVFS;
import io.github.jsftp.FileInfo;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.pipeline.Failures;
import io.github.jsftp.internal.pipeline.Failures.Wanted;
import io.github.jsftp.internal.transfer.Attributes;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single requests: one question, one answer. All paths are absolute; no character in them is
 * special. The first argument is the name of the user's operation, for messages. A thread that is
 * interrupted stops waiting at once. Safe for use by several threads.
 */
public final class Control implements AutoCloseable {
  private static final int READ_ONLY = 1;

  private final ControlPool pool;
  private final ControlProblem problem;
  private final Failures failures;

  /**
   * Makes requests on a connection.
   *
   * @param timeout how long to wait for an answer, asked for at each request
   */
  public Control(SshConnection connection, Supplier<Duration> timeout, Failures failures) {
    pool = new ControlPool(connection, timeout, failures);
    problem = new ControlProblem(failures, this::look);
    this.failures = failures;
  }

  /** Returns what is at a path; links are followed. */
  public FileInfo stat(String operation, String path) throws IOException {
    SftpATTRS attributes =
        call(operation, path, Wanted.ANY, channel -> channel.stat(JschPaths.quoted(path)));
    return JschAttributes.info(path, attributes);
  }

  /** Returns what is at a path, a link itself and not what it leads to. */
  public FileInfo lstat(String operation, String path) throws IOException {
    SftpATTRS attributes =
        call(operation, path, Wanted.ANY, channel -> channel.lstat(JschPaths.quoted(path)));
    return JschAttributes.info(path, attributes);
  }

  /** Returns the text of a symbolic link. */
  public String readlink(String operation, String path) throws IOException {
    return call(operation, path, Wanted.LINK, channel -> channel.readlink(JschPaths.quoted(path)));
  }

  /** Returns the server's canonical form of a path. */
  public String realpath(String operation, String path) throws IOException {
    return call(operation, path, Wanted.ANY, channel -> channel.realpath(path));
  }

  /** Creates a directory. */
  public void mkdir(String operation, String path) throws IOException {
    run(operation, path, Wanted.ABSENT, channel -> channel.mkdir(path));
  }

  /** Removes an empty directory. */
  public void rmdir(String operation, String path) throws IOException {
    run(operation, path, Wanted.EMPTY_DIRECTORY, channel -> channel.rmdir(JschPaths.quoted(path)));
  }

  /** Removes a file or a link. */
  public void remove(String operation, String path) throws IOException {
    run(operation, path, Wanted.FILE, channel -> channel.rm(JschPaths.quoted(path)));
  }

  /**
   * Creates a symbolic link.
   *
   * @param target what the link says, absolute or relative
   * @param link where it is created
   */
  public void symlink(String operation, String target, String link) throws IOException {
    run(
        operation,
        link,
        Wanted.ABSENT,
        channel -> {
          if (!target.startsWith("/") && !channel.pwd().equals("/")) {
            // JSch puts its directory in front and cuts it off again, which goes wrong if there
            // is something to escape in it.
            channel.cd("/");
          }
          channel.symlink(JschPaths.quoted(target), JschPaths.quoted(link));
        });
  }

  /** Gives a file a second name. */
  public void hardlink(String operation, String existing, String link) throws IOException {
    try {
      pool.call(
          operation,
          existing,
          channel -> {
            require(channel, "hardlink@openssh.com", "1", operation, existing);
            channel.hardlink(JschPaths.quoted(existing), JschPaths.quoted(link));
            return true;
          });
    } catch (SftpException e) {
      throw problem.renamed(operation, existing, link, e);
    }
  }

  /** Returns the state of the file system that holds a path. */
  public StatVfs statvfs(String operation, String path) throws IOException {
    SftpStatVFS answer =
        call(
            operation,
            path,
            Wanted.ANY,
            channel -> {
              require(channel, "statvfs@openssh.com", "2", operation, path);
              return channel.statVFS(JschPaths.quoted(path));
            });
    return new StatVfs(
        answer.getBlockSize(),
        answer.getFragmentSize(),
        answer.getBlocks(),
        answer.getFreeBlocks(),
        answer.getAvailBlocks(),
        answer.getINodes(),
        answer.getFreeINodes(),
        answer.getAvailINodes(),
        (answer.getMountFlag() & READ_ONLY) != 0,
        answer.getMaximumFilenameLength());
  }

  /**
   * Sets attributes; links are followed.
   *
   * @throws IllegalArgumentException if only one of uid and gid, or of the two times, is given, or
   *     a time is not in 1970 to 2106
   */
  public void setAttributes(String operation, String path, Attributes attributes)
      throws IOException {
    SftpATTRS values = JschAttributes.of(attributes);
    run(operation, path, Wanted.ANY, channel -> channel.setStat(JschPaths.quoted(path), values));
  }

  /** Frees all who wait, and ends the threads. */
  @Override
  public void close() {
    pool.close();
  }

  private void require(
      ChannelSftp channel, String extension, String version, String operation, String path)
      throws IOException {
    if (!version.equals(channel.getExtension(extension))) {
      throw failures.unsupported(operation, path, extension);
    }
  }

  /** A request without an answer but its status. */
  @FunctionalInterface
  private interface Order {
    void on(ChannelSftp channel) throws SftpException, IOException;
  }

  private void run(String operation, @Nullable String path, Wanted wanted, Order order)
      throws IOException {
    call(
        operation,
        path,
        wanted,
        channel -> {
          order.on(channel);
          return true;
        });
  }

  private <T> T call(
      String operation, @Nullable String path, Wanted wanted, ControlChannel.Call<T> call)
      throws IOException {
    try {
      return pool.call(operation, path, call);
    } catch (SftpException e) {
      throw problem.status(operation, path, wanted, e);
    }
  }

  /** Returns what is at a path, or null if that can't be found out. */
  private @Nullable FileInfo look(String operation, String path) {
    try {
      SftpATTRS attributes =
          pool.call(operation, path, channel -> channel.lstat(JschPaths.quoted(path)));
      return JschAttributes.info(path, attributes);
    } catch (SftpException | IOException e) {
      return null;
    }
  }
}
