package io.github.jsftp.internal.transfer.place;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.LostReplyResolver;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The empty file beside a remote target that marks the target as complete. */
public final class DoneFile {
  private static final String NAME = "{name}";

  private final TransferCall call;
  private final String path;
  private final CompletableFuture<Boolean> mayExist;

  /** The done file of a target. Asks at once for an earlier one, to save a round trip later. */
  private DoneFile(TransferCall call, String path) {
    this.call = call;
    this.path = path;
    mayExist =
        call.store()
            .lstat(path)
            .handle((found, failed) -> !(Await.cause(failed) instanceof NoSuchPathException));
  }

  /** Returns the done file of a remote target. The options must ask for one. */
  public static DoneFile of(TransferCall call, String target) {
    String name = name(call.options(), RemotePath.name(target));
    return new DoneFile(call, RemotePath.child(RemotePath.parent(target), name));
  }

  /** Returns the name of the done file of a target with this name. */
  public static String name(TransferOptions options, String target) {
    return options.doneFile().orElseThrow().replace(NAME, target);
  }

  /** Returns true if the options ask for done files and a name is that of one. */
  public static boolean isDoneFile(TransferOptions options, String name) {
    String pattern = options.doneFile().orElse(null);
    return pattern != null
        && Pattern.compile(Pattern.quote(pattern).replace(NAME, "\\E.+\\Q"), Pattern.DOTALL)
            .matcher(name)
            .matches();
  }

  /** Removes the done file of an earlier target. */
  public CompletableFuture<Void> removeOld() {
    return call.then(
        mayExist,
        there ->
            there
                ? LostReplyResolver.acceptIfGone(call.store().remove(path))
                : CompletableFuture.completedFuture(null));
  }

  /** Creates the file. */
  public CompletableFuture<Void> create() {
    var mode = call.options().mode();
    var attributes =
        mode.isPresent()
            ? AttributeChanges.permissions(OctalMode.bits(mode.getAsInt()))
            : AttributeChanges.NONE;
    var flags = Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
    return call.recover(
        call.then(call.store().open(path, flags, attributes), created -> created.close()),
        refused ->
            refused instanceof PathExistsException
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(notCreated(refused)));
  }

  /** Creates the file unless it exists. */
  public CompletableFuture<Void> createIfMissing() {
    return call.then(mayExist, there -> there ? CompletableFuture.completedFuture(null) : create());
  }

  private static Throwable notCreated(Throwable failure) {
    return failure instanceof SftpException refused && ServerErrors.isRefusal(refused)
        ? ExceptionTranslator.saying(
            Details.of(refused).problem() + "; the file that it would mark is complete", refused)
        : failure;
  }
}
