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
import io.github.jsftp.internal.remote.WireAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Queries the attributes of a path, even if a server omits the type or refuses LSTAT or STAT.
 * Servers that send the types of files and directories, such as MINA, omit those of devices and
 * pipes. If a server sends no types at all, other requests reveal them.
 */
final class AttributeQueries {

  private final PathRequests requests;
  private volatile boolean sendsTypes;

  AttributeQueries(PathRequests requests) {
    this.requests = requests;
  }

  /** Records whether the server sends types; called for all attributes that arrive. */
  WireAttributes remember(WireAttributes attributes) {
    sendsTypes |= attributes.hasType();
    return attributes;
  }

  /** Returns a listed entry. If the type is unknown, the mode is left out as well. */
  FileInfo ofEntry(String path, WireAttributes attributes, String longname) {
    char letter = longname.isEmpty() ? ' ' : longname.charAt(0);
    if (attributes.hasType()) {
      return attributes.toFileInfo(path, attributes.type(), longname);
    }
    return switch (letter) {
      case 'd' -> attributes.toFileInfo(path, FileInfo.Type.DIRECTORY, longname);
      case 'l' -> attributes.toFileInfo(path, FileInfo.Type.LINK, longname);
      case 'p', 's', 'c', 'b' -> attributes.toFileInfo(path, FileInfo.Type.OTHER, longname);
      // MINA lists a pipe as a file.
      case '-' ->
          sendsTypes && attributes.size() <= 0
              ? attributes.withoutType().toFileInfo(path, FileInfo.Type.OTHER, longname)
              : attributes.toFileInfo(path, FileInfo.Type.FILE, longname);
      default -> attributes.withoutType().toFileInfo(path, FileInfo.Type.OTHER, longname);
    };
  }

  /** Returns the attributes of an open file. */
  FileInfo ofOpenFile(String path, WireAttributes attributes) {
    boolean isFile =
        !attributes.hasType() && !sendsTypes && !attributes.equals(WireAttributes.NONE);
    return attributes.toFileInfo(path, isFile ? FileInfo.Type.FILE : attributes.type(), null);
  }

  /** Requests the attributes of a path. */
  CompletableFuture<FileInfo> stat(
      SftpChannel channel, RequestContext context, String path, boolean follow) {
    return StatusInterpreter.onStatus(
        request(channel, context, follow ? SftpConstants.STAT : SftpConstants.LSTAT, path)
            .thenCompose(attributes -> withType(channel, context, path, follow, attributes)),
        status ->
            status.status == SftpConstants.PERMISSION_DENIED
                    || status.status == SftpConstants.OP_UNSUPPORTED
                ? fallback(channel, context, path, follow, status)
                : CompletableFuture.failedFuture(status));
  }

  /**
   * Sends the other of LSTAT and STAT. If that is refused too, checks whether the path is a
   * directory that can be opened.
   */
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
                                        WireAttributes.NONE.toFileInfo(
                                            path, FileInfo.Type.DIRECTORY, null))
                                    : CompletableFuture.failedFuture(refused))
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<FileInfo> withType(
      SftpChannel channel,
      RequestContext context,
      String path,
      boolean follow,
      WireAttributes attributes) {
    if (attributes.hasType() || attributes.equals(WireAttributes.NONE)) {
      return CompletableFuture.completedFuture(attributes.toFileInfo(path));
    }
    return serverSendsTypes(channel, context)
        .thenCompose(
            sendsThem ->
                sendsThem
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

  private CompletableFuture<WireAttributes> request(
      SftpChannel channel, RequestContext context, int type, String path) {
    return channel.send(
        Request.of(
            context,
            requests.packet(type, path),
            SftpConstants.ATTRS,
            reply -> remember(reply.attributes())));
  }

  /** Returns true if the request is not refused. */
  private static CompletableFuture<Boolean> succeeds(Supplier<CompletableFuture<Void>> request) {
    return StatusInterpreter.onStatus(
        request.get().thenApply(done -> true), status -> CompletableFuture.completedFuture(false));
  }
}
