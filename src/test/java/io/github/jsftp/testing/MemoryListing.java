package io.github.jsftp.testing;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteListing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listing of a {@link MemoryStore}. */
final class MemoryListing implements RemoteListing {
  private final MemoryServer server;
  private final String operation;
  private final String dir;
  private final List<FileInfo> entries;
  private final AtomicBoolean isOpen = new AtomicBoolean(true);
  private final AtomicBoolean isAsked = new AtomicBoolean();
  private int at;

  MemoryListing(MemoryServer server, String operation, String dir, List<FileInfo> entries) {
    this.server = server;
    this.operation = operation;
    this.dir = dir;
    this.entries = entries;
    server.opened();
  }

  @Override
  public CompletableFuture<List<FileInfo>> next() {
    if (!isAsked.compareAndSet(false, true)) {
      throw new IllegalStateException("next() before the one before has completed");
    }
    return server
        .ask(
            operation,
            "next",
            dir,
            Expected.DIRECTORY,
            tree -> batch(),
            batch -> isAsked.set(false))
        .whenComplete(
            (batch, failure) -> {
              if (failure != null || batch.isEmpty()) {
                close();
              }
            });
  }

  private List<FileInfo> batch() {
    List<FileInfo> batch = entries.subList(at, Math.min(entries.size(), at + server.batch));
    at += batch.size();
    return List.copyOf(batch);
  }

  @Override
  public Map<String, SftpException> unsafeNames() {
    return Map.of();
  }

  @Override
  public void close() {
    if (isOpen.compareAndSet(true, false)) {
      server.closed();
    }
  }
}
