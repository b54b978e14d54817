package io.github.jsftp.internal.transfer.replace;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A remote file that replaces another one. It gets the owner and the group of the replaced file. At
 * no time can it be read or written by a user who could not do so with the replaced file. Until the
 * group is set, only the owner has permissions.
 */
public final class RemoteReplacement {
  private static final int SET_UID = 04000;
  static final int OWNER_BITS = 0700;
  private static final int GROUP_AND_OTHERS_READ = 0044;

  private final TransferCall call;
  private final String path;
  private final int wanted;
  private final @Nullable FileAttributes replaced;
  private int permissions;

  /**
   * Creates a replacement.
   *
   * @param path the target's path, for warnings
   * @param wanted the final permission bits, -1 to use the default (umask)
   * @param replaced the attributes of the file to replace, or null
   */
  public RemoteReplacement(
      TransferCall call, String path, int wanted, @Nullable FileAttributes replaced) {
    this.call = call;
    this.path = path;
    this.wanted = wanted;
    this.replaced = replaced == null || replaced.gid() < 0 ? null : replaced;
    permissions = wanted;
  }

  /**
   * Returns the attributes to create the file with.
   *
   * @param required the permission bits needed to write the file
   */
  public AttributeChanges initialAttributes(int required) {
    int first = isRestricted() ? wanted & OWNER_BITS : wanted;
    return first < 0 ? AttributeChanges.NONE : AttributeChanges.permissions(first | required);
  }

  /** Returns the final permission bits, -1 for the default (umask). */
  public int permissions() {
    return permissions;
  }

  /** Returns the owner to set after the last byte, if a refusal does not matter. */
  public AttributeChanges finalOwner() {
    return replaced == null || isRestricted()
        ? AttributeChanges.NONE
        : AttributeChanges.owner(replaced.uid(), replaced.gid());
  }

  /**
   * Sets permissions, owner and group before the first byte is sent. The permissions are set again
   * since some servers ignore the attributes of OPEN.
   *
   * @param required the permission bits needed to write the file
   */
  public CompletableFuture<Void> prepare(RemoteHandle file, int required) {
    if (!isRestricted()) {
      return CompletableFuture.completedFuture(null);
    }
    var modeSet = file.setAttributes(initialAttributes(required));
    CompletableFuture<Void> ownerSet =
        replaced == null
            ? CompletableFuture.completedFuture(null)
            : call.then(
                call.recover(
                    file.stat().thenApply(FileAttributes::of), RemoteReplacement::ifNotKnown),
                current -> setOwner(file, current, replaced));
    return call.then(failOrWarnIfRefused(modeSet), nothing -> ownerSet);
  }

  /**
   * Waits until permissions are set. If the server refuses them, that is a failure if the options
   * demand them, otherwise a warning.
   */
  public CompletableFuture<Void> failOrWarnIfRefused(CompletableFuture<Void> setting) {
    return call.options().mode().isPresent()
        ? call.recover(setting, this::modeRefused)
        : call.warnIfRefused(setting, path);
  }

  private CompletableFuture<Void> modeRefused(Throwable failure) {
    if (failure instanceof SftpException refused && ServerErrors.isRefusal(refused)) {
      int mode = call.options().mode().orElseThrow();
      String problem =
          String.format(
              Locale.ROOT, "mode %d can't be set: %s", mode, Details.of(refused).problem());
      return CompletableFuture.failedFuture(
          ExceptionTranslator.as(Details.of(refused).at(path).withProblem(problem), refused));
    }
    return CompletableFuture.failedFuture(failure);
  }

  private static CompletableFuture<FileAttributes> ifNotKnown(Throwable refused) {
    return ServerErrors.isRefusal(refused)
        ? CompletableFuture.completedFuture(FileAttributes.OF_STREAM)
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<Void> setOwner(
      RemoteHandle file, FileAttributes current, FileAttributes old) {
    if (current.uid() == old.uid() && current.gid() == old.gid()) {
      return CompletableFuture.completedFuture(null);
    }
    var both = trySetOwner(file, old.uid(), old.gid());
    return call.then(
        both,
        bothSet ->
            bothSet || current.uid() < 0 || current.uid() == old.uid()
                ? narrowPermissions(bothSet, bothSet)
                : call.then(
                    current.gid() == old.gid()
                        ? CompletableFuture.completedFuture(true)
                        : trySetOwner(file, current.uid(), old.gid()),
                    groupSet -> narrowPermissions(false, groupSet)));
  }

  private CompletableFuture<Boolean> trySetOwner(RemoteHandle file, long uid, long gid) {
    return call.recover(
        file.setAttributes(AttributeChanges.owner(uid, gid)).thenApply(set -> true),
        refused ->
            ServerErrors.isRefusal(refused)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(refused));
  }

  /** Drops the permissions that would let more users in than before. */
  private CompletableFuture<Void> narrowPermissions(boolean owner, boolean groupSet) {
    permissions = narrowedPermissions(wanted, owner, groupSet);
    if (permissions != wanted) {
      call.warn(narrowingWarning(path, groupSet ? "the owner" : "the group", permissions, wanted));
    }
    return CompletableFuture.completedFuture(null);
  }

  private boolean isRestricted() {
    return isRestricted(wanted);
  }

  /** Returns the permissions that remain if the owner or the group could not be set. */
  static int narrowedPermissions(int wanted, boolean owner, boolean groupSet) {
    int left = owner ? wanted : wanted & ~SET_UID;
    if (groupSet) {
      return left;
    }
    // Members of one group may be "others" for the other group: both get the common bits.
    int both = (left >> 3) & left & 07;
    return (left & (SET_UID | 01000 | OWNER_BITS)) | both << 3 | both;
  }

  /** Returns the warning that a file has fewer permissions than wanted. */
  static String narrowingWarning(String path, String what, int left, int wanted) {
    return String.format(
        Locale.ROOT,
        "%s: %s of the file replaced could not be kept: permissions are %d instead of %d",
        path,
        what,
        OctalMode.digits(left),
        OctalMode.digits(wanted));
  }

  /** Returns false if everybody may read the file and the group has the same bits as others. */
  static boolean isRestricted(int wanted) {
    return wanted >= 0
        && ((wanted & GROUP_AND_OTHERS_READ) != GROUP_AND_OTHERS_READ
            || (wanted & (SET_UID | OctalMode.SET_GID)) != 0
            || ((wanted >> 3) & 07) != (wanted & 07));
  }
}
