package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.path.RemotePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A remote directory to upload into. */
final class RemoteFolder implements Folder {
  private final Call call;
  private final RemoteStore store;
  private final String path;
  private final Map<String, Facts> found;

  private RemoteFolder(Call call, String path, Map<String, Facts> found) {
    this.call = call;
    this.store = call.store();
    this.path = path;
    this.found = found;
  }

  /** Returns the top of a tree, which is made with its parents if need be. */
  static CompletableFuture<Folder> top(Call call, String path) {
    return call.then(
        Refusals.ifThere(call, call.store().stat(path)),
        there -> there.isPresent() ? list(call, there.get(), path) : make(call, path, true));
  }

  @Override
  public CompletableFuture<Folder> enter(String name) {
    String child = RemotePath.child(path, name);
    Facts there = found.get(name);
    if (there == null) {
      return make(call, child, false);
    }
    return there.isDirectory() ? list(call, child) : take(call, child);
  }

  @Override
  public Target file(String name) {
    return RemoteTarget.known(
        call, RemotePath.child(path, name), Facts.toReplace(found.get(name), call.options()));
  }

  @Override
  public CompletableFuture<Boolean> link(String name, String text) {
    String link = RemotePath.child(path, name);
    Facts there = found.get(name);
    if (there == null) {
      return store.symlink(text, link).thenApply(made -> true);
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
                new PathExistsException(store.details(link, "already exists"), null));
          } else if (isSame || existing == Existing.SKIP) {
            return CompletableFuture.completedFuture(false);
          }
          return replaceByLink(link, text);
        });
  }

  @Override
  public CompletableFuture<Void> keep(Facts source) {
    Attributes attributes = AttributesCopy.ofDirectory(call.options(), source);
    if (attributes.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return Refusals.tolerated(call, store.setAttributes(path, attributes), path);
  }

  private CompletableFuture<Boolean> replaceByLink(String link, String text) {
    String pattern = call.options().temporaryName();
    String temporary = RemotePath.child(path, TemporaryName.of(pattern, RemotePath.name(link)));
    return call.then(
        store.symlink(text, temporary),
        made ->
            call.otherwise(
                store.replace(temporary, link).thenApply(replaced -> true),
                refused ->
                    store
                        .remove(temporary)
                        .handle((removed, failed) -> true)
                        .thenCompose(
                            cleaned -> CompletableFuture.failedFuture(Retold.at(link, refused)))));
  }

  private static CompletableFuture<Folder> take(Call call, String path) {
    return call.then(call.store().stat(path), info -> list(call, info, path));
  }

  private static CompletableFuture<Folder> list(Call call, FileInfo info, String path) {
    return info.isDirectory()
        ? list(call, path)
        : CompletableFuture.failedFuture(
            new NotADirectoryException(call.store().details(path, "is not a directory"), null));
  }

  private static CompletableFuture<Folder> list(Call call, String path) {
    var reader = new DirectoryReader(call.store(), call.loop());
    Call.Undoable reading =
        () -> {
          reader.close();
          return CompletableFuture.completedFuture(null);
        };
    call.began(reading);
    CompletableFuture<List<FileInfo>> entries = reader.read(path);
    return entries.thenApply(
        infos -> {
          call.ended(reading);
          var found = new HashMap<String, Facts>();
          infos.forEach(info -> found.put(info.name(), Facts.of(info)));
          return new RemoteFolder(call, path, found);
        });
  }

  private static CompletableFuture<Folder> make(Call call, String path, boolean parents) {
    CompletableFuture<Folder> made =
        call.store().mkdir(path).thenApply(done -> new RemoteFolder(call, path, Map.of()));
    return call.otherwise(
        made,
        refused -> {
          if (refused instanceof PathExistsException) {
            return take(call, path);
          } else if (refused instanceof NoSuchPathException && parents && path.length() > 1) {
            return call.then(
                make(call, RemotePath.parent(path), true), parent -> make(call, path, false));
          }
          return CompletableFuture.failedFuture(refused);
        });
  }
}
