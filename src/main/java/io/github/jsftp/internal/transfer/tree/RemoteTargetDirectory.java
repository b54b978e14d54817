package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.directory.DirectoryReader;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.RemoteTarget;
import io.github.jsftp.internal.transfer.copy.Target;
import io.github.jsftp.internal.transfer.place.MissingParents;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A remote directory to upload into. */
public final class RemoteTargetDirectory implements TargetDirectory {
  private final TransferCall call;
  private final RemoteStore store;
  private final String path;
  private final @Nullable FileAttributes attributes;
  private final TargetEntries entries;

  private RemoteTargetDirectory(
      TransferCall call, String path, @Nullable FileAttributes attributes, TargetEntries entries) {
    this.call = call;
    this.store = call.store();
    this.path = path;
    this.attributes = attributes;
    this.entries = entries;
  }

  /** Opens the root of a tree; creates it and its parents if they are missing. */
  public static CompletableFuture<TargetDirectory> top(
      TransferCall call, String path, FileAttributes source) {
    AttributeChanges first = PreservedAttributes.ofNewDirectory(call.options(), source);
    return call.then(
        call.ifExists(call.store().stat(path)),
        there -> there.isPresent() ? list(call, there.get(), path) : make(call, path, first, true));
  }

  @Override
  public CompletableFuture<TargetDirectory> openOrCreate(String name, FileAttributes source) {
    String child = RemotePath.child(path, name);
    FileAttributes there = entries.get(name);
    if (there == null) {
      return make(call, child, PreservedAttributes.ofNewDirectory(call.options(), source), false);
    }
    return there.isDirectory() ? list(call, child, there) : statAndList(call, child);
  }

  @Override
  public Target file(String name) {
    FileAttributes there = entries.get(name);
    TransferOptions options = call.options();
    // Otherwise a remote link is kept, and the file that it points to is replaced.
    boolean replacesLinks = options.symlinks() == Symlinks.COPY || options.deleteExtraneous();
    return RemoteTarget.known(
        call,
        RemotePath.child(path, name),
        there != null && replacesLinks ? there.linkAsFile() : there,
        entries.parts(call.options()));
  }

  @Override
  public CompletableFuture<Boolean> createLink(String name, String text) {
    String link = RemotePath.child(path, name);
    FileAttributes there = entries.get(name);
    if (there == null) {
      return call.options().dryRun()
          ? CompletableFuture.completedFuture(true)
          : ignoreExisting(store.symlink(text, link));
    }
    var same =
        there.isLink()
            ? store.readlink(link).thenApply(text::equals)
            : CompletableFuture.completedFuture(false);
    return call.then(
        same,
        isSame -> {
          Existing existing = call.options().existing();
          if (existing == Existing.FAIL) {
            return CompletableFuture.failedFuture(
                Results.NEW.pathExistsException(store.details(link, "already exists"), null));
          } else if (isSame || existing == Existing.SKIP) {
            return CompletableFuture.completedFuture(false);
          } else if (there.isDirectory()) {
            return CompletableFuture.failedFuture(
                Results.NEW.sftpException(store.details(link, "is a directory"), null));
          } else if (call.options().dryRun()) {
            return CompletableFuture.completedFuture(true);
          }
          return replaceByLink(link, text);
        });
  }

  /**
   * Skips the link if an entry has appeared since the listing and the options keep existing
   * entries.
   */
  private CompletableFuture<Boolean> ignoreExisting(CompletableFuture<Void> linking) {
    return call.recover(
        linking.thenApply(made -> true),
        refused ->
            refused instanceof PathExistsException && call.options().existing() == Existing.SKIP
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(refused));
  }

  @Override
  public CompletableFuture<Void> preserve(FileAttributes source) {
    if (PreservedAttributes.ofDirectory(call.options(), source, -1).isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Integer> now =
        attributes != null || !call.options().preserveMode()
            ? CompletableFuture.completedFuture(attributes == null ? -1 : attributes.permissions())
            : store.stat(path).thenApply(info -> FileAttributes.of(info).permissions());
    return call.warnIfRefused(
        call.then(
            now,
            bits ->
                store.setAttributes(
                    path,
                    PreservedAttributes.forServer(
                        call,
                        path,
                        PreservedAttributes.ofDirectory(call.options(), source, bits)))),
        path);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public FileInfo info(String name, FileAttributes found) {
    return found.info(RemotePath.child(path, name));
  }

  @Override
  public boolean isAccessDenied(Throwable failure) {
    return failure instanceof PermissionDeniedException;
  }

  @Override
  public CompletableFuture<Void> setPermissions(int permissions) {
    return store.setAttributes(path, AttributeChanges.permissions(permissions));
  }

  @Override
  public @Nullable FileAttributes attributes() {
    return attributes;
  }

  @Override
  public TargetEntries entries() {
    return entries;
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> find(String name) {
    FileAttributes there = entries.get(name);
    if (there == null || !there.isTypeUnknown()) {
      return CompletableFuture.completedFuture(Optional.ofNullable(there));
    }
    return call.then(
        query(name),
        queried -> {
          queried.ifPresentOrElse(
              attributes -> entries.put(name, attributes), () -> entries.remove(name));
          return CompletableFuture.completedFuture(queried);
        });
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> query(String name) {
    return call.ifExists(store.lstat(RemotePath.child(path, name)).thenApply(FileAttributes::of));
  }

  @Override
  public IOException conflict(String name, String problem) {
    return Results.NEW.pathExistsException(
        store.details(RemotePath.child(path, name), problem), null);
  }

  @Override
  public CompletableFuture<TargetDirectory> open(String name) {
    return list(call, RemotePath.child(path, name), entries.get(name));
  }

  @Override
  public CompletableFuture<Boolean> delete(String name, FileAttributes there) {
    String child = RemotePath.child(path, name);
    return call.ifExists(
            (there.isDirectory() ? store.rmdir(child) : store.remove(child))
                .thenApply(deleted -> true))
        .thenApply(Optional::isPresent);
  }

  @Override
  public TargetDirectory retaining(Set<String> names) {
    return new RemoteTargetDirectory(call, path, attributes, entries.retaining(names));
  }

  private CompletableFuture<Boolean> replaceByLink(String link, String text) {
    String pattern = call.options().temporaryName();
    String temporary = RemotePath.child(path, TemporaryName.of(pattern, RemotePath.name(link)));
    CompletableFuture<Boolean> replaced =
        store
            .symlink(text, temporary)
            .thenCompose(
                made ->
                    store
                        .replace(temporary, link, TemporaryName.aside(link))
                        .thenApply(done -> true)
                        .exceptionallyCompose(
                            refused -> removeTemporary(temporary, link, refused)));
    TransferCall.Abortable replacing = () -> replaced.handle((done, failed) -> null);
    call.register(replacing);
    return replaced.whenCompleteAsync((done, failed) -> call.unregister(replacing), call.loop());
  }

  private CompletableFuture<Boolean> removeTemporary(
      String temporary, String link, Throwable refused) {
    return store
        .remove(temporary)
        .handle((removed, failed) -> ExceptionTranslator.at(link, Await.cause(refused)))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private static CompletableFuture<TargetDirectory> statAndList(TransferCall call, String path) {
    return call.then(call.store().stat(path), info -> list(call, info, path));
  }

  private static CompletableFuture<TargetDirectory> list(
      TransferCall call, FileInfo info, String path) {
    return info.isDir()
        ? list(call, path, FileAttributes.of(info))
        : CompletableFuture.failedFuture(
            Results.NEW.notADirectoryException(
                call.store().details(path, "is not a directory"), null));
  }

  private static CompletableFuture<TargetDirectory> list(
      TransferCall call, String path, @Nullable FileAttributes attributes) {
    var reader = new DirectoryReader(call.store(), call.loop(), call.handles());
    TransferCall.Abortable reading =
        () -> {
          reader.close();
          return CompletableFuture.completedFuture(null);
        };
    call.register(reading);
    var refused = new HashMap<String, SftpException>();
    boolean fails = call.options().onError() == OnError.ABORT;
    return reader
        .read(
            path,
            entry -> true,
            entry -> Map.entry(entry.name(), FileAttributes.of(entry)),
            fails ? null : refused::putAll)
        .thenApply(
            entries -> {
              call.unregister(reading);
              var found = new HashMap<String, FileAttributes>();
              entries.forEach(entry -> found.put(entry.getKey(), entry.getValue()));
              refused.values().stream()
                  .findAny()
                  .ifPresent(
                      refusal ->
                          call.warn(
                              path
                                  + ": "
                                  + Details.of(refusal).problem()
                                  + "; nothing is deleted"));
              return new RemoteTargetDirectory(
                  call, path, attributes, new TargetEntries(found, refused.isEmpty()));
            });
  }

  private static CompletableFuture<TargetDirectory> make(
      TransferCall call, String path, AttributeChanges first, boolean parents) {
    if (call.options().dryRun()) {
      return CompletableFuture.completedFuture(
          new RemoteTargetDirectory(call, path, null, TargetEntries.empty()));
    }
    CompletableFuture<TargetDirectory> made =
        call.store()
            .mkdir(path, first)
            .thenApply(done -> new RemoteTargetDirectory(call, path, null, TargetEntries.empty()));
    return call.recover(
        made,
        refused -> {
          if (refused instanceof PathExistsException) { // somebody else has just created it
            return call.options().deleteExtraneous()
                ? call.then(call.store().lstat(path), info -> list(call, info, path))
                : statAndList(call, path);
          } else if (refused instanceof NoSuchPathException && parents && path.length() > 1) {
            return call.then(
                MissingParents.create(call, RemotePath.parent(path)),
                created -> make(call, path, first, false));
          }
          return CompletableFuture.failedFuture(refused);
        });
  }
}
