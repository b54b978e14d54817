package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.HashSet;
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
  void downloadsAllOfAFileWhoseSizeIsNotTold(long told, int size) throws Exception {
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
  void passesOnWhatAStreamThrowsAndLeavesTheTargetAlone() {
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
  void passesOnWhatASinkThrows() {
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

  @Test
  void readsNoFurtherAheadThanTheWindow() throws Exception {
    memory.store().file("/r/a", new byte[3_000_000]);
    memory.server().window = 4;
    memory.transfers().get("/r/a", new ByteArrayOutputStream(), DEFAULTS);
    assertThat(memory.server().peak()).isLessThanOrEqualTo(6);
  }
}
