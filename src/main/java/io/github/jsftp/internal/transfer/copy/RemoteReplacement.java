package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The remote file that takes another one's place: it gets the owner and the group of that one, and
 * nobody can read or write it who could not read or write that one, neither then nor before. As
 * long as its group may be the wrong one, it is its owner's alone.
 */
public final class RemoteReplacement {
  private static final int SET_UID = 04000;
  static final int OWNER_BITS = 0700;
  private static final int GROUP_AND_OTHERS_READ = 0044;

  private final TransferCall call;
  private final String path;
  private final int wanted;
  private final @Nullable EntryAttributes replaced;
  private int permissions;

  /**
   * Prepares one.
   *
   * @param path what warnings are about
   * @param wanted the permission bits it is to have in the end, -1 for those that come by
   *     themselves
   * @param replaced what it replaces, or null
   */
  public RemoteReplacement(
      TransferCall call, String path, int wanted, @Nullable EntryAttributes replaced) {
    this.call = call;
    this.path = path;
    this.wanted = wanted;
    this.replaced = replaced == null || replaced.gid() < 0 ? null : replaced;
    permissions = wanted;
  }

  /**
   * Returns what to create it with.
   *
   * @param required bits that are needed to write it
   */
  public Attributes initialAttributes(int required) {
    int first = isRestricted() ? wanted & OWNER_BITS : wanted;
    return first < 0 ? Attributes.NONE : Attributes.permissions(first | required);
  }

  /** Returns the permission bits for the end, -1 for those that came by themselves. */
  public int permissions() {
    return permissions;
  }

  /** Returns the owner to set in the end, where it does not matter if that is refused. */
  public Attributes owner() {
    return replaced == null || isRestricted()
        ? Attributes.NONE
        : Attributes.owner(replaced.uid(), replaced.gid());
  }

  /**
   * Makes the file ready to be written, on servers that ignore the attributes of OPEN as well; done
   * before the first byte is sent.
   *
   * @param required bits that are needed to write it
   */
  public CompletableFuture<Void> prepare(RemoteHandle file, int required) {
    if (!isRestricted()) {
      return CompletableFuture.completedFuture(null);
    }
    var closed = file.setAttributes(initialAttributes(required));
    CompletableFuture<Void> owned =
        replaced == null
            ? CompletableFuture.completedFuture(null)
            : call.then(
                call.recover(
                    file.stat().thenApply(EntryAttributes::of), RemoteReplacement::ifNotKnown),
                part -> setOwner(file, part, replaced));
    return call.then(call.warnIfRefused(closed, path), nothing -> owned);
  }

  private static CompletableFuture<EntryAttributes> ifNotKnown(Throwable refused) {
    return ServerErrors.isRefusal(refused)
        ? CompletableFuture.completedFuture(EntryAttributes.OF_STREAM)
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<Void> setOwner(
      RemoteHandle file, EntryAttributes part, EntryAttributes old) {
    if (part.uid() == old.uid() && part.gid() == old.gid()) {
      return CompletableFuture.completedFuture(null);
    }
    var both = trySetOwner(file, old.uid(), old.gid());
    return call.then(
        both,
        whole ->
            whole || part.uid() < 0 || part.uid() == old.uid()
                ? narrowPermissions(whole, whole)
                : call.then(
                    part.gid() == old.gid()
                        ? CompletableFuture.completedFuture(true)
                        : trySetOwner(file, part.uid(), old.gid()),
                    group -> narrowPermissions(false, group)));
  }

  private CompletableFuture<Boolean> trySetOwner(RemoteHandle file, long uid, long gid) {
    return call.recover(
        file.setAttributes(Attributes.owner(uid, gid)).thenApply(set -> true),
        refused ->
            ServerErrors.isRefusal(refused)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(refused));
  }

  /** Takes away what would reach others than before. */
  private CompletableFuture<Void> narrowPermissions(boolean owner, boolean group) {
    permissions = narrowedPermissions(wanted, owner, group);
    if (permissions != wanted) {
      call.warn(narrowingWarning(path, group ? "the owner" : "the group", permissions, wanted));
    }
    return CompletableFuture.completedFuture(null);
  }

  private boolean isRestricted() {
    return isRestricted(wanted);
  }

  /** Returns what is left of permissions if the owner or the group could not be kept. */
  static int narrowedPermissions(int wanted, boolean owner, boolean group) {
    int left = owner ? wanted : wanted & ~SET_UID;
    if (group) {
      return left;
    }
    // The members of either group are others to the other one.
    int both = (left >> 3) & left & 07;
    return (left & (SET_UID | 01000 | OWNER_BITS)) | both << 3 | both;
  }

  /** Words the warning that a file has got fewer permissions than wanted. */
  static String narrowingWarning(String path, String what, int left, int wanted) {
    return "%s: %s of the file replaced could not be kept: permissions are %d instead of %d"
        .formatted(path, what, OctalMode.digits(left), OctalMode.digits(wanted));
  }

  /** Returns true unless everybody may read it and the group may do as much as all others. */
  static boolean isRestricted(int wanted) {
    return wanted >= 0
        && ((wanted & GROUP_AND_OTHERS_READ) != GROUP_AND_OTHERS_READ
            || (wanted & (SET_UID | OctalMode.SET_GID)) != 0
            || ((wanted >> 3) & 07) != (wanted & 07));
  }
}
