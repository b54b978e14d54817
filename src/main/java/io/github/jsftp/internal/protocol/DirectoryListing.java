package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.SftpProtocolException;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.remote.WireAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An open directory. Its entries are requested ahead of the caller. */
final class DirectoryListing implements RemoteListing {
  private static final int MAX_READ_AHEAD = 32;

  /**
   * The number of replies that may repeat earlier entries. If a server restarts its listing, that
   * never ends.
   */
  private static final int MAX_REPETITIONS = 100;

  /** The number of unsafe names after which the whole listing is rejected. */
  private static final int MAX_UNSAFE_NAMES = 1000;

  private final SftpClient client;
  private final SftpChannel channel;
  private final RequestContext context;
  private final String dir;
  private final byte[] handle;
  private final ArrayDeque<CompletableFuture<Batch>> pending = new ArrayDeque<>();
  private int readAhead = 2;
  private boolean ended;
  private long batches;
  private @Nullable String
      referenceName; // the first name of an earlier batch, to detect repetition
  private int repetitions;
  private final Map<String, SftpException> unsafe = new LinkedHashMap<>();

  DirectoryListing(
      SftpClient client, SftpChannel channel, RequestContext context, String dir, byte[] handle) {
    this.client = client;
    this.channel = channel;
    this.context = context;
    this.dir = dir;
    this.handle = handle;
  }

  /**
   * The entries of one reply.
   *
   * @param first the first name, which may be "." or ".."; null at the end of the listing
   * @param unsafe names that lead out of the directory
   */
  private record Batch(List<FileInfo> entries, @Nullable String first, List<String> unsafe) {
    static final Batch END = new Batch(List.of(), null, List.of());
  }

  @Override
  public synchronized CompletableFuture<List<FileInfo>> next() {
    if (ended) {
      return CompletableFuture.completedFuture(List.of());
    }
    requestAhead();
    return pending
        .removeFirst()
        .whenComplete(
            (batch, failure) -> {
              if (failure != null) {
                close();
              }
            })
        .thenCompose(this::process);
  }

  @Override
  public synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    // Wait for pending replies before closing, in case the server reorders requests.
    CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
        .whenComplete(
            (nothing, failure) ->
                channel.send(Request.forStatus(context, packet(SftpConstants.CLOSE))));
    pending.clear();
  }

  private CompletableFuture<List<FileInfo>> process(Batch batch) {
    if (batch.first == null) {
      close();
      return referenceName == null ? checkSearchable() : finish();
    }
    synchronized (this) {
      batch.unsafe.forEach(name -> unsafe.put(RemotePath.sanitized(name), unsafeName(name)));
      if (unsafe.size() > MAX_UNSAFE_NAMES) {
        return failWith("it lists over " + MAX_UNSAFE_NAMES + " unsafe names");
      }
      repetitions += batch.first.equals(referenceName) ? 1 : 0;
      if (Long.bitCount(++batches)
          == 1) { // at powers of two, so that a cycle of any length is detected
        referenceName = batch.first;
      }
      if (repetitions > MAX_REPETITIONS) {
        return failWith("its listing repeats \"" + batch.first + "\" and does not end");
      }
      readAhead = Math.min(readAhead * 2, MAX_READ_AHEAD);
      if (batch.entries.isEmpty()) {
        return next();
      }
      if (!ended) {
        requestAhead();
      }
    }
    return CompletableFuture.completedFuture(batch.entries);
  }

  private synchronized CompletableFuture<List<FileInfo>> finish() {
    return unsafe.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : CompletableFuture.failedFuture(unsafe.values().iterator().next());
  }

  private CompletableFuture<List<FileInfo>> failWith(String problem) {
    close();
    return CompletableFuture.failedFuture(violation(problem));
  }

  @Override
  public synchronized Map<String, SftpException> unsafeNames() {
    return new LinkedHashMap<>(unsafe);
  }

  private SftpException unsafeName(String name) {
    return violation("it lists the unsafe name \"" + name + '"');
  }

  private SftpException violation(String problem) {
    return channel.settings().failures().protocolViolation(context.operation(), dir, problem, null);
  }

  /**
   * Returns no entries, or fails if the directory may not be searched. OpenSSH leaves out entries
   * for which lstat fails, so such a directory looks empty and has not even a ".".
   */
  private CompletableFuture<List<FileInfo>> checkSearchable() {
    return client
        .explained(
            context,
            client.orInvalid(
                context,
                () ->
                    client
                        .requests()
                        .queries()
                        .stat(channel, context, RemotePath.child(dir, "."), false)))
        .handle((info, failure) -> failure == null ? null : Await.cause(failure))
        .thenCompose(
            failure ->
                failure == null || isHarmless(failure)
                    ? CompletableFuture.completedFuture(List.of())
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * Returns true if the server only does not know the name ".", which says nothing about the
   * directory.
   */
  private static boolean isHarmless(Throwable failure) {
    return ServerErrors.isRefusal(failure) && !(failure instanceof PermissionDeniedException);
  }

  private void requestAhead() {
    int max = Math.min(readAhead, channel.settings().maxRequests());
    while (pending.size() < max) {
      pending.addLast(
          client.explained(
              context,
              Expected.DIRECTORY,
              channel.send(
                  Request.of(
                      context,
                      packet(SftpConstants.READDIR),
                      SftpConstants.NAME,
                      this::parse,
                      Batch.END)),
              () -> client.requests().queries().stat(channel, context, dir, false)));
    }
  }

  private record RawEntry(String name, String longname, WireAttributes attributes) {}

  private Batch parse(Reply reply) throws SftpProtocolException {
    int count = reply.count(12);
    if (count == 0) { // some early servers mark the end like this
      return Batch.END;
    }
    var queries = client.requests().queries();
    var sent = new ArrayList<RawEntry>(count);
    String first = null;
    var unsafeNames = new ArrayList<String>();
    for (int left = count; left > 0; left--) {
      String name = reply.name();
      String longname = reply.text();
      WireAttributes attributes = queries.remember(reply.attributes());
      first = first == null ? name : first;
      if (RemotePath.isName(name)) {
        sent.add(new RawEntry(name, longname, attributes));
      } else if (!name.equals(".") && !name.equals("..")) {
        unsafeNames.add(name);
      }
    }
    // Only after all entries, "." included, is it known whether the server sends types.
    List<FileInfo> entries =
        sent.stream()
            .map(it -> queries.ofEntry(RemotePath.child(dir, it.name), it.attributes, it.longname))
            .toList();
    return new Batch(entries, first, unsafeNames);
  }

  private RequestPacket packet(int type) {
    return new RequestPacket(type).string(handle);
  }
}
