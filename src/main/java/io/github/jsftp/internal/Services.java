package io.github.jsftp.internal;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DiskExecutor;
import io.github.jsftp.internal.bulk.BulkCalls;
import io.github.jsftp.internal.directory.Directories;
import io.github.jsftp.internal.directory.PathAttributes;
import io.github.jsftp.internal.directory.PipelinedPaths;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.protocol.SftpClient;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.PathOperations;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.ssh.Commands;
import io.github.jsftp.internal.ssh.SingleRequests;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.internal.transfer.Transfers;
import io.github.jsftp.internal.transfer.TreeTransfers;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** The parts that a connection is made of, wired together. Safe for use by several threads. */
public final class Services implements AutoCloseable {
  private final ConnectionOptions options;
  private final Failures failures;
  private final SshConnection ssh;
  private final PathOperations singleRequests;
  private final Commands commands;
  private final SftpClient client;
  private final DiskExecutor disk = new DiskExecutor();
  private final Transfers transfers;
  private final Directories directories;
  private final PathAttributes paths;
  private final BulkCalls bulk;
  private volatile Duration timeout;
  private volatile boolean closed;

  private Services(ConnectionOptions options, Failures failures, SshConnection ssh) {
    this.options = options;
    this.failures = failures;
    this.ssh = ssh;
    timeout = options.timeout();
    Backoff backoff =
        (options.reconnect() ? Backoff.DEFAULT : Backoff.NEVER).withLimit(options.connectTimeout());
    Supplier<Duration> limit = () -> timeout;
    commands = new Commands(ssh, limit, failures, backoff);
    client =
        new SftpClient(
            ssh,
            failures,
            options.filenameCharset(),
            options.maxRequests(),
            options.maxChannels(),
            limit);
    transfers = new Transfers(client, backoff, disk, ssh.operations());
    directories = new Directories(client, backoff, ssh.operations());
    singleRequests =
        ssh.usesChannelSftp() && options.maxSessions() > 1 // else there may be one channel only
            ? new SingleRequests(ssh, limit, failures, backoff)
            : new PipelinedPaths(client, backoff, ssh.operations());
    paths = new PathAttributes(singleRequests, directories, failures);
    bulk = new BulkCalls(client, backoff, ssh.operations());
  }

  public static Services open(ConnectionOptions options) throws IOException {
    ClassPreloading.start();
    var failures = new Failures(options.username(), options.host(), options.port());
    return new Services(options, failures, SshConnection.open(options, failures));
  }

  /** Makes sure that there is SFTP at the other end, and returns the directory to start in. */
  public String start() throws IOException {
    try {
      String home = client.start();
      String start = options.defaultPath().orElse(null);
      if (start != null) {
        String path = RemotePath.resolve(home, start, options.filenameCharset());
        home =
            new Directories(client, Backoff.NEVER)
                .enter("connect", path, client.remainingConnectTime());
      }
      if (options.reconnect()) {
        ssh.enableReconnect();
      }
      return home;
    } catch (OperationTimeoutException e) {
      close();
      throw ssh.isConnectTimeOver()
          ? failures.sftpStartTimedOut("connect", null, e)
          : failures.connection("connect", null, Details.of(e).problem(), e);
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  public PathOperations singleRequests() {
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

  public TreeTransfers trees() {
    return transfers.trees();
  }

  public Directories directories() {
    return directories;
  }

  public PathAttributes paths() {
    return paths;
  }

  public BulkCalls bulk() {
    return bulk;
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
    transfers.end(operation -> failures.connectionClosed(operation, null));
    client.close();
    singleRequests.close();
    commands.close();
    ssh.close();
    disk.close();
  }
}
