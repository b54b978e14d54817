package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes a directory and those above it that are missing. */
final class MissingDirectories {
  private final RemoteCall call;
  private final RemoteStore store;

  MissingDirectories(RemoteCall call) {
    this.call = call;
    store = call.store();
  }

  /** Makes one directory with these permissions, which must not be there. */
  void makeNew(String dir, int permissions) throws IOException {
    call.mkdir(dir, Attributes.ofNewDirectory(permissions));
    permit(dir, permissions);
  }

  /** Makes what is missing, and gives what was made these permissions unless null. */
  void make(String dir, @Nullable Integer permissions) throws IOException {
    var first = permissions == null ? Attributes.NONE : Attributes.ofNewDirectory(permissions);
    var made = new ArrayDeque<String>();
    for (String missing : missing(dir)) {
      if (make(missing, first)) {
        made.push(missing);
      }
    }
    if (permissions != null) {
      // The deepest first: what is set may shut this user out.
      for (String path : made) {
        permit(path, permissions);
      }
    }
  }

  /**
   * Gives a new directory these permissions unless it has them, and leaves it the set-gid bit that
   * it has inherited, as chmod(1) does. A server that refuses is a warning in the log: the
   * directory is there.
   */
  private void permit(String path, int permissions) throws IOException {
    try {
      int mode = call.await(store.lstat(path)).mode();
      int now = mode < 0 ? -1 : OctalMode.bits(mode);
      int wanted = mode < 0 ? permissions : permissions | (now & OctalMode.SET_GID);
      if (now != wanted) {
        call.await(store.setAttributes(path, Attributes.permissions(wanted)));
      }
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
      ServerErrors.logAttributesNotSet(path, e);
    }
  }

  /** Returns the directories that are not there, that nearest the root first. */
  private ArrayDeque<String> missing(String dir) throws IOException {
    var missing = new ArrayDeque<String>();
    if (isDirectory(dir, store.stat(dir), true)) {
      return missing;
    }
    missing.push(dir);
    var above = new ArrayList<String>();
    var asked = new ArrayList<CompletableFuture<FileInfo>>();
    for (String path = dir; !path.equals("/"); ) {
      path = RemotePath.parent(path);
      above.add(path);
      asked.add(store.stat(path));
    }
    for (int i = 0; i < above.size(); i++) {
      if (isDirectory(above.get(i), asked.get(i), false)) {
        break;
      }
      missing.push(above.get(i));
    }
    return missing;
  }

  /** Says whether a directory is there; one that may not be looked at is taken to be. */
  private boolean isDirectory(String path, CompletableFuture<FileInfo> asked, boolean isTarget)
      throws IOException {
    FileInfo info;
    try {
      info = call.await(asked);
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
    if (info.isFile() || (info.mode() >= 0 && !info.isDirectory())) {
      throw isTarget
          ? new PathExistsException(
              store.details(path, "already exists and is not a directory"), null)
          : new NotADirectoryException(store.details(path, "is not a directory"), null);
    }
    return true;
  }

  /**
   * Makes one directory; false if somebody else was faster. After a lost line it was rather this
   * call that made what was not there before.
   */
  private boolean make(String path, Attributes first) throws IOException {
    try {
      call.await(store.mkdir(path, first));
      return true;
    } catch (SftpException e) {
      if (ServerErrors.isRefusal(e) && isThereNow(path)) {
        return call.hadConnectionLoss();
      }
      throw e;
    }
  }

  private boolean isThereNow(String path) throws IOException {
    try {
      return call.await(store.stat(path)).isDirectory();
    } catch (SftpException e) {
      if (ServerErrors.isRefusal(e)) {
        return false;
      }
      throw e;
    }
  }
}
