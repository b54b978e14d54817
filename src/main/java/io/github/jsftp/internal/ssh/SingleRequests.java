package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpStatVFS;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeRequests;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.ssh.session.JschPaths;
import io.github.jsftp.internal.ssh.session.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single requests: one question, one answer. All paths are absolute; no character in them is
 * special. The first argument is the name of the user's operation, for messages. A thread that is
 * interrupted stops waiting at once. A request that was not answered because the connection was
 * lost is made again, after a look at what it has done where that matters. Safe for use by several
 * threads.
 */
public final class SingleRequests implements AttributeRequests, AutoCloseable {
  private static final int READ_ONLY = 1;

  private final JschPaths paths;
  private final RequestChannelPool pool;
  private final RequestErrorMapper problem;
  private final Failures failures;
  private final RequestRetry requestRetry;

  /**
   * Makes requests on a connection.
   *
   * @param timeout how long to wait for an answer, asked for at each request
   * @param backoff how often to make a request again after a lost connection
   */
  public SingleRequests(
      SshConnection connection, Supplier<Duration> timeout, Failures failures, Backoff backoff) {
    paths = new JschPaths(connection.filenameCharset());
    pool = new RequestChannelPool(connection, timeout, failures);
    problem = new RequestErrorMapper(failures, this::look);
    this.failures = failures;
    requestRetry = new RequestRetry(backoff, failures, connection.operations());
  }

  /** Returns what is at a path; links are followed. */
  @Override
  public FileInfo stat(String operation, String path) throws IOException {
    SftpATTRS attributes =
        call(operation, path, Expected.ANY, channel -> channel.stat(paths.quoted(path)));
    FileInfo info = JschAttributes.info(path, attributes);
    boolean isOther = info.isFile() || info.isLink() || ServerErrors.hasNoAttributes(info);
    if (path.endsWith("/.") && isOther) { // some servers drop the "."
      throw new NotADirectoryException(
          failures.details(operation, path, "is not a directory"), null);
    }
    return info;
  }

  /** Returns what is at a path, a link itself and not what it leads to. */
  @Override
  public FileInfo lstat(String operation, String path) throws IOException {
    if (path.endsWith("/.")) {
      return stat(operation, path);
    }
    SftpATTRS attributes =
        call(operation, path, Expected.ANY, channel -> channel.lstat(paths.quoted(path)));
    return JschAttributes.info(path, attributes);
  }

  /** Returns the text of a symbolic link. */
  public String readlink(String operation, String path) throws IOException {
    return paths.path(
        call(operation, path, Expected.LINK, channel -> channel.readlink(paths.quoted(path))));
  }

  /** Returns the server's canonical form of a path. */
  public String realpath(String operation, String path) throws IOException {
    return paths.path(
        call(operation, path, Expected.ANY, channel -> channel.realpath(paths.plain(path))));
  }

  /** Creates a directory. */
  public void mkdir(String operation, String path) throws IOException {
    Order order = channel -> channel.mkdir(paths.plain(path));
    create(operation, path, () -> order(operation, path, Expected.ABSENT, order));
  }

  /** Removes an empty directory. */
  public void rmdir(String operation, String path) throws IOException {
    String quoted = paths.quoted(path);
    remove(operation, path, Expected.EMPTY_DIRECTORY, channel -> channel.rmdir(quoted));
  }

  /** Removes a file or a link. */
  public void remove(String operation, String path) throws IOException {
    remove(operation, path, Expected.FILE, channel -> channel.rm(paths.quoted(path)));
  }

  /**
   * Creates a symbolic link.
   *
   * @param target what the link says, absolute or relative
   * @param link where it is created
   */
  public void symlink(String operation, String target, String link) throws IOException {
    Order order =
        channel -> {
          if (!target.startsWith("/") && !channel.pwd().equals("/")) {
            // JSch puts its directory in front and cuts it off again, which goes wrong if there
            // is something to escape in it.
            toRoot(channel);
          }
          channel.symlink(paths.quoted(target), paths.quoted(link));
        };
    create(operation, link, () -> order(operation, link, Expected.ABSENT, order));
  }

  /**
   * Changes to the root, unless JSch does not take it for a directory since its type is not told.
   */
  private static void toRoot(ChannelSftp channel) throws SftpException {
    try {
      channel.cd("/");
    } catch (SftpException e) {
      if (e.getCause() != null) {
        throw e;
      }
    }
  }

  /** Gives a file a second name. */
  public void hardlink(String operation, String existing, String link) throws IOException {
    create(
        operation,
        link,
        () -> {
          try {
            pool.call(
                operation,
                existing,
                channel -> {
                  require(channel, "hardlink@openssh.com", "1", operation, existing);
                  channel.hardlink(paths.quoted(existing), paths.quoted(link));
                  return true;
                });
          } catch (SftpException e) {
            throw problem.renamed(operation, existing, link, e);
          }
        });
  }

  /** Returns the state of the file system that holds a path. */
  public StatVfs statvfs(String operation, String path) throws IOException {
    SftpStatVFS answer =
        call(
            operation,
            path,
            Expected.ANY,
            channel -> {
              require(channel, "statvfs@openssh.com", "2", operation, path);
              return channel.statVFS(paths.quoted(path));
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
  @Override
  public void setAttributes(String operation, String path, Attributes attributes)
      throws IOException {
    SftpATTRS values = JschAttributes.of(attributes);
    Order order = channel -> channel.setStat(paths.quoted(path), values);
    requestRetry.answer(
        operation,
        path,
        unsure -> {
          order(operation, path, Expected.ANY, order);
          return true;
        });
  }

  /** Frees all who wait, and ends the threads. */
  @Override
  public void close() {
    requestRetry.close();
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

  /** What makes something. */
  @FunctionalInterface
  private interface Creation {
    void make() throws IOException, ReplyLostException;
  }

  /** Makes something; when it is there after a lost connection, nobody knows who made it. */
  private void create(String operation, String path, Creation creation) throws IOException {
    requestRetry.answer(
        operation,
        path,
        unsure -> {
          if (unsure && isThere(operation, path)) {
            throw failures.outcomeUnknown(
                operation, path, "it was this call that made what is there");
          }
          try {
            creation.make();
          } catch (PathExistsException e) {
            throw unsure
                ? failures.outcomeUnknown(
                    operation, path, "it was this call that made what is there")
                : e;
          }
          return true;
        });
  }

  /** Removes something; when it is gone after a lost connection, that is what was wanted. */
  private void remove(String operation, String path, Expected expected, Order order)
      throws IOException {
    requestRetry.answer(
        operation,
        path,
        unsure -> {
          try {
            if (!unsure || isThere(operation, path)) {
              order(operation, path, expected, order);
            }
          } catch (NoSuchPathException e) {
            if (!unsure) {
              throw e;
            }
          }
          return true;
        });
  }

  private boolean isThere(String operation, String path) throws IOException, ReplyLostException {
    try {
      ask(operation, path, Expected.ANY, channel -> channel.lstat(paths.quoted(path)));
      return true;
    } catch (NoSuchPathException e) {
      return false;
    }
  }

  private void order(String operation, String path, Expected expected, Order order)
      throws IOException, ReplyLostException {
    ask(
        operation,
        path,
        expected,
        channel -> {
          order.on(channel);
          return true;
        });
  }

  private <T> T call(String operation, String path, Expected expected, RequestChannel.Call<T> call)
      throws IOException {
    return requestRetry.answer(operation, path, unsure -> ask(operation, path, expected, call));
  }

  private <T> T ask(String operation, String path, Expected expected, RequestChannel.Call<T> call)
      throws IOException, ReplyLostException {
    try {
      return pool.call(operation, path, call);
    } catch (SftpException e) {
      throw problem.status(operation, path, expected, e);
    }
  }

  /** Returns what is at a path, or null if that can't be found out. */
  private @Nullable FileInfo look(String operation, String path) throws ReplyLostException {
    try {
      SftpATTRS attributes =
          pool.call(operation, path, channel -> channel.lstat(paths.quoted(path)));
      return JschAttributes.info(path, attributes);
    } catch (SftpException | IOException e) {
      return null;
    }
  }
}
