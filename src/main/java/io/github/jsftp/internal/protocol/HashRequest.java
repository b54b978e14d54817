package io.github.jsftp.internal.protocol;

import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.SftpProtocolException;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.Failures.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a server digest a file: by check-file, where the server chooses among algorithms, or else by
 * md5-hash. By handle where that is offered: MINA reads relative links wrongly when asked by path.
 */
final class HashRequest {
  private static final Map<String, Integer> LENGTHS =
      Map.of("MD5", 16, "SHA-1", 20, "SHA-224", 28, "SHA-256", 32, "SHA-384", 48, "SHA-512", 64);

  private final SftpClient client;
  private final SftpChannel channel;
  private final RequestContext context;
  private final String path;
  private final List<String> algorithms;
  private final long size;
  private final long piece;
  private final List<byte[]> found = new ArrayList<>();

  /** How to ask for one piece. */
  private record Way(String extension, boolean checksFile, @Nullable FileHandle handle) {}

  HashRequest(
      SftpClient client,
      SftpChannel channel,
      RequestContext context,
      String path,
      List<String> algorithms,
      long size,
      long piece) {
    this.client = client;
    this.channel = channel;
    this.context = context;
    this.path = path;
    this.algorithms =
        algorithms.stream().map(HashRequest::named).filter(LENGTHS::containsKey).toList();
    this.size = size;
    this.piece = piece;
  }

  /** Digests; fails with OperationNotSupportedException when the server can't. */
  CompletableFuture<Digests> run() {
    if (!algorithms.isEmpty()) {
      if (offers(SftpConstants.CHECK_FILE_HANDLE)) {
        return byHandle(SftpConstants.CHECK_FILE_HANDLE, true);
      } else if (offers(SftpConstants.CHECK_FILE_NAME)) {
        return pieces(new Way(SftpConstants.CHECK_FILE_NAME, true, null), algorithms);
      } else if (algorithms.contains("MD5")
          && channel.extensions().offers(SftpConstants.MD5_HASH_HANDLE)) {
        return byHandle(SftpConstants.MD5_HASH_HANDLE, false);
      } else if (algorithms.contains("MD5")
          && channel.extensions().offers(SftpConstants.MD5_HASH)) {
        return pieces(new Way(SftpConstants.MD5_HASH, false, null), List.of("MD5"));
      }
    }
    return CompletableFuture.failedFuture(
        channel
            .settings()
            .failures()
            .unsupported(context.operation(), path, SftpConstants.CHECK_FILE));
  }

  /** Some servers announce the two by the name that their answers bear. */
  private boolean offers(String extension) {
    return channel.extensions().offers(extension)
        || channel.extensions().offers(SftpConstants.CHECK_FILE);
  }

  private CompletableFuture<Digests> byHandle(String extension, boolean checksFile) {
    return client
        .openToRead(channel, path)
        .thenCompose(
            opened -> {
              var way = new Way(extension, checksFile, opened);
              var digested = pieces(way, checksFile ? algorithms : List.of("MD5"));
              if (size <= piece) {
                opened.close(); // leaves together with the only request
                return digested;
              }
              return digested.whenComplete((digests, failure) -> opened.close());
            });
  }

  private CompletableFuture<Digests> pieces(Way way, List<String> among) {
    long from = found.size() * piece;
    return ask(way, among, from, Math.min(piece, size - from))
        .thenCompose(
            answer -> {
              String algorithm = named(answer.algorithm());
              byte[] digest = answer.pieces().get(0);
              if (!among.contains(algorithm) || digest.length != length(algorithm)) {
                return CompletableFuture.failedFuture(
                    channel
                        .settings()
                        .failures()
                        .protocol(
                            context.operation(),
                            path,
                            "a digest of %d bytes for %s where %s was asked for"
                                .formatted(digest.length, answer.algorithm(), among),
                            null));
              }
              found.add(digest);
              return size - found.size() * piece <= 0
                  ? CompletableFuture.completedFuture(new Digests(algorithm, List.copyOf(found)))
                  : pieces(way, List.of(algorithm));
            });
  }

  private CompletableFuture<Digests> ask(Way way, List<String> among, long from, long length) {
    Supplier<CompletableFuture<Digests>> asking =
        () -> {
          RequestPacket packet =
              way.handle() == null
                  ? client.requests().extended(way.extension(), path)
                  : new RequestPacket(SftpConstants.EXTENDED)
                      .ascii(way.extension())
                      .string(way.handle().raw());
          if (way.checksFile()) {
            packet.ascii(String.join(",", among.stream().map(HashRequest::onTheWire).toList()));
          }
          packet.longNumber(from).longNumber(length);
          if (way.checksFile()) {
            packet.number(0); // one digest over all of it
          } else {
            packet.string(new byte[0]); // no digest of the beginning to be compared first
          }
          return channel.send(
              Request.of(
                  context,
                  packet,
                  SftpConstants.EXTENDED_REPLY,
                  way.checksFile() ? HashRequest::checkFile : HashRequest::md5));
        };
    return client.explained(
        context,
        Wanted.ANY,
        client.orRefused(context, asking),
        () -> CompletableFuture.failedFuture(new IllegalStateException("not asked for")));
  }

  /** The draft has the bare digest; MINA sends its length first. */
  private static Digests checkFile(Reply reply) throws SftpProtocolException {
    String algorithm = reply.text();
    if (algorithm.equals(SftpConstants.CHECK_FILE)) {
      algorithm = reply.text();
    }
    byte[] rest = reply.rest();
    int length = length(named(algorithm));
    if (rest.length == 4 + length && rest[3] == length) {
      rest = Arrays.copyOfRange(rest, 4, rest.length);
    }
    return new Digests(algorithm, List.of(rest));
  }

  private static Digests md5(Reply reply) throws SftpProtocolException {
    reply.string(); // the extension's name
    return new Digests("MD5", List.of(reply.string()));
  }

  private static int length(String algorithm) {
    return LENGTHS.getOrDefault(algorithm, -1);
  }

  private static String onTheWire(String algorithm) {
    return algorithm.toLowerCase(Locale.ROOT).replace("-", "");
  }

  private static String named(String onTheWire) {
    for (String algorithm : LENGTHS.keySet()) {
      if (onTheWire(algorithm).equals(onTheWire(onTheWire))) {
        return algorithm;
      }
    }
    return onTheWire;
  }
}
