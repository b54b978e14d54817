package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Call;
import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.protocol.channel.Wire;
import io.github.jsftp.internal.remote.Told;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Finds out what is at a path, also where a server leaves out the type or refuses LSTAT or STAT.
 * Servers that tell the types of files and directories, MINA among them, leave it out for devices
 * and pipes. Servers that tell no type at all are asked in other ways.
 */
final class Looks {
  private static final int PERMISSION_DENIED = 3;
  private static final int UNSUPPORTED = 8;

  private final Requests requests;
  private volatile boolean tellsTypes;

  Looks(Requests requests) {
    this.requests = requests;
  }

  /** Takes note of attributes that came in whatever way. */
  Told seen(Told told) {
    tellsTypes |= told.hasType();
    return told;
  }

  /** Returns what a listing tells of an entry; one whose type is not known has no mode either. */
  FileInfo entry(String path, Told told, String longname) {
    char letter = longname.isEmpty() ? ' ' : longname.charAt(0);
    if (told.hasType()) {
      return told.at(path, told.type(), longname);
    }
    return switch (letter) {
      case 'd' -> told.at(path, FileInfo.Type.DIRECTORY, longname);
      case 'l' -> told.at(path, FileInfo.Type.LINK, longname);
      case 'p', 's', 'c', 'b' -> told.at(path, FileInfo.Type.OTHER, longname);
      // MINA calls a pipe a file here.
      case '-' ->
          tellsTypes && told.size() <= 0
              ? told.untyped().at(path, FileInfo.Type.OTHER, longname)
              : told.at(path, FileInfo.Type.FILE, longname);
      default -> told.untyped().at(path, FileInfo.Type.OTHER, longname);
    };
  }

  /** Returns what is told of an open file. */
  FileInfo open(String path, Told told) {
    boolean isUsual = !told.hasType() && !tellsTypes && !told.equals(Told.NOTHING);
    return told.at(path, isUsual ? FileInfo.Type.FILE : told.type(), null);
  }

  /** Asks what is at a path. */
  CompletableFuture<FileInfo> at(SftpChannel channel, Call call, String path, boolean follow) {
    return Statuses.replaced(
        asked(channel, call, follow ? Wire.STAT : Wire.LSTAT, path)
            .thenCompose(told -> complete(channel, call, path, follow, told)),
        status ->
            status.status == PERMISSION_DENIED || status.status == UNSUPPORTED
                ? otherwise(channel, call, path, follow, status)
                : CompletableFuture.failedFuture(status));
  }

  /** Asks the other request, and at last whether there is a directory to be opened. */
  private CompletableFuture<FileInfo> otherwise(
      SftpChannel channel, Call call, String path, boolean follow, StatusException refused) {
    return asked(channel, call, follow ? Wire.LSTAT : Wire.STAT, path)
        .thenCompose(
            told ->
                follow && told.type() == FileInfo.Type.LINK
                    ? CompletableFuture.<FileInfo>failedFuture(refused)
                    : complete(channel, call, path, follow, told))
        .exceptionallyCompose(
            failure ->
                Await.cause(failure) instanceof StatusException
                    ? isAllowed(() -> isDirectory(channel, call, path))
                        .thenCompose(
                            there ->
                                there
                                    ? CompletableFuture.completedFuture(
                                        Told.NOTHING.at(path, FileInfo.Type.DIRECTORY, null))
                                    : CompletableFuture.failedFuture(refused))
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<FileInfo> complete(
      SftpChannel channel, Call call, String path, boolean follow, Told told) {
    if (told.hasType() || told.equals(Told.NOTHING)) {
      return CompletableFuture.completedFuture(told.at(path));
    }
    return isTelling(channel, call)
        .thenCompose(
            tells ->
                tells
                    ? CompletableFuture.completedFuture(FileInfo.Type.OTHER)
                    : type(channel, call, path, follow))
        .thenApply(type -> told.at(path, type, null));
  }

  private CompletableFuture<Boolean> isTelling(SftpChannel channel, Call call) {
    return tellsTypes
        ? CompletableFuture.completedFuture(true)
        : isAllowed(() -> asked(channel, call, Wire.STAT, "/").<Void>thenApply(told -> null))
            .thenApply(allowed -> tellsTypes);
  }

  private CompletableFuture<FileInfo.Type> type(
      SftpChannel channel, Call call, String path, boolean follow) {
    var link =
        follow
            ? CompletableFuture.completedFuture(false)
            : isAllowed(
                () ->
                    channel
                        .send(requests.name(call, Wire.READLINK, path))
                        .<Void>thenApply(text -> null));
    return link.thenCombine(
        isAllowed(() -> isDirectory(channel, call, path)),
        (isLink, isDirectory) -> {
          if (isLink) {
            return FileInfo.Type.LINK;
          }
          return isDirectory ? FileInfo.Type.DIRECTORY : FileInfo.Type.FILE;
        });
  }

  private CompletableFuture<Void> isDirectory(SftpChannel channel, Call call, String path) {
    return channel
        .send(Request.of(call, requests.about(Wire.OPENDIR, path), Wire.HANDLE, Reply::handle))
        .thenAccept(
            handle ->
                channel.send(Request.plain(call, new RequestPacket(Wire.CLOSE).string(handle))));
  }

  private CompletableFuture<Told> asked(SftpChannel channel, Call call, int type, String path) {
    return channel.send(
        Request.of(
            call, requests.about(type, path), Wire.ATTRS, reply -> seen(reply.attributes())));
  }

  /** Returns true if a request was not refused. */
  private static CompletableFuture<Boolean> isAllowed(Supplier<CompletableFuture<Void>> request) {
    return Statuses.replaced(
        request.get().thenApply(done -> true), status -> CompletableFuture.completedFuture(false));
  }
}
