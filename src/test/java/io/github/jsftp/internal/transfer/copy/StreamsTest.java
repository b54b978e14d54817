package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamsTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private MemoryTransfers memory;

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_768, 100_000, 9_000_000})
  void uploadsAStreamToItsEnd(int size) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    var result = memory.transfers().put(new ByteArrayInputStream(bytes), "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b")).isEqualTo(bytes);
    assertThat(result.bytes()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_768, 100_000, 20_000_000})
  void downloadsToAStreamInOrder(int size) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    memory.store().file("/r/a", bytes);
    var out = new ByteArrayOutputStream();
    var result = memory.transfers().get("/r/a", out, DEFAULTS);
    assertThat(out.toByteArray()).isEqualTo(bytes);
    assertThat(result.bytes()).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({"-1, 300000", "0, 300000", "0, 32768", "-1, 0"})
  void downloadsAllOfAFileWhoseSizeIsNotReported(long told, int size) throws Exception {
    byte[] bytes = Trees.bytes(1, size);
    memory.store().file("/r/a", bytes);
    memory.server().sizes = real -> told;
    assertThat(memory.transfers().read("readBytes", "/r/a")).isEqualTo(bytes);
    memory.server().shortReads = true;
    assertThat(memory.transfers().read("readBytes", "/r/a")).isEqualTo(bytes);
  }

  @Test
  void readsAndWritesOnTheCallersThread() throws Exception {
    var threads = new HashSet<Thread>();
    var from =
        new ByteArrayInputStream(new byte[200_000]) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            threads.add(Thread.currentThread());
            return super.read(into, offset, length);
          }

          @Override
          public synchronized int readNBytes(byte[] into, int offset, int length) {
            threads.add(Thread.currentThread());
            return super.readNBytes(into, offset, length);
          }
        };
    memory.transfers().put(from, "/r/b", DEFAULTS);
    var to =
        new OutputStream() {
          @Override
          public void write(int b) {
            threads.add(Thread.currentThread());
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            threads.add(Thread.currentThread());
          }
        };
    memory.transfers().get("/r/b", to, DEFAULTS);
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void leavesTheUsersStreamsOpen() throws Exception {
    var closed = new AtomicInteger();
    var from =
        new ByteArrayInputStream(new byte[10]) {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    var to =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    memory.transfers().put(from, "/r/b", DEFAULTS);
    memory.transfers().get("/r/b", to, DEFAULTS);
    assertThat(closed).hasValue(0);
  }

  @Test
  void rethrowsTheExceptionOfAStreamAndLeavesTheTargetAlone() {
    memory.store().file("/r/b", "old");
    var mine = new IOException("my disk");
    var from =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[100_000]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw mine;
              }

              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                throw mine;
              }
            });
    assertThatThrownBy(() -> memory.transfers().put(from, "/r/b", DEFAULTS)).isSameAs(mine);
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
  }

  @Test
  void rethrowsTheExceptionOfAnOutputStream() {
    memory.store().file("/r/a", new byte[1_000_000]);
    var mine = new IOException("my pipe");
    var to =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw mine;
          }
        };
    assertThatThrownBy(() -> memory.transfers().get("/r/a", to, DEFAULTS)).isSameAs(mine);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void readsAStreamNoFurtherThanItsFirstEnd(int available) throws Exception {
    var from =
        new InputStream() {
          private int reads;

          @Override
          public int available() {
            return available;
          }

          @Override
          public int read() {
            throw new IllegalStateException("one byte is never read alone");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            Arrays.fill(into, offset, offset + length, (byte) 1);
            return ++reads == 2 || reads > 9 ? -1 : Math.min(length, 1000);
          }
        };
    memory.transfers().put(from, "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b")).hasSize(1000).containsOnly(1);
  }

  @Test
  void readsAStreamNoFurtherOnceItHasThrown() {
    var reads = new AtomicInteger();
    var from =
        new InputStream() {
          @Override
          public int read() throws IOException {
            reads.incrementAndGet();
            throw new IOException("my disk");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThatThrownBy(() -> memory.transfers().put(from, "/r/b", DEFAULTS)).hasMessage("my disk");
    assertThat(reads).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 20})
  void writesNothingMoreOnceTheOutputStreamHasThrown(int last) {
    memory.store().file("/r/a", new byte[3_000_000]);
    var writes = new AtomicInteger();
    var to =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new IllegalStateException("one byte is never written alone");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (writes.incrementAndGet() >= last) {
              Eventually.until("further blocks wait", () -> memory.server().inFlight() == 0);
              throw new IOException("my pipe");
            }
          }
        };
    assertThatThrownBy(() -> memory.transfers().get("/r/a", to, DEFAULTS)).hasMessage("my pipe");
    assertThat(writes).hasValue(last);
  }

  /** A stream that runs an action between its first three bytes and the next three. */
  private static InputStream hesitating(Runnable pause) {
    return new InputStream() {
      private int given;

      @Override
      public int read() {
        if (given == 6) {
          return -1;
        } else if (given == 3) {
          pause.run();
        }
        return ++given;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int next = read();
        into[offset] = (byte) next;
        return next < 0 ? -1 : 1;
      }
    };
  }

  @Test
  void sendsAvailableBytesWhileTheStreamBlocks() throws Exception {
    var from =
        hesitating(() -> Eventually.until("bytes sent", () -> memory.server().count("write") == 3));
    memory.transfers().put(from, "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void gathersAvailableBytesInBlocks() throws Exception {
    byte[] bytes = Trees.bytes(1, 300_000);
    memory.server().requestSize = 100_000;
    var from =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 10));
          }
        };
    memory.transfers().put(from, "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b")).isEqualTo(bytes);
    assertThat(memory.server().count("write")).isLessThan(10);
  }

  @Test
  void readsNoFurtherAfterAnInterrupt() throws Exception {
    var reads = new AtomicInteger();
    var from =
        new InputStream() {
          @Override
          public int read() {
            return 1;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            if (reads.incrementAndGet() == 3) {
              Thread.currentThread().interrupt();
            }
            return 1;
          }
        };
    assertThatThrownBy(() -> memory.transfers().put(from, "/r/b", DEFAULTS))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(reads).hasValue(3);
    Eventually.until("the part is gone", () -> memory.store().names("/r").isEmpty());
  }

  @Test
  void leavesNoPartWhenTheConnectionIsClosedWhileTheStreamBlocks() throws Exception {
    var blocks = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    var from =
        hesitating(
            () -> {
              blocks.countDown();
              try {
                goesOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    var transfers = memory.transfers();
    var failure = new CompletableFuture<Throwable>();
    var putting =
        new Thread(
            () -> failure.complete(catchThrowable(() -> transfers.put(from, "/r/b", DEFAULTS))));
    putting.start();
    blocks.await();
    assertThat(memory.store().names("/r")).hasSize(1);
    transfers.end(operation -> new IOException(operation + ": closed"));
    List<String> left = memory.store().names("/r");
    goesOn.countDown();
    assertThat(left).isEmpty();
    assertThat(failure.get()).hasMessage("put: closed");
    putting.join();
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void readsNoFurtherAheadThanTheWindow() throws Exception {
    memory.store().file("/r/a", new byte[3_000_000]);
    memory.server().window = 4;
    memory.transfers().get("/r/a", new ByteArrayOutputStream(), DEFAULTS);
    assertThat(memory.server().peak()).isLessThanOrEqualTo(6);
  }
}
