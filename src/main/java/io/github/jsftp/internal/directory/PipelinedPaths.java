package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.PathOperations;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;

/**
 * Operations on single paths over the channels of transfers, for SFTP servers that JSch's
 * ChannelSftp can't start: those with another subsystem or a command. Safe for use by several
 * threads.
 */
public final class PipelinedPaths implements PathOperations {
  private final RemoteStore store;
  private final Backoff backoff;
  private final OperationLog operations;

  /**
   * Creates operations on a store.
   *
   * @param backoff the pauses between retries after a lost connection
   */
  public PipelinedPaths(RemoteStore store, Backoff backoff, OperationLog operations) {
    this.store = store;
    this.backoff = backoff;
    this.operations = operations;
  }

  /** An operation with a result. */
  @FunctionalInterface
  private interface Operation<T> {
    T on(RemoteCall call) throws IOException;
  }

  private <T> T call(String operation, String path, Operation<T> work) throws IOException {
    return operations.logged(
        operation, path, () -> work.on(new RemoteCall(store.named(operation), backoff)));
  }

  /** An operation without a result. */
  @FunctionalInterface
  private interface Action {
    void on(RemoteCall call) throws IOException;
  }

  private void run(String operation, String path, Action action) throws IOException {
    call(
        operation,
        path,
        call -> {
          action.on(call);
          return true;
        });
  }

  @Override
  public FileInfo stat(String operation, String path) throws IOException {
    FileInfo info = call(operation, path, call -> call.await(call.store().stat(path)));
    boolean isNoDirectory = info.isFile() || info.isLink() || ServerErrors.hasNoAttributes(info);
    if (path.endsWith("/.") && isNoDirectory) { // some servers ignore the trailing "."
      throw new NotADirectoryException(
          store.named(operation).details(path, "is not a directory"), null);
    }
    return info;
  }

  @Override
  public FileInfo lstat(String operation, String path) throws IOException {
    return path.endsWith("/.")
        ? stat(operation, path)
        : call(operation, path, call -> call.await(call.store().lstat(path)));
  }

  @Override
  public String readlink(String operation, String path) throws IOException {
    return call(operation, path, call -> call.await(call.store().readlink(path)));
  }

  @Override
  public String realpath(String operation, String path) throws IOException {
    return call(operation, path, call -> call.await(call.store().realpath(path)));
  }

  @Override
  public void mkdir(String operation, String path) throws IOException {
    run(operation, path, call -> call.mkdir(path, Attributes.NONE));
  }

  @Override
  public void rmdir(String operation, String path) throws IOException {
    run(operation, path, call -> call.await(call.store().rmdir(path)));
  }

  @Override
  public void remove(String operation, String path) throws IOException {
    run(operation, path, call -> call.await(call.store().remove(path)));
  }

  @Override
  public void symlink(String operation, String target, String link) throws IOException {
    run(operation, link, call -> call.await(call.store().symlink(target, link)));
  }

  @Override
  public void hardlink(String operation, String existing, String link) throws IOException {
    run(operation, link, call -> call.await(call.store().hardlink(existing, link)));
  }

  @Override
  public StatVfs statvfs(String operation, String path) throws IOException {
    return call(operation, path, call -> call.await(call.store().statvfs(path)));
  }

  @Override
  public void setAttributes(String operation, String path, Attributes attributes)
      throws IOException {
    run(operation, path, call -> call.await(call.store().setAttributes(path, attributes)));
  }

  /** Does nothing: what waits ends with the store. */
  @Override
  public void close() {}
}
