package io.github.jsftp.internal.protocol;

import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.SftpProtocolException;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Set;

/** Builds requests that contain paths. */
final class PathRequests {
  private final Charset charset;
  private final AttributeQueries queries = new AttributeQueries(this);

  PathRequests(Charset charset) {
    this.charset = charset;
  }

  /**
   * Starts a request for a path.
   *
   * @throws IllegalArgumentException if the path can't be encoded
   */
  RequestPacket packet(int type, String path) {
    return new RequestPacket(type).string(bytes(path));
  }

  /**
   * Starts an extended request for a path.
   *
   * @throws IllegalArgumentException if the path can't be encoded
   */
  RequestPacket extendedPacket(String extension, String path) {
    return new RequestPacket(SftpConstants.EXTENDED).ascii(extension).string(bytes(path));
  }

  ByteBuffer bytes(String path) {
    return RemotePath.bytes(path, charset);
  }

  AttributeQueries queries() {
    return queries;
  }

  /** Creates a REALPATH or READLINK request, whose result is a path. */
  Request<String> pathRequest(RequestContext context, int type, String path) {
    return Request.of(context, packet(type, path), SftpConstants.NAME, PathRequests::singleName);
  }

  /** Creates a request of the extension statvfs@openssh.com. */
  Request<StatVfs> statvfs(RequestContext context, String path) {
    return Request.of(
        context,
        extendedPacket(SftpConstants.STATVFS, path),
        SftpConstants.EXTENDED_REPLY,
        Reply::statvfs);
  }

  private static String singleName(Reply reply) throws SftpProtocolException {
    if (reply.count(12) != 1) {
      throw new SftpProtocolException("several names or none instead of one");
    }
    return reply.text();
  }

  /** Returns the bits of these flags in SSH_FXP_OPEN. */
  static int flags(Set<OpenFlag> wanted) {
    int bits = 0;
    for (OpenFlag flag : wanted) {
      bits |=
          switch (flag) {
            case READ -> 1;
            case WRITE -> 2;
            case APPEND -> 4;
            case CREATE -> 8;
            case TRUNCATE -> 16;
            case EXCLUSIVE -> 32;
          };
    }
    return bits;
  }
}
