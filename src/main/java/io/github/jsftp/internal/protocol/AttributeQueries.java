package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.remote.ServerAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Finds out what is at a path, also where a server leaves out the type or refuses LSTAT or STAT.
 * Servers that tell the types of files and directories, MINA among them, leave it out for devices
 * and pipes. Servers that tell no type at all are asked in other ways.
 */
final class AttributeQueries {
  private static final int PERMISSION_DENIED = 3;
  private static final int UNSUPPORTED = 8;

  private final PathRequests requests;
  private volatile boolean tellsTypes;

  AttributeQueries(PathRequests requests) {
    this.requests = requests;
  }

  /** Takes note of attributes that came in whatever way. */
  ServerAttributes seen(ServerAttributes serverAttributes) {
    tellsTypes |= serverAttributes.hasType();
    return serverAttributes;
  }

  /** Returns what a listing tells of an entry; one whose type is not known has no mode either. */
  FileInfo entry(String path, ServerAttributes serverAttributes, String longname) {
    char letter = longname.isEmpty() ? ' ' : longname.charAt(0);
    if (serverAttributes.hasType()) {
      return serverAttributes.at(path, serverAttributes.type(), longname);
    }
    return switch (letter) {
      case 'd' -> serverAttributes.at(path, FileInfo.Type.DIRECTORY, longname);
      case 'l' -> serverAttributes.at(path, FileInfo.Type.LINK, longname);
      case 'p', 's', 'c', 'b' -> serverAttributes.at(path, FileInfo.Type.OTHER, longname);
      // MINA calls a pipe a file here.
      case '-' ->
          tellsTypes && serverAttributes.size() <= 0
              ? serverAttributes.untyped().at(path, FileInfo.Type.OTHER, longname)
              : serverAttributes.at(path, FileInfo.Type.FILE, longname);
      default -> serverAttributes.untyped().at(path, FileInfo.Type.OTHER, longname);
    };
  }

  /** Returns what is told of an open file. */
  FileInfo open(String path, ServerAttributes serverAttributes) {
    boolean isUsual =
        !serverAttributes.hasType()
            && !tellsTypes
            && !serverAttributes.equals(ServerAttributes.NOTHING);
    return serverAttributes.at(path, isUsual ? FileInfo.Type.FILE : serverAttributes.type(), null);
  }

  /** Asks what is at a path. */
  CompletableFuture<FileInfo> at(
      SftpChannel channel, RequestContext context, String path, boolean follow) {
    return StatusInterpreter.replaced(
        asked(channel, context, follow ? SftpConstants.STAT : SftpConstants.LSTAT, path)
            .thenCompose(
                serverAttributes -> complete(channel, context, path, follow, serverAttributes)),
        status ->
            status.status == PERMISSION_DENIED || status.status == UNSUPPORTED
                ? otherwise(channel, context, path, follow, status)
                : CompletableFuture.failedFuture(status));
  }

  /** Asks the other request, and at last whether there is a directory to be opened. */
  private CompletableFuture<FileInfo> otherwise(
      SftpChannel channel,
      RequestContext context,
      String path,
      boolean follow,
      StatusException refused) {
    return asked(channel, context, follow ? SftpConstants.LSTAT : SftpConstants.STAT, path)
        .thenCompose(
            serverAttributes ->
                follow && serverAttributes.type() == FileInfo.Type.LINK
                    ? CompletableFuture.<FileInfo>failedFuture(refused)
                    : complete(channel, context, path, follow, serverAttributes))
        .exceptionallyCompose(
            failure ->
                Await.cause(failure) instanceof StatusException
                    ? isAllowed(() -> isDirectory(channel, context, path))
                        .thenCompose(
                            there ->
                                there
                                    ? CompletableFuture.completedFuture(
                                        ServerAttributes.NOTHING.at(
                                            path, FileInfo.Type.DIRECTORY, null))
                                    : CompletableFuture.failedFuture(refused))
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<FileInfo> complete(
      SftpChannel channel,
      RequestContext context,
      String path,
      boolean follow,
      ServerAttributes serverAttributes) {
    if (serverAttributes.hasType() || serverAttributes.equals(ServerAttributes.NOTHING)) {
      return CompletableFuture.completedFuture(serverAttributes.at(path));
    }
    return isTelling(channel, context)
        .thenCompose(
            tells ->
                tells
                    ? CompletableFuture.completedFuture(FileInfo.Type.OTHER)
                    : type(channel, context, path, follow))
        .thenApply(type -> serverAttributes.at(path, type, null));
  }

  private CompletableFuture<Boolean> isTelling(SftpChannel channel, RequestContext context) {
    return tellsTypes
        ? CompletableFuture.completedFuture(true)
        : isAllowed(
                () ->
                    asked(channel, context, SftpConstants.STAT, "/")
                        .<Void>thenApply(serverAttributes -> null))
            .thenApply(allowed -> tellsTypes);
  }

  private CompletableFuture<FileInfo.Type> type(
      SftpChannel channel, RequestContext context, String path, boolean follow) {
    var link =
        follow
            ? CompletableFuture.completedFuture(false)
            : isAllowed(
                () ->
                    channel
                        .send(requests.name(context, SftpConstants.READLINK, path))
                        .<Void>thenApply(text -> null));
    return link.thenCombine(
        isAllowed(() -> isDirectory(channel, context, path)),
        (isLink, isDirectory) -> {
          if (isLink) {
            return FileInfo.Type.LINK;
          }
          return isDirectory ? FileInfo.Type.DIRECTORY : FileInfo.Type.FILE;
        });
  }

  private CompletableFuture<Void> isDirectory(
      SftpChannel channel, RequestContext context, String path) {
    return channel
        .send(
            Request.of(
                context,
                requests.about(SftpConstants.OPENDIR, path),
                SftpConstants.HANDLE,
                Reply::handle))
        .thenAccept(
            handle ->
                channel.send(
                    Request.plain(context, new RequestPacket(SftpConstants.CLOSE).string(handle))));
  }

  private CompletableFuture<ServerAttributes> asked(
      SftpChannel channel, RequestContext context, int type, String path) {
    return channel.send(
        Request.of(
            context,
            requests.about(type, path),
            SftpConstants.ATTRS,
            reply -> seen(reply.attributes())));
  }

  /** Returns true if a request was not refused. */
  private static CompletableFuture<Boolean> isAllowed(Supplier<CompletableFuture<Void>> request) {
    return StatusInterpreter.replaced(
        request.get().thenApply(done -> true), status -> CompletableFuture.completedFuture(false));
  }
}
