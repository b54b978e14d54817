package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Creates a directory and its missing parents. */
final class MissingDirectories {
  private final RemoteCall call;
  private final RemoteStore store;

  MissingDirectories(RemoteCall call) {
    this.call = call;
    store = call.store();
  }

  /** Creates one directory, which must not exist, with these permissions. */
  void createNew(String dir, int permissions) throws IOException {
    call.mkdir(dir, AttributeChanges.ofNewDirectory(permissions));
    setPermissions(dir, permissions);
  }

  /** Creates the missing directories, with these permissions unless they are null. */
  void create(String dir, @Nullable Integer permissions) throws IOException {
    var first =
        permissions == null ? AttributeChanges.NONE : AttributeChanges.ofNewDirectory(permissions);
    var created = new ArrayDeque<String>();
    for (String missing : missing(dir)) {
      if (create(missing, first)) {
        created.push(missing);
      }
    }
    if (permissions != null) {
      // Deepest first, since the permissions may lock this user out.
      for (String path : created) {
        setPermissions(path, permissions);
      }
    }
  }

  /**
   * Sets the permissions of a new directory if they differ. The set-gid bit is kept if it was
   * inherited, as chmod(1) does. If the server refuses, a warning is logged, since the directory
   * exists.
   */
  private void setPermissions(String path, int permissions) throws IOException {
    try {
      int mode = call.await(store.lstat(path)).mode();
      int now = mode < 0 ? -1 : OctalMode.bits(mode);
      int wanted = mode < 0 ? permissions : permissions | (now & OctalMode.SET_GID);
      if (now != wanted) {
        call.await(store.setAttributes(path, AttributeChanges.permissions(wanted)));
      }
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
      ServerErrors.logAttributesNotSet(path, e);
    }
  }

  /** Returns the missing directories, from the root downwards. */
  private ArrayDeque<String> missing(String dir) throws IOException {
    var missing = new ArrayDeque<String>();
    if (isDirectory(dir, store.stat(dir), true)) {
      return missing;
    }
    missing.push(dir);
    var above = new ArrayList<String>();
    var pending = new ArrayList<CompletableFuture<FileInfo>>();
    for (String path = dir; !path.equals("/"); ) {
      path = RemotePath.parent(path);
      above.add(path);
      pending.add(store.stat(path));
    }
    for (int i = 0; i < above.size(); i++) {
      if (isDirectory(above.get(i), pending.get(i), false)) {
        break;
      }
      missing.push(above.get(i));
    }
    return missing;
  }

  /** Returns true if a directory exists. One whose attributes can't be read counts as existing. */
  private boolean isDirectory(String path, CompletableFuture<FileInfo> pending, boolean isTarget)
      throws IOException {
    FileInfo info;
    try {
      info = call.await(pending);
    } catch (NoSuchPathException e) {
      return false;
    } catch (PermissionDeniedException e) {
      if (isTarget) {
        throw e;
      }
      return true;
    }
    if (ServerErrors.hasNoAttributes(info)) {
      return false;
    }
    if (info.isFile() || (info.hasMode() && !info.isDir())) {
      throw isTarget
          ? Results.NEW.pathExistsException(
              store.details(path, "already exists and is not a directory"), null)
          : Results.NEW.notADirectoryException(store.details(path, "is not a directory"), null);
    }
    return true;
  }

  /**
   * Creates one directory; returns false if another client was faster. After a lost connection, the
   * directory counts as created by this call.
   */
  private boolean create(String path, AttributeChanges first) throws IOException {
    try {
      call.await(store.mkdir(path, first));
      return true;
    } catch (SftpException e) {
      if (ServerErrors.isRefusal(e) && existsNow(path)) {
        return call.hadConnectionLoss();
      }
      throw e;
    }
  }

  private boolean existsNow(String path) throws IOException {
    try {
      return call.await(store.stat(path)).isDir();
    } catch (SftpException e) {
      if (ServerErrors.isRefusal(e)) {
        return false;
      }
      throw e;
    }
  }
}
