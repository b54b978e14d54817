package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpStatVFS;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.PathOperations;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.session.JschPaths;
import io.github.jsftp.internal.ssh.session.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SFTP operations that consist of a single request. All paths are absolute, and no character in
 * them is special. The argument {@code operation} is the name of the user's operation, for
 * messages. If the calling thread is interrupted, it stops waiting at once. If the reply is lost
 * with the connection, the request is repeated. Before a request is repeated whose effect must not
 * happen twice, the path is checked. Safe for use by several threads.
 */
public final class SingleRequests implements PathOperations {
  private static final int READ_ONLY = 1;

  private final JschPaths paths;
  private final ChannelSftpPool pool;
  private final RequestErrorMapper errorMapper;
  private final Failures failures;
  private final RequestRetry retry;

  /**
   * Creates requests on a connection.
   *
   * @param timeout returns the limit for a reply; called for each request
   * @param backoff the retries after a lost connection
   */
  public SingleRequests(
      SshConnection connection, Supplier<Duration> timeout, Failures failures, Backoff backoff) {
    paths = new JschPaths(connection.filenameCharset());
    pool = new ChannelSftpPool(connection, timeout, failures);
    errorMapper = new RequestErrorMapper(failures, this::attributesOrNull);
    this.failures = failures;
    retry = new RequestRetry(backoff, failures, connection.operations());
  }

  /** Returns the attributes of a path; follows links. */
  @Override
  public FileInfo stat(String operation, String path) throws IOException {
    SftpATTRS attributes =
        call(operation, path, Expected.ANY, channel -> channel.stat(paths.quoted(path)));
    FileInfo info = JschAttributes.info(path, attributes);
    if (ServerErrors.isNoDirectory(path, info)) {
      throw Results.NEW.notADirectoryException(
          failures.details(operation, path, "is not a directory"), null);
    }
    return info;
  }

  /** Returns the attributes of a path; does not follow a link. */
  @Override
  public FileInfo lstat(String operation, String path) throws IOException {
    if (path.endsWith("/.")) {
      return stat(operation, path);
    }
    SftpATTRS attributes =
        call(operation, path, Expected.ANY, channel -> channel.lstat(paths.quoted(path)));
    return JschAttributes.info(path, attributes);
  }

  @Override
  public String readlink(String operation, String path) throws IOException {
    return paths.path(
        call(operation, path, Expected.LINK, channel -> channel.readlink(paths.quoted(path))));
  }

  @Override
  public String realpath(String operation, String path) throws IOException {
    return paths.path(
        call(operation, path, Expected.ANY, channel -> channel.realpath(paths.plain(path))));
  }

  @Override
  public void mkdir(String operation, String path) throws IOException {
    VoidCall call = channel -> channel.mkdir(paths.plain(path));
    create(operation, path, () -> sendVoid(operation, path, Expected.ABSENT, call));
  }

  @Override
  public void rmdir(String operation, String path) throws IOException {
    String quoted = paths.quoted(path);
    remove(operation, path, Expected.EMPTY_DIRECTORY, channel -> channel.rmdir(quoted));
  }

  @Override
  public void remove(String operation, String path) throws IOException {
    remove(operation, path, Expected.FILE, channel -> channel.rm(paths.quoted(path)));
  }

  @Override
  public void symlink(String operation, String target, String link) throws IOException {
    VoidCall call =
        channel -> {
          if (!target.startsWith("/") && !channel.pwd().equals("/")) {
            // JSch prepends its working directory and removes it again, which fails if the
            // directory has characters to escape.
            changeToRoot(channel);
          }
          channel.symlink(paths.quoted(target), paths.quoted(link));
        };
    create(operation, link, () -> sendVoid(operation, link, Expected.ABSENT, call));
  }

  /**
   * Changes JSch's working directory to the root. Ignores JSch's refusal on servers that do not
   * send the root's type.
   */
  private static void changeToRoot(ChannelSftp channel) throws SftpException {
    try {
      channel.cd("/");
    } catch (SftpException e) {
      if (e.getCause() != null) {
        throw e;
      }
    }
  }

  @Override
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
                  requireExtension(channel, "hardlink@openssh.com", "1", operation, existing);
                  channel.hardlink(paths.quoted(existing), paths.quoted(link));
                  return true;
                });
          } catch (SftpException e) {
            throw errorMapper.renamed(operation, existing, link, e);
          }
        });
  }

  @Override
  public StatVfs statvfs(String operation, String path) throws IOException {
    SftpStatVFS answer =
        call(
            operation,
            path,
            Expected.ANY,
            channel -> {
              requireExtension(channel, "statvfs@openssh.com", "2", operation, path);
              return channel.statVFS(paths.quoted(path));
            });
    return Results.NEW.statVfs(
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
   * Sets attributes; follows links.
   *
   * @throws IllegalArgumentException if only one of uid and gid or only one of the two times is
   *     set, or a time is before 1970 or after 2106-02-07
   */
  @Override
  public void setAttributes(String operation, String path, AttributeChanges attributes)
      throws IOException {
    SftpATTRS values = JschAttributes.of(attributes);
    VoidCall call = channel -> channel.setStat(paths.quoted(path), values);
    retry.run(
        operation,
        path,
        mayHaveTakenEffect -> {
          sendVoid(operation, path, Expected.ANY, call);
          return true;
        });
  }

  /** Ends all waiting, and the threads of the channels. */
  @Override
  public void close() {
    retry.close();
    pool.close();
  }

  private void requireExtension(
      ChannelSftp channel, String extension, String version, String operation, String path)
      throws IOException {
    if (!version.equals(channel.getExtension(extension))) {
      throw failures.unsupported(operation, path, extension);
    }
  }

  /** A call that returns nothing but its status. */
  @FunctionalInterface
  private interface VoidCall {
    void on(ChannelSftp channel) throws SftpException, IOException;
  }

  /** A request that creates an entry. */
  @FunctionalInterface
  private interface CreateRequest {
    void send() throws IOException, ReplyLostException;
  }

  /**
   * Creates an entry. If it exists after the reply was lost, it can't be known whether this call
   * created it.
   */
  private void create(String operation, String path, CreateRequest request) throws IOException {
    retry.run(
        operation,
        path,
        mayHaveTakenEffect -> {
          if (mayHaveTakenEffect && exists(operation, path)) {
            throw failures.outcomeUnknown(operation, path, "this call created it");
          }
          try {
            request.send();
          } catch (PathExistsException e) {
            throw mayHaveTakenEffect
                ? failures.outcomeUnknown(operation, path, "this call created it")
                : e;
          }
          return true;
        });
  }

  /** Removes an entry. If it is missing after the reply was lost, the call succeeds. */
  private void remove(String operation, String path, Expected expected, VoidCall call)
      throws IOException {
    retry.run(
        operation,
        path,
        mayHaveTakenEffect -> {
          try {
            if (!mayHaveTakenEffect || exists(operation, path)) {
              sendVoid(operation, path, expected, call);
            }
          } catch (NoSuchPathException e) {
            if (!mayHaveTakenEffect) {
              throw e;
            }
          }
          return true;
        });
  }

  private boolean exists(String operation, String path) throws IOException, ReplyLostException {
    try {
      send(operation, path, Expected.ANY, channel -> channel.lstat(paths.quoted(path)));
      return true;
    } catch (NoSuchPathException e) {
      return false;
    }
  }

  private void sendVoid(String operation, String path, Expected expected, VoidCall call)
      throws IOException, ReplyLostException {
    send(
        operation,
        path,
        expected,
        channel -> {
          call.on(channel);
          return true;
        });
  }

  private <T> T call(
      String operation, String path, Expected expected, ChannelSftpWorker.SftpCall<T> call)
      throws IOException {
    return retry.run(operation, path, mayHaveTakenEffect -> send(operation, path, expected, call));
  }

  private <T> T send(
      String operation, String path, Expected expected, ChannelSftpWorker.SftpCall<T> call)
      throws IOException, ReplyLostException {
    try {
      return pool.call(operation, path, call);
    } catch (SftpException e) {
      throw errorMapper.status(operation, path, expected, e);
    }
  }

  /** Returns the attributes of a path, or null if they can't be read. */
  private @Nullable FileInfo attributesOrNull(String operation, String path)
      throws ReplyLostException {
    try {
      SftpATTRS attributes =
          pool.call(operation, path, channel -> channel.lstat(paths.quoted(path)));
      return JschAttributes.info(path, attributes);
    } catch (SftpException | IOException e) {
      return null;
    }
  }
}
