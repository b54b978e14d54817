package io.github.jsftp.internal.transfer.resume;

import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.BLOCK;
import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.RESUMING;
import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.SIZE;
import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.TAIL;
import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Progress;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.TransferResult;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.transfer.resume.InterruptedCopy.TransferDirection;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.Trees;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ResumeRulesTest {
  private static final TransferOptions SURE = RESUMING.toBuilder().verify(Verify.CONTENT).build();
  private static final Instant LATER = Instant.parse("2044-05-06T07:08:09Z");

  @TempDir Path local;

  @ParameterizedTest
  @EnumSource
  void resumesFromTheEndOfTheContiguousBytes(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      assertThat(copy.parts().get(0)).matches("\\.b\\.jsftp-[a-z0-9]{20}\\.part");
      int left = copy.part().length;
      TransferResult result = copy.copy(RESUMING);
      assertThat(result.resumedFrom()).isEqualTo(InterruptedCopy.usableBytes(left)).isPositive();
      assertThat(result.bytes()).isEqualTo(SIZE - result.resumedFrom());
      assertThat(result.bytesSentAgain()).isEqualTo(left - result.resumedFrom());
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesNoByteBeyondTheWindow(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      var asked = new AtomicInteger();
      var server = copy.memory.server();
      server.hold(r -> r.name().equals(direction.request) && asked.getAndIncrement() == 1);
      var copying = copy.inBackground(RESUMING);
      Eventually.until(
          "all that is allowed waits for one",
          () -> server.count(direction.request) >= WINDOW / BLOCK && server.inFlight() == 1);
      // Four threads read the local blocks, so any of the first blocks may be sent first.
      assertThat(copy.part().length).isLessThanOrEqualTo(4 * BLOCK + WINDOW);
      server.release();
      copying.join();
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void resumesThePartOfAKilledProcess(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      byte[] left = copy.part();
      Arrays.fill(left, left.length - WINDOW, left.length - 10, (byte) 0);
      copy.part(left);
      assertThat(copy.copy(RESUMING).resumedFrom())
          .isEqualTo(InterruptedCopy.usableBytes(left.length));
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, 1", "GET, 65536", "PUT, 1", "PUT, 65536"})
  void doesNotResumeIfTheTailDiffers(TransferDirection direction, int back) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      byte[] left = copy.part();
      left[InterruptedCopy.usableBytes(left.length) - back] ^= 1;
      copy.part(left);
      copy.assertNotResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, ''", "GET, SHA-256", "GET, MD5", "PUT, ''", "PUT, SHA-256", "PUT, MD5"})
  void comparesTheWholePartWhenContentIsVerified(TransferDirection direction, String offered)
      throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.memory.server().hashes = Set.of(offered);
      copy.loseConnection(SURE);
      copy.assertResumed(SURE);
      copy.loseConnection(SURE);
      byte[] left = copy.part();
      left[5] ^= 1;
      copy.part(left);
      copy.assertNotResumed(SURE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void comparesOnlyTheTailOtherwise(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      byte[] left = copy.part();
      left[InterruptedCopy.usableBytes(left.length) - TAIL - 1] ^= 1;
      copy.part(left);
      assertThat(copy.copy(RESUMING).resumedFrom()).isPositive();
      copy.bytes[InterruptedCopy.usableBytes(left.length) - TAIL - 1] ^= 1;
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotResumeAPartThatIsTooLong(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      copy.part(Arrays.copyOf(copy.bytes, SIZE + 1));
      copy.assertNotResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotResumeAPartThatIsTooShort(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      copy.part(Arrays.copyOf(copy.bytes, WINDOW));
      copy.assertNotResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesOnePartAfterManyShortAttempts(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      for (int i = 0; i < 3; i++) {
        copy.part(Arrays.copyOf(copy.bytes, WINDOW));
        copy.loseConnection();
        assertThat(copy.parts()).hasSize(1);
      }
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsAllContiguousBytesAfterAFailure(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.memory.server().window = 1;
      copy.loseConnection();
      assertThat(copy.copy(RESUMING).resumedFrom()).isBetween(58L * BLOCK, 60L * BLOCK);
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void resumesAPartThatOnlyNeedsRenaming(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      copy.part(copy.bytes);
      assertThat(copy.copy(RESUMING).resumedFrom()).isEqualTo(InterruptedCopy.usableBytes(SIZE));
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotResumeAnotherSource(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      copy.touchSource(LATER);
      copy.assertNotResumed(RESUMING);
      copy.loseConnection();
      copy.bytes = Arrays.copyOf(copy.bytes, SIZE + 1);
      copy.writeSource();
      copy.touchSource(LATER);
      copy.assertNotResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void failsIfTheSourceChangesWhileResuming(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      var server = copy.memory.server();
      var asked = new AtomicInteger();
      server.hold(r -> r.name().equals(direction.request) && asked.getAndIncrement() == 10);
      var copying = copy.inBackground(RESUMING.toBuilder().verify(Verify.NONE).build());
      Eventually.until("one is held", () -> !server.held().isEmpty());
      copy.touchSource(LATER);
      server.release();
      assertThatThrownBy(copying::join)
          .rootCause()
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("the source changed while it was copied: was modified at");
      assertThat(copy.parts()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void failsIfTheSourceShrinksWhileResuming(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      var server = copy.memory.server();
      var asked = new AtomicInteger();
      server.hold(r -> r.name().equals(direction.request) && asked.getAndIncrement() == 5);
      var copying = copy.inBackground(RESUMING);
      Eventually.until("one is held", () -> !server.held().isEmpty());
      copy.truncateSource(SIZE / 2 + 1);
      server.release();
      assertThatThrownBy(copying::join).rootCause().isInstanceOf(VerificationException.class);
      assertThat(copy.parts()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void deletesThePartWhenVerificationFails(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.memory.server().storing = InterruptedCopy::lastBitFlipped;
      copy.memory.server().fetching = InterruptedCopy::lastBitFlipped;
      copy.memory.server().hashes = Set.of("MD5");
      assertThatThrownBy(() -> copy.copy(SURE)).isInstanceOf(VerificationException.class);
      assertThat(copy.parts()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, 0", "GET, 1", "GET, 524287", "PUT, 0", "PUT, 1", "PUT, 524287"})
  void doesNotResumeSmallFiles(TransferDirection direction, int size) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.bytes = Trees.bytes(1, size);
      copy.writeSource();
      String last = direction == TransferDirection.GET ? "fstat" : "close";
      copy.loseConnection(request -> request.name().equals(last), RESUMING);
      assertThat(copy.memory.server().paths("open")).noneMatch(p -> p.matches(".*[a-z0-9]{20}.*"));
      copy.memory.removeParts();
      copy.assertNotResumed(RESUMING);
      assertThat(copy.memory.server().count("list")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsNoMoreRequestsWithoutTheOption(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.copy(TransferOptions.defaults());
      assertThat(copy.memory.server().count("list")).isZero();
      assertThat(copy.memory.server().count("lstat"))
          .isEqualTo(direction == TransferDirection.PUT ? 1 : 0);
      assertThat(copy.memory.server().count("open")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, read", "GET, fstat", "PUT, read", "PUT, rename", "PUT, lstat", "PUT, list"})
  void keepsThePartWhenTheConnectionIsLostBeforeItIsResumed(
      TransferDirection direction, String request) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      byte[] left = copy.part();
      copy.loseConnection(r -> r.name().equals(request), RESUMING);
      assertThat(copy.part()).isEqualTo(left);
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"close", "fstat", "replace"})
  void keepsThePartWhenTheConnectionIsLostAfterTheLastByte(String request) throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      copy.loseConnection(r -> r.name().equals(request), RESUMING);
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deletesAPartWithTooFewBytes(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection(request -> request.name().equals(direction.request), RESUMING);
      assertThat(copy.parts()).isEmpty();
      copy.assertNotResumed(RESUMING);
    }
  }

  @Test
  void keepsThePartWhenTheSourceCantBeRead() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      copy.loseConnection();
      byte[] left = copy.part();
      copy.memory.server().fail("read", "/r/a", 4);
      assertThatThrownBy(() -> copy.copy(RESUMING)).isInstanceOf(TransferException.class);
      assertThat(copy.part()).isEqualTo(left);
      copy.memory.server().heal();
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"rename, 3", "open, 3", "read, 4", "list, 3"})
  void doesNotResumeAPartThatCantBeOpened(String request, int status) throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      copy.loseConnection();
      var server = copy.memory.server();
      var asked = new AtomicInteger();
      server.failWhen(
          r -> r.name().equals(request) && asked.getAndIncrement() == 0,
          r -> MemoryStore.failures().status("put", r.path(), status, null, Expected.ANY, null));
      TransferResult result = copy.copy(RESUMING);
      assertThat(result.resumedFrom()).isZero();
      assertThat(copy.target()).isEqualTo(copy.bytes);
      if (request.equals("list")) {
        assertThat(result.warnings())
            .containsExactly("/r/b: not resumed: the directory can't be listed: permission denied");
      }
      copy.memory.removeParts();
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportsProgressFromTheOffsetItResumesAt(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      var seen = new ArrayList<Progress>();
      var slow = RESUMING.toBuilder().maxBytesPerSecond(3L << 20).progress(seen::add).build();
      long kept = copy.copy(slow).resumedFrom();
      assertThat(seen).hasSizeGreaterThan(2);
      assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(Progress::bytes));
      assertThat(seen).allSatisfy(one -> assertThat(one.bytes()).isGreaterThanOrEqualTo(kept));
      assertThat(seen).allSatisfy(one -> assertThat(one.fileBytes()).isEqualTo(one.bytes()));
      assertThat(seen).allSatisfy(one -> assertThat(one.totalBytes()).hasValue(SIZE));
      assertThat(seen).allSatisfy(one -> assertThat(one.resumedBytes()).isEqualTo(kept));
      Progress last = seen.get(seen.size() - 1);
      assertThat(last.bytes()).isEqualTo(SIZE);
      assertThat(last.bytesPerSecond()).isEqualTo((SIZE - kept) * 1e9 / last.elapsed().toNanos());
      copy.assertComplete();
    }
  }
}
