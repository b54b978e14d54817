package io.github.jsftp.internal.transfer.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.Transfers;
import io.github.jsftp.testing.MemoryServer.Request;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A copy from a to b that is interrupted and continued, whichever of the two is the remote side.
 */
final class CutCopy implements AutoCloseable {
  static final int SIZE = 3 << 20;
  static final int WINDOW = (int) Resumption.window(SIZE, true);
  static final int TAIL = 64 << 10;
  static final int BLOCK = 32 << 10;
  static final TransferOptions RESUMING = TransferOptions.builder().resume(true).build();

  /** Which way the bytes go. */
  enum Way {
    GET("read"),
    PUT("write");

    final String request;

    Way(String request) {
      this.request = request;
    }
  }

  final MemoryTransfers memory;
  final Way way;
  private final Path local;
  private String to = "b";
  byte[] bytes = Trees.bytes(1, SIZE);

  CutCopy(Path local, Way way) throws IOException {
    this.local = local;
    this.way = way;
    memory = new MemoryTransfers(local);
    memory.server().requestSize = BLOCK;
    source();
  }

  @Override
  public void close() {
    memory.close();
  }

  /** Writes the source. */
  void source() throws IOException {
    if (way == Way.GET) {
      memory.store().file("/r/a", bytes);
    } else {
      Files.write(local.resolve("a"), bytes);
    }
  }

  /** Gives the source another time of modification. */
  void touch(Instant time) throws IOException {
    if (way == Way.GET) {
      memory.store().with("/r/a", Attributes.times(time, time));
    } else {
      Files.setLastModifiedTime(local.resolve("a"), FileTime.from(time));
    }
  }

  /** Cuts the source off. */
  void shrink(int size) throws IOException {
    if (way == Way.GET) {
      memory.store().with("/r/a", Attributes.size((long) size));
    } else {
      try (var channel = FileChannel.open(local.resolve("a"), StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }
  }

  /** Gives the target another name. */
  void rename(String name) {
    to = name;
  }

  TransferResult copy(TransferOptions options) throws IOException {
    return copy(memory.transfers(), options);
  }

  /** Copies as others on the same connection do. */
  TransferResult copy(Transfers transfers, TransferOptions options) throws IOException {
    return way == Way.GET
        ? transfers.get("/r/a", local.resolve(to), options)
        : transfers.put(local.resolve("a"), "/r/" + to, options);
  }

  CompletableFuture<TransferResult> inBackground(TransferOptions options) {
    return inBackground(memory.transfers(), options);
  }

  CompletableFuture<TransferResult> inBackground(Transfers transfers, TransferOptions options) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return copy(transfers, options);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  byte[] target() throws IOException {
    return way == Way.GET
        ? Files.readAllBytes(local.resolve(to))
        : memory.store().bytes("/r/" + to);
  }

  /** Returns the names beside the target, and in the local folder also the source's. */
  List<String> names() throws IOException {
    return way == Way.GET ? memory.names() : memory.store().names("/r");
  }

  List<String> parts() throws IOException {
    return names().stream().filter(name -> name.endsWith(".part")).toList();
  }

  /** Returns what the only part holds. */
  byte[] part() throws IOException {
    assertThat(parts()).hasSize(1);
    String name = parts().get(0);
    return way == Way.GET
        ? Files.readAllBytes(local.resolve(name))
        : memory.store().bytes("/r/" + name);
  }

  /** Replaces what the only part holds. */
  void part(byte[] content) throws IOException {
    add(parts().get(0), content);
  }

  /** Adds a file beside the target. */
  void add(String name, byte[] content) throws IOException {
    if (way == Way.GET) {
      Files.write(local.resolve(name), content);
    } else {
      memory.store().file("/r/" + name, content);
    }
  }

  void removeParts() throws IOException {
    for (String part : parts()) {
      if (way == Way.GET) {
        Files.delete(local.resolve(part));
      }
    }
    memory.removeParts();
  }

  void permit(String name, int bits) throws IOException {
    if (way == Way.GET) {
      Files.setPosixFilePermissions(local.resolve(name), LocalFiles.permissions(bits));
    } else {
      memory.store().with("/r/" + name, Attributes.permissions(bits));
    }
  }

  int permissions(String name) {
    try {
      return way == Way.GET
          ? LocalFiles.attributes(local.resolve(name)).permissions()
          : EntryAttributes.of(memory.store().info("/r/" + name)).permissions();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] lastBitFlipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    flipped[flipped.length - 1] ^= 1;
    return flipped;
  }

  /** Returns how much of a part of this length is kept. */
  static int kept(int length) {
    return (length - WINDOW) / TAIL * TAIL;
  }

  /** Has the line break after most of the file, and come back. */
  void cut() {
    cut(RESUMING);
  }

  void cut(TransferOptions options) {
    cut(afterMost(), options);
  }

  /** Picks the requests after most of the file. */
  Predicate<Request> afterMost() {
    var left = new AtomicInteger(60);
    return request -> request.name().equals(way.request) && left.getAndDecrement() <= 0;
  }

  /** Has the line break at a request, and come back. */
  void cut(Predicate<Request> when, TransferOptions options) {
    cut(when, () -> copy(options));
  }

  /** Has the line break at a request of some work, and come back. */
  void cut(Predicate<Request> when, ThrowingCallable work) {
    memory
        .server()
        .failWhen(
            when, request -> MemoryStore.failures().connectionLost("copy", request.path(), null));
    assertThatThrownBy(work).isInstanceOf(ConnectionException.class);
    memory.server().heal();
  }

  void assertContinued(TransferOptions options) throws IOException {
    TransferResult result = copy(options);
    assertThat(result.resumedFrom()).isPositive();
    assertThat(result.bytes()).isEqualTo(bytes.length - result.resumedFrom());
    assertDone();
  }

  void assertBegunAnew(TransferOptions options) throws IOException {
    TransferResult result = copy(options);
    assertThat(result.resumedFrom()).isZero();
    assertThat(result.bytes()).isEqualTo(bytes.length);
    assertDone();
  }

  void assertDone() throws IOException {
    assertThat(target()).isEqualTo(bytes);
    assertThat(parts()).isEmpty();
  }
}
