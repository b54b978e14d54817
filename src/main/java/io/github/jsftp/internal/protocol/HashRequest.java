package io.github.jsftp.internal.protocol;

import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.SftpProtocolException;
import io.github.jsftp.internal.remote.Digests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests digests of a file from the server. Uses check-file, where the server chooses one of
 * several algorithms, or else md5-hash. Prefers requests by handle to those by path, since MINA
 * resolves relative links wrongly when given a path.
 */
final class HashRequest {
  private static final Map<String, Integer> DIGEST_LENGTHS =
      Map.of("MD5", 16, "SHA-1", 20, "SHA-224", 28, "SHA-256", 32, "SHA-384", 48, "SHA-512", 64);

  private final SftpClient client;
  private final SftpChannel channel;
  private final RequestContext context;
  private final String path;
  private final List<String> algorithms;
  private final long size;
  private final long piece;
  private final List<byte[]> digests = new ArrayList<>();

  /**
   * The extension that computes the digest of one piece.
   *
   * @param checksFile true for check-file, false for md5-hash
   * @param handle the open file, or null to request by path
   */
  private record HashMethod(String extension, boolean checksFile, @Nullable FileHandle handle) {}

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
        algorithms.stream()
            .map(HashRequest::standardName)
            .filter(DIGEST_LENGTHS::containsKey)
            .toList();
    this.size = size;
    this.piece = piece;
  }

  /**
   * Requests the digests. Fails with OperationNotSupportedException if the server has no such
   * extension.
   */
  CompletableFuture<Digests> run() {
    if (!algorithms.isEmpty()) {
      if (offers(SftpConstants.CHECK_FILE_HANDLE)) {
        return byHandle(SftpConstants.CHECK_FILE_HANDLE, true);
      } else if (offers(SftpConstants.CHECK_FILE_NAME)) {
        return digestPieces(new HashMethod(SftpConstants.CHECK_FILE_NAME, true, null), algorithms);
      } else if (algorithms.contains("MD5")
          && channel.extensions().offers(SftpConstants.MD5_HASH_HANDLE)) {
        return byHandle(SftpConstants.MD5_HASH_HANDLE, false);
      } else if (algorithms.contains("MD5")
          && channel.extensions().offers(SftpConstants.MD5_HASH)) {
        return digestPieces(new HashMethod(SftpConstants.MD5_HASH, false, null), List.of("MD5"));
      }
    }
    return CompletableFuture.failedFuture(
        channel
            .settings()
            .failures()
            .unsupported(context.operation(), path, SftpConstants.CHECK_FILE));
  }

  /**
   * Returns true if the server announces this extension. Some servers announce {@code check-file}
   * for both of its variants.
   */
  private boolean offers(String extension) {
    return channel.extensions().offers(extension)
        || channel.extensions().offers(SftpConstants.CHECK_FILE);
  }

  private CompletableFuture<Digests> byHandle(String extension, boolean checksFile) {
    return client
        .openToRead(channel, path)
        .thenCompose(
            opened -> {
              var method = new HashMethod(extension, checksFile, opened);
              var result = digestPieces(method, checksFile ? algorithms : List.of("MD5"));
              if (size <= piece) {
                opened.close(); // CLOSE is sent together with the only request
                return result;
              }
              return result.whenComplete((digests, failure) -> opened.close());
            });
  }

  private CompletableFuture<Digests> digestPieces(HashMethod method, List<String> candidates) {
    long from = digests.size() * piece;
    return request(method, candidates, from, Math.min(piece, size - from))
        .thenCompose(
            reply -> {
              String algorithm = standardName(reply.algorithm());
              byte[] digest = reply.pieces().get(0);
              if (!candidates.contains(algorithm) || digest.length != length(algorithm)) {
                return CompletableFuture.failedFuture(
                    channel
                        .settings()
                        .failures()
                        .protocolViolation(
                            context.operation(),
                            path,
                            String.format(
                                Locale.ROOT,
                                "a digest of %d bytes for %s where %s was asked for",
                                digest.length,
                                reply.algorithm(),
                                candidates),
                            null));
              }
              digests.add(digest);
              return size - digests.size() * piece <= 0
                  ? CompletableFuture.completedFuture(new Digests(algorithm, List.copyOf(digests)))
                  : digestPieces(method, List.of(algorithm));
            });
  }

  private CompletableFuture<Digests> request(
      HashMethod method, List<String> candidates, long from, long length) {
    Supplier<CompletableFuture<Digests>> request =
        () -> {
          RequestPacket packet =
              method.handle() == null
                  ? client.requests().extendedPacket(method.extension(), path)
                  : new RequestPacket(SftpConstants.EXTENDED)
                      .ascii(method.extension())
                      .string(method.handle().serverHandle());
          if (method.checksFile()) {
            packet.ascii(String.join(",", candidates.stream().map(HashRequest::wireName).toList()));
          }
          packet.longNumber(from).longNumber(length);
          if (method.checksFile()) {
            packet.number(0); // one digest of the whole piece
          } else {
            packet.string(new byte[0]); // no digest of the first bytes to compare with
          }
          return channel.send(
              Request.of(
                  context,
                  packet,
                  SftpConstants.EXTENDED_REPLY,
                  method.checksFile() ? HashRequest::checkFile : HashRequest::md5));
        };
    return client.explained(context, client.orInvalid(context, request));
  }

  /**
   * Reads the reply to check-file. By the draft it ends with the digest alone; MINA precedes it
   * with its length.
   */
  private static Digests checkFile(Reply reply) throws SftpProtocolException {
    String algorithm = reply.text();
    if (algorithm.equals(SftpConstants.CHECK_FILE)) {
      algorithm = reply.text();
    }
    byte[] rest = reply.rest();
    int length = length(standardName(algorithm));
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
    return DIGEST_LENGTHS.getOrDefault(algorithm, -1);
  }

  private static String wireName(String algorithm) {
    return algorithm.toLowerCase(Locale.ROOT).replace("-", "");
  }

  private static String standardName(String wireName) {
    for (String algorithm : DIGEST_LENGTHS.keySet()) {
      if (wireName(algorithm).equals(wireName(wireName))) {
        return algorithm;
      }
    }
    return wireName;
  }
}
