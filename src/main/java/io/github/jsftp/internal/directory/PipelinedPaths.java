package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.PathOperations;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;

/**
 * Operations on single paths over the channels of transfers, for SFTP servers that JSch's
 * ChannelSftp can't start: those with another subsystem or a command. Safe for use by several
 * threads.
 */
public final class PipelinedPaths implements PathOperations {
  private final LoggedCalls calls;

  /**
   * Creates operations on a store.
   *
   * @param backoff the pauses between retries after a lost connection
   */
  public PipelinedPaths(RemoteStore store, Backoff backoff, OperationLog operations) {
    calls = new LoggedCalls(store, backoff, operations);
  }

  @Override
  public FileInfo stat(String operation, String path) throws IOException {
    FileInfo info = calls.supply(operation, path, call -> call.await(call.store().stat(path)));
    if (ServerErrors.isNoDirectory(path, info)) {
      throw Results.NEW.notADirectoryException(
          calls.store().named(operation).details(path, "is not a directory"), null);
    }
    return info;
  }

  @Override
  public FileInfo lstat(String operation, String path) throws IOException {
    return path.endsWith("/.")
        ? stat(operation, path)
        : calls.supply(operation, path, call -> call.await(call.store().lstat(path)));
  }

  @Override
  public String readlink(String operation, String path) throws IOException {
    return calls.supply(operation, path, call -> call.await(call.store().readlink(path)));
  }

  @Override
  public String realpath(String operation, String path) throws IOException {
    return calls.supply(operation, path, call -> call.await(call.store().realpath(path)));
  }

  @Override
  public void mkdir(String operation, String path) throws IOException {
    calls.run(operation, path, call -> call.mkdir(path, AttributeChanges.NONE));
  }

  @Override
  public void rmdir(String operation, String path) throws IOException {
    calls.run(operation, path, call -> call.await(call.store().rmdir(path)));
  }

  @Override
  public void remove(String operation, String path) throws IOException {
    calls.run(operation, path, call -> call.await(call.store().remove(path)));
  }

  @Override
  public void symlink(String operation, String target, String link) throws IOException {
    calls.run(operation, link, call -> call.await(call.store().symlink(target, link)));
  }

  @Override
  public void hardlink(String operation, String existing, String link) throws IOException {
    calls.run(operation, link, call -> call.await(call.store().hardlink(existing, link)));
  }

  @Override
  public StatVfs statvfs(String operation, String path) throws IOException {
    return calls.supply(operation, path, call -> call.await(call.store().statvfs(path)));
  }

  @Override
  public void setAttributes(String operation, String path, AttributeChanges attributes)
      throws IOException {
    calls.run(operation, path, call -> call.await(call.store().setAttributes(path, attributes)));
  }

  /** Does nothing: what waits ends with the store. */
  @Override
  public void close() {}
}
