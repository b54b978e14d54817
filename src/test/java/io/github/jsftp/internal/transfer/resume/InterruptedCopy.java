package io.github.jsftp.internal.transfer.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
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

/** A copy from a to b, in either direction, that loses its connection and is resumed. */
final class InterruptedCopy implements AutoCloseable {
  static final int SIZE = 3 << 20;
  static final int WINDOW = (int) Resumption.window(SIZE, true);
  static final int TAIL = 64 << 10;
  static final int BLOCK = 32 << 10;
  static final TransferOptions RESUMING = TransferOptions.builder().resume(true).build();

  enum TransferDirection {
    GET("read"),
    PUT("write");

    final String request;

    TransferDirection(String request) {
      this.request = request;
    }
  }

  final MemoryTransfers memory;
  final TransferDirection direction;
  private final Path local;
  private String targetName = "b";
  byte[] bytes = Trees.bytes(1, SIZE);

  InterruptedCopy(Path local, TransferDirection direction) throws IOException {
    this.local = local;
    this.direction = direction;
    memory = new MemoryTransfers(local);
    memory.server().requestSize = BLOCK;
    writeSource();
  }

  @Override
  public void close() {
    memory.close();
  }

  void writeSource() throws IOException {
    if (direction == TransferDirection.GET) {
      memory.store().file("/r/a", bytes);
    } else {
      Files.write(local.resolve("a"), bytes);
    }
  }

  /** Sets the modification time of the source. */
  void touchSource(Instant time) throws IOException {
    if (direction == TransferDirection.GET) {
      memory.store().with("/r/a", AttributeChanges.times(time, time));
    } else {
      Files.setLastModifiedTime(local.resolve("a"), FileTime.from(time));
    }
  }

  void truncateSource(int size) throws IOException {
    if (direction == TransferDirection.GET) {
      memory.store().with("/r/a", AttributeChanges.size((long) size));
    } else {
      try (var channel = FileChannel.open(local.resolve("a"), StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }
  }

  /** Sets the name of the target. */
  void setTarget(String name) {
    targetName = name;
  }

  TransferResult copy(TransferOptions options) throws IOException {
    return copy(memory.transfers(), options);
  }

  /** Copies as another call on the same connection. */
  TransferResult copy(Transfers transfers, TransferOptions options) throws IOException {
    return direction == TransferDirection.GET
        ? transfers.get("/r/a", local.resolve(targetName), options)
        : transfers.put(local.resolve("a"), "/r/" + targetName, options);
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
    return direction == TransferDirection.GET
        ? Files.readAllBytes(local.resolve(targetName))
        : memory.store().bytes("/r/" + targetName);
  }

  /** Returns the names in the directory of the target, including the source's if it is local. */
  List<String> names() throws IOException {
    return direction == TransferDirection.GET ? memory.names() : memory.store().names("/r");
  }

  List<String> parts() throws IOException {
    return names().stream().filter(name -> name.endsWith(".part")).toList();
  }

  /** Returns the content of the only part file. */
  byte[] part() throws IOException {
    assertThat(parts()).hasSize(1);
    String name = parts().get(0);
    return direction == TransferDirection.GET
        ? Files.readAllBytes(local.resolve(name))
        : memory.store().bytes("/r/" + name);
  }

  /** Replaces the content of the only part file. */
  void part(byte[] content) throws IOException {
    addFile(parts().get(0), content);
  }

  /** Creates a file beside the target. */
  void addFile(String name, byte[] content) throws IOException {
    if (direction == TransferDirection.GET) {
      Files.write(local.resolve(name), content);
    } else {
      memory.store().file("/r/" + name, content);
    }
  }

  void removeParts() throws IOException {
    for (String part : parts()) {
      if (direction == TransferDirection.GET) {
        Files.delete(local.resolve(part));
      }
    }
    memory.removeParts();
  }

  void setPermissions(String name, int bits) throws IOException {
    if (direction == TransferDirection.GET) {
      Files.setPosixFilePermissions(local.resolve(name), LocalFiles.permissions(bits));
    } else {
      memory.store().with("/r/" + name, AttributeChanges.permissions(bits));
    }
  }

  int permissions(String name) {
    try {
      return direction == TransferDirection.GET
          ? LocalFiles.attributes(local.resolve(name)).permissions()
          : FileAttributes.of(memory.store().info("/r/" + name)).permissions();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] lastBitFlipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    flipped[flipped.length - 1] ^= 1;
    return flipped;
  }

  /** Returns the number of bytes that are reused from a part file of this length. */
  static int usableBytes(int length) {
    return (length - WINDOW) / TAIL * TAIL;
  }

  /** Loses the connection after most of the file, then restores it. */
  void loseConnection() {
    loseConnection(RESUMING);
  }

  void loseConnection(TransferOptions options) {
    loseConnection(afterMostBlocks(), options);
  }

  /** Returns true for the requests after the first 60 blocks. */
  Predicate<Request> afterMostBlocks() {
    var left = new AtomicInteger(60);
    return request -> request.name().equals(direction.request) && left.getAndDecrement() <= 0;
  }

  /** Loses the connection at a request, then restores it. */
  void loseConnection(Predicate<Request> when, TransferOptions options) {
    loseConnection(when, () -> copy(options));
  }

  /** Loses the connection at a request of this work, then restores it. */
  void loseConnection(Predicate<Request> when, ThrowingCallable work) {
    memory
        .server()
        .failWhen(
            when, request -> MemoryStore.failures().connectionLost("copy", request.path(), null));
    assertThatThrownBy(work).isInstanceOf(ConnectionException.class);
    memory.server().heal();
  }

  void assertResumed(TransferOptions options) throws IOException {
    TransferResult result = copy(options);
    assertThat(result.resumedFrom()).isPositive();
    assertThat(result.bytes()).isEqualTo(bytes.length - result.resumedFrom());
    assertComplete();
  }

  void assertNotResumed(TransferOptions options) throws IOException {
    TransferResult result = copy(options);
    assertThat(result.resumedFrom()).isZero();
    assertThat(result.bytes()).isEqualTo(bytes.length);
    assertComplete();
  }

  void assertComplete() throws IOException {
    assertThat(target()).isEqualTo(bytes);
    assertThat(parts()).isEmpty();
  }
}
