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
import io.github.jsftp.internal.remote.Failures.Wanted;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteListing.UnsafeNames;
import io.github.jsftp.internal.remote.ServerAttributes;
import io.github.jsftp.internal.remote.ServerErrors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory whose entries are asked for ahead of the one who takes them. */
final class DirectoryListing implements RemoteListing {
  private static final int MOST_AHEAD = 32;

  /** So many answers may bring nothing new; a server that restarts the listing never ends it. */
  private static final int MOST_REPETITIONS = 100;

  /** With so many unsafe names a listing as a whole is not to be believed. */
  private static final int MOST_UNSAFE = 1000;

  private final SftpClient client;
  private final SftpChannel channel;
  private final RequestContext context;
  private final String dir;
  private final byte[] handle;
  private final ArrayDeque<CompletableFuture<Batch>> asked = new ArrayDeque<>();
  private int ahead = 2;
  private boolean ended;
  private long answers;
  private @Nullable String earlier; // the first name of an answer some time ago
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
   * One answer.
   *
   * @param first the first name, "." and ".." included; null for the end
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
    askAhead();
    return asked
        .removeFirst()
        .whenComplete(
            (batch, failure) -> {
              if (failure != null) {
                close();
              }
            })
        .thenCompose(this::took);
  }

  @Override
  public synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    // What was asked for ahead is answered first, in case the server does not keep the order.
    CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .whenComplete(
            (nothing, failure) -> channel.send(Request.plain(context, about(SftpConstants.CLOSE))));
    asked.clear();
  }

  private CompletableFuture<List<FileInfo>> took(Batch batch) {
    if (batch.first == null) {
      close();
      return earlier == null ? empty() : end();
    }
    synchronized (this) {
      batch.unsafe.forEach(name -> unsafe.put(RemotePath.harmless(name), refusal(name)));
      if (unsafe.size() > MOST_UNSAFE) {
        return violated("it lists over " + MOST_UNSAFE + " unsafe names");
      }
      repetitions += batch.first.equals(earlier) ? 1 : 0;
      if (Long.bitCount(++answers) == 1) { // so that a cycle of any length is noticed
        earlier = batch.first;
      }
      if (repetitions > MOST_REPETITIONS) {
        return violated("its listing repeats \"" + batch.first + "\" and does not end");
      }
      ahead = Math.min(ahead * 2, MOST_AHEAD);
      if (batch.entries.isEmpty()) {
        return next();
      }
      if (!ended) {
        askAhead();
      }
    }
    return CompletableFuture.completedFuture(batch.entries);
  }

  private synchronized CompletableFuture<List<FileInfo>> end() {
    return unsafe.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : CompletableFuture.failedFuture(new UnsafeNames(unsafe));
  }

  private CompletableFuture<List<FileInfo>> violated(String problem) {
    close();
    return CompletableFuture.failedFuture(violation(problem));
  }

  private SftpException refusal(String name) {
    return violation("it lists the unsafe name \"" + name + '"');
  }

  private SftpException violation(String problem) {
    return channel.settings().failures().protocol(context.operation(), dir, problem, null);
  }

  /**
   * Returns no entries, unless the directory may not be searched: OpenSSH leaves out what it can't
   * lstat, so that such a directory looks empty, without even a "." in it.
   */
  private CompletableFuture<List<FileInfo>> empty() {
    return client
        .explained(
            context,
            Wanted.ANY,
            client.orRefused(
                context,
                () ->
                    client
                        .requests()
                        .queries()
                        .at(channel, context, RemotePath.child(dir, "."), false)),
            () -> CompletableFuture.failedFuture(new IllegalStateException("not asked for")))
        .handle((info, failure) -> failure == null ? null : Await.cause(failure))
        .thenCompose(
            failure ->
                failure == null || isNoObstacle(failure)
                    ? CompletableFuture.completedFuture(List.of())
                    : CompletableFuture.failedFuture(failure));
  }

  /** Returns true for a refusal of servers to which "." is not a name, empty or not. */
  private static boolean isNoObstacle(Throwable failure) {
    return ServerErrors.isRefusal(failure) && !(failure instanceof PermissionDeniedException);
  }

  private void askAhead() {
    int most = Math.min(ahead, channel.settings().maxRequests());
    while (asked.size() < most) {
      asked.addLast(
          client.explained(
              context,
              Wanted.DIRECTORY,
              channel.send(
                  Request.of(
                      context,
                      about(SftpConstants.READDIR),
                      SftpConstants.NAME,
                      this::batch,
                      Batch.END)),
              () -> client.requests().queries().at(channel, context, dir, false)));
    }
  }

  private record Sent(String name, String longname, ServerAttributes serverAttributes) {}

  private Batch batch(Reply reply) throws SftpProtocolException {
    int count = reply.count(12);
    if (count == 0) { // an early way of saying that this was all
      return Batch.END;
    }
    var queries = client.requests().queries();
    var sent = new ArrayList<Sent>(count);
    String first = null;
    var refused = new ArrayList<String>();
    for (int left = count; left > 0; left--) {
      String name = reply.name();
      String longname = reply.text();
      ServerAttributes serverAttributes = queries.seen(reply.attributes());
      first = first == null ? name : first;
      if (RemotePath.isName(name)) {
        sent.add(new Sent(name, longname, serverAttributes));
      } else if (!name.equals(".") && !name.equals("..")) {
        refused.add(name);
      }
    }
    // Whether types are told is known when all are seen, "." among them.
    List<FileInfo> entries =
        sent.stream()
            .map(
                it ->
                    queries.entry(RemotePath.child(dir, it.name), it.serverAttributes, it.longname))
            .toList();
    return new Batch(entries, first, refused);
  }

  private RequestPacket about(int type) {
    return new RequestPacket(type).string(handle);
  }
}
