package io.github.jsftp.internal.pipeline;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.pipeline.Failures.Wanted;
import io.github.jsftp.internal.transfer.RemoteListing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory whose entries are asked for ahead of the one who takes them. */
final class Listing implements RemoteListing {
  private static final int MOST_AHEAD = 32;

  private final Pipeline pipeline;
  private final SftpChannel channel;
  private final Call call;
  private final String dir;
  private final byte[] handle;
  private final ArrayDeque<CompletableFuture<Batch>> asked = new ArrayDeque<>();
  private int ahead = 2;
  private boolean ended;

  Listing(Pipeline pipeline, SftpChannel channel, Call call, String dir, byte[] handle) {
    this.pipeline = pipeline;
    this.channel = channel;
    this.call = call;
    this.dir = dir;
    this.handle = handle;
  }

  /**
   * One answer.
   *
   * @param end whether it is the last
   * @param unsafe a name that leads out of the directory, or null
   */
  private record Batch(List<FileInfo> entries, boolean end, @Nullable String unsafe) {
    static final Batch END = new Batch(List.of(), true, null);
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
        .whenComplete((nothing, failure) -> channel.send(Request.plain(call, about(Wire.CLOSE))));
    asked.clear();
  }

  private CompletableFuture<List<FileInfo>> took(Batch batch) {
    if (batch.end) {
      close();
      return CompletableFuture.completedFuture(List.of());
    }
    if (batch.unsafe != null) {
      close();
      return CompletableFuture.failedFuture(
          channel
              .settings()
              .failures()
              .protocol(
                  call.operation(), dir, "it lists the unsafe name \"" + batch.unsafe + '"', null));
    }
    synchronized (this) {
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

  private void askAhead() {
    int most = Math.min(ahead, channel.settings().maxRequests());
    while (asked.size() < most) {
      asked.addLast(
          pipeline.explained(
              call,
              Wanted.DIRECTORY,
              channel.send(
                  Request.of(call, about(Wire.READDIR), Wire.NAME, this::batch, Batch.END)),
              () -> channel.send(pipeline.requests().lstat(call, dir))));
    }
  }

  private Batch batch(Reply reply) throws Violation {
    int count = reply.count(12);
    if (count == 0) { // an early way of saying that this was all
      return Batch.END;
    }
    var entries = new ArrayList<FileInfo>(count);
    String unsafe = null;
    for (int left = count; left > 0; left--) {
      String name = reply.text();
      String longname = reply.text();
      FileInfo entry = reply.attributes(RemotePath.child(dir, name), longname);
      if (RemotePath.isName(name)) {
        entries.add(entry);
      } else if (!name.equals(".") && !name.equals("..")) {
        unsafe = name;
      }
    }
    return new Batch(entries, false, unsafe);
  }

  private RequestPacket about(int type) {
    return new RequestPacket(type).string(handle);
  }
}
