package io.github.jsftp.internal;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DiskExecutor;
import io.github.jsftp.internal.directory.Directories;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.protocol.SftpClient;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.ssh.Commands;
import io.github.jsftp.internal.ssh.SingleRequests;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.internal.transfer.Transfers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The parts that a connection is made of, wired together. Safe for use by several threads. */
public final class Services implements AutoCloseable {
  private final ConnectionOptions options;
  private final Failures failures;
  private final SshConnection ssh;
  private final SingleRequests singleRequests;
  private final Commands commands;
  private final SftpClient client;
  private final DiskExecutor disk = new DiskExecutor();
  private final Transfers transfers;
  private final Directories directories;
  private volatile Duration timeout;
  private volatile boolean closed;

  private Services(ConnectionOptions options, Failures failures, SshConnection ssh) {
    this.options = options;
    this.failures = failures;
    this.ssh = ssh;
    timeout = options.timeout();
    Backoff backoff =
        (options.reconnect() ? Backoff.USUAL : Backoff.NEVER).within(options.connectTimeout());
    singleRequests = new SingleRequests(ssh, () -> timeout, failures, backoff);
    commands = new Commands(ssh, () -> timeout, failures, backoff);
    client =
        new SftpClient(
            ssh,
            failures,
            options.filenameCharset(),
            options.maxRequests(),
            options.maxChannels(),
            () -> timeout);
    transfers = new Transfers(client, backoff, disk, ssh.operations());
    directories = new Directories(client, backoff, ssh.operations());
  }

  public static Services open(ConnectionOptions options) throws IOException {
    var failures = new Failures(options.username(), options.host(), options.port());
    return new Services(options, failures, SshConnection.open(options, failures));
  }

  /** Makes sure that there is SFTP at the other end, and returns the directory to start in. */
  public String start() throws IOException {
    try {
      String home = client.start();
      String start = options.defaultPath();
      if (start != null) {
        String path = RemotePath.resolve(home, start, options.filenameCharset());
        home = new Directories(client, Backoff.NEVER).enter("connect", path, client.patience());
      }
      if (options.reconnect()) {
        ssh.reconnectFromNowOn();
      }
      return home;
    } catch (OperationTimeoutException e) {
      close();
      throw failures.connection("connect", null, e.details().problem(), e);
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Tells what a path is; asks again, in other ways, where the server refuses or tells no type. */
  public FileInfo stat(String operation, String path, boolean follow) throws IOException {
    try {
      FileInfo found =
          follow ? singleRequests.stat(operation, path) : singleRequests.lstat(operation, path);
      if (found.type() != FileInfo.Type.OTHER || ServerErrors.tellsNothing(found)) {
        return found;
      }
    } catch (OperationNotSupportedException | PermissionDeniedException e) {
      // The one request may be allowed where the other is not.
    }
    return directories.stat(operation, path, follow);
  }

  /** Tells what a path is, empty only if there is no such path. */
  public Optional<FileInfo> find(String operation, String path, boolean follow) throws IOException {
    try {
      FileInfo found = stat(operation, path, follow);
      // MINA answers with the link itself where it leads nowhere, and with nothing at all where it
      // leads in a circle and for a path below a file.
      boolean isNothing =
          (follow && found.isLink())
              || (ServerErrors.tellsNothing(found) && isImpossible(operation, path, follow));
      return isNothing ? Optional.empty() : Optional.of(found);
    } catch (NoSuchPathException | NotADirectoryException e) {
      return Optional.empty();
    }
  }

  /** Says whether a path of which nothing is told is a link, or has a file above it. */
  private boolean isImpossible(String operation, String path, boolean follow) throws IOException {
    if (follow && stat(operation, path, false).isLink()) {
      return true;
    }
    for (String above = path; !above.equals("/"); ) {
      above = RemotePath.parent(above);
      FileInfo info = stat(operation, above, true);
      if (!ServerErrors.tellsNothing(info)) {
        return !info.isDirectory();
      }
    }
    return false;
  }

  /**
   * Checks that a path is a directory or a link to one if it ends in a ".", which some servers
   * drop.
   *
   * @throws NotADirectoryException if it is something else
   */
  public void checkDirectory(String operation, String path) throws IOException {
    if (path.endsWith("/.")) {
      stat(operation, path, true);
    }
  }

  /** Returns a file as text in UTF-8. */
  public String readString(String operation, String path) throws IOException {
    var bytes = ByteBuffer.wrap(transfers.read(operation, path));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new SftpException(failures.details(operation, path, "is not text in UTF-8"), e);
    }
  }

  /** Sets owner and group, which SFTP only sets together. */
  public void chown(String operation, String path, @Nullable Integer uid, @Nullable Integer gid)
      throws IOException {
    // A number that is none is refused before the server is asked for the other.
    Attributes.owner(uid == null ? 0 : uid, gid == null ? 0 : gid);
    if (uid == null && gid == null) {
      return;
    }
    FileInfo now = uid != null && gid != null ? null : stat(operation, path, true);
    long owner = uid != null ? uid : told(now, operation, path, FileInfo::uid);
    long group = gid != null ? gid : told(now, operation, path, FileInfo::gid);
    singleRequests.setAttributes(operation, path, Attributes.owner(owner, group));
  }

  /** Returns the owner or the group that is to stay; without it, nothing can be set. */
  private long told(
      @Nullable FileInfo info, String operation, String path, ToLongFunction<FileInfo> id)
      throws SftpException {
    long told = info == null ? -1 : id.applyAsLong(info);
    if (told < 0) {
      throw new SftpException(
          failures.details(
              operation,
              path,
              "SFTP sets owner and group together, and the server does not tell them; give both"),
          null);
    }
    return told;
  }

  /** Opens a file, which is lost when the connection is. */
  public RemoteHandle open(String operation, String path, OpenModes modes) throws IOException {
    checkDirectory(operation, path);
    return directories.open(operation, path, modes);
  }

  /** Returns the last name of a local path. */
  public static String nameOf(Path path) throws FileSystemException {
    String name = LocalNames.name(path);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("path has no file name: " + path);
    }
    return name;
  }

  public SingleRequests singleRequests() {
    return singleRequests;
  }

  public Commands commands() {
    return commands;
  }

  public SshConnection ssh() {
    return ssh;
  }

  public Transfers transfers() {
    return transfers;
  }

  public Directories directories() {
    return directories;
  }

  public Duration timeout() {
    return timeout;
  }

  public void timeout(Duration limit) {
    timeout = limit;
  }

  public boolean isOpen() {
    return !closed && ssh.isConnected();
  }

  @Override
  public void close() {
    closed = true;
    transfers.end(operation -> failures.closed(operation, null));
    client.close();
    singleRequests.close();
    commands.close();
    ssh.close();
    disk.close();
  }
}
