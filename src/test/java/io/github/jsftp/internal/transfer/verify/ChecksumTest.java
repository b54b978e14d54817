package io.github.jsftp.internal.transfer.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.transfer.Transfers;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
  private final MemoryStore store = MemoryStore.create(19);
  private final Transfers transfers = new Transfers(store, Backoff.NEVER, Runnable::run);

  @ParameterizedTest
  @CsvSource({
    "MD5, 900150983cd24fb0d6963f7d28e17f72",
    "SHA-1, a9993e364706816aba3e25717850c26c9cd0d89d",
    "SHA-256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  })
  void digestsAFile(String algorithm, String expected) throws IOException {
    store.file("/f", "abc");
    assertThat(transfers.checksum("/f", algorithm)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_768, 5_000_000, 40_000_000})
  void digestsBytesInOrderWhateverTheOrderOfResponses(int size) throws Exception {
    var bytes = Trees.bytes(size, size);
    store.file("/f", bytes);
    store.server().shortReads = size < 10_000_000;
    assertThat(transfers.checksum("/f", "SHA-256"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    assertThat(store.server().open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void digestsAllOfAFileWhoseSizeIsNotReported(long told) throws Exception {
    var bytes = new byte[300_000];
    store.file("/f", bytes);
    store.server().sizes = size -> told;
    assertThat(transfers.checksum("/f", "SHA-256"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, false"})
  void digestsOnTheServerOnlyWithinTheTimeout(int seconds, boolean isRead) throws Exception {
    var bytes = new byte[20_000_000];
    store.file("/f", bytes);
    store.server().hashes = Set.of("SHA-256");
    store.server().timeout = Duration.ofSeconds(seconds);
    assertThat(transfers.checksum("/f", "SHA-256"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    assertThat(store.server().count("open") > 0).isEqualTo(isRead);
  }

  @Test
  void refusesAnUnknownAlgorithmBeforeAnythingIsSent() {
    assertThatThrownBy(() -> transfers.checksum("/f", "SHA-257"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown checksum algorithm SHA-257; try SHA-256");
    assertThat(store.server().requests()).isEmpty();
  }

  @Test
  void failsAsTheOperationChecksum() {
    assertThatThrownBy(() -> transfers.checksum("/none", "MD5"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("checksum /none: no such");
    store.directory("/dir");
    assertThatThrownBy(() -> transfers.checksum("/dir", "MD5"))
        .hasMessageContaining("checksum /dir: is a directory");
  }
}
