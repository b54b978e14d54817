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
  private volatile boolean sendsTypes;

  AttributeQueries(PathRequests requests) {
    this.requests = requests;
  }

  /** Takes note of attributes that came in whatever way. */
  ServerAttributes remember(ServerAttributes attributes) {
    sendsTypes |= attributes.hasType();
    return attributes;
  }

  /** Returns what a listing tells of an entry; one whose type is not known has no mode either. */
  FileInfo ofEntry(String path, ServerAttributes attributes, String longname) {
    char letter = longname.isEmpty() ? ' ' : longname.charAt(0);
    if (attributes.hasType()) {
      return attributes.toFileInfo(path, attributes.type(), longname);
    }
    return switch (letter) {
      case 'd' -> attributes.toFileInfo(path, FileInfo.Type.DIRECTORY, longname);
      case 'l' -> attributes.toFileInfo(path, FileInfo.Type.LINK, longname);
      case 'p', 's', 'c', 'b' -> attributes.toFileInfo(path, FileInfo.Type.OTHER, longname);
      // MINA calls a pipe a file here.
      case '-' ->
          sendsTypes && attributes.size() <= 0
              ? attributes.withoutType().toFileInfo(path, FileInfo.Type.OTHER, longname)
              : attributes.toFileInfo(path, FileInfo.Type.FILE, longname);
      default -> attributes.withoutType().toFileInfo(path, FileInfo.Type.OTHER, longname);
    };
  }

  /** Returns what is told of an open file. */
  FileInfo ofOpenFile(String path, ServerAttributes attributes) {
    boolean isUsual =
        !attributes.hasType() && !sendsTypes && !attributes.equals(ServerAttributes.NONE);
    return attributes.toFileInfo(path, isUsual ? FileInfo.Type.FILE : attributes.type(), null);
  }

  /** Asks what is at a path. */
  CompletableFuture<FileInfo> stat(
      SftpChannel channel, RequestContext context, String path, boolean follow) {
    return StatusInterpreter.replaced(
        request(channel, context, follow ? SftpConstants.STAT : SftpConstants.LSTAT, path)
            .thenCompose(attributes -> withType(channel, context, path, follow, attributes)),
        status ->
            status.status == PERMISSION_DENIED || status.status == UNSUPPORTED
                ? fallback(channel, context, path, follow, status)
                : CompletableFuture.failedFuture(status));
  }

  /** Asks the other request, and at last whether there is a directory to be opened. */
  private CompletableFuture<FileInfo> fallback(
      SftpChannel channel,
      RequestContext context,
      String path,
      boolean follow,
      StatusException refused) {
    return request(channel, context, follow ? SftpConstants.LSTAT : SftpConstants.STAT, path)
        .thenCompose(
            attributes ->
                follow && attributes.type() == FileInfo.Type.LINK
                    ? CompletableFuture.<FileInfo>failedFuture(refused)
                    : withType(channel, context, path, follow, attributes))
        .exceptionallyCompose(
            failure ->
                Await.cause(failure) instanceof StatusException
                    ? succeeds(() -> isDirectory(channel, context, path))
                        .thenCompose(
                            there ->
                                there
                                    ? CompletableFuture.completedFuture(
                                        ServerAttributes.NONE.toFileInfo(
                                            path, FileInfo.Type.DIRECTORY, null))
                                    : CompletableFuture.failedFuture(refused))
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<FileInfo> withType(
      SftpChannel channel,
      RequestContext context,
      String path,
      boolean follow,
      ServerAttributes attributes) {
    if (attributes.hasType() || attributes.equals(ServerAttributes.NONE)) {
      return CompletableFuture.completedFuture(attributes.toFileInfo(path));
    }
    return serverSendsTypes(channel, context)
        .thenCompose(
            tells ->
                tells
                    ? CompletableFuture.completedFuture(FileInfo.Type.OTHER)
                    : findType(channel, context, path, follow))
        .thenApply(type -> attributes.toFileInfo(path, type, null));
  }

  private CompletableFuture<Boolean> serverSendsTypes(SftpChannel channel, RequestContext context) {
    return sendsTypes
        ? CompletableFuture.completedFuture(true)
        : succeeds(
                () ->
                    request(channel, context, SftpConstants.STAT, "/")
                        .<Void>thenApply(attributes -> null))
            .thenApply(allowed -> sendsTypes);
  }

  private CompletableFuture<FileInfo.Type> findType(
      SftpChannel channel, RequestContext context, String path, boolean follow) {
    var link =
        follow
            ? CompletableFuture.completedFuture(false)
            : succeeds(
                () ->
                    channel
                        .send(requests.pathRequest(context, SftpConstants.READLINK, path))
                        .<Void>thenApply(text -> null));
    return link.thenCombine(
        succeeds(() -> isDirectory(channel, context, path)),
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
                requests.packet(SftpConstants.OPENDIR, path),
                SftpConstants.HANDLE,
                Reply::handle))
        .thenAccept(
            handle ->
                channel.send(
                    Request.forStatus(
                        context, new RequestPacket(SftpConstants.CLOSE).string(handle))));
  }

  private CompletableFuture<ServerAttributes> request(
      SftpChannel channel, RequestContext context, int type, String path) {
    return channel.send(
        Request.of(
            context,
            requests.packet(type, path),
            SftpConstants.ATTRS,
            reply -> remember(reply.attributes())));
  }

  /** Returns true if a request was not refused. */
  private static CompletableFuture<Boolean> succeeds(Supplier<CompletableFuture<Void>> request) {
    return StatusInterpreter.replaced(
        request.get().thenApply(done -> true), status -> CompletableFuture.completedFuture(false));
  }
}
