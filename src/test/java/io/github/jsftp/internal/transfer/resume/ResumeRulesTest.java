package io.github.jsftp.internal.transfer.resume;

import static io.github.jsftp.internal.transfer.resume.CutCopy.BLOCK;
import static io.github.jsftp.internal.transfer.resume.CutCopy.RESUMING;
import static io.github.jsftp.internal.transfer.resume.CutCopy.SIZE;
import static io.github.jsftp.internal.transfer.resume.CutCopy.TAIL;
import static io.github.jsftp.internal.transfer.resume.CutCopy.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Progress;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.TransferResult;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.transfer.resume.CutCopy.Way;
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
  void continuesFromTheEndOfWhatArrivedInOrder(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      assertThat(copy.parts().get(0)).matches("\\.b\\.jsftp-[a-z0-9]{20}\\.part");
      int left = copy.part().length;
      TransferResult result = copy.copy(RESUMING);
      assertThat(result.resumedFrom()).isEqualTo(CutCopy.kept(left)).isPositive();
      assertThat(result.bytes()).isEqualTo(SIZE - result.resumedFrom());
      assertThat(result.bytesSentAgain()).isEqualTo(left - result.resumedFrom());
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesNoByteMoreThanAWindowBeyondAGap(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      var asked = new AtomicInteger();
      var server = copy.memory.server();
      server.hold(r -> r.name().equals(way.request) && asked.getAndIncrement() == 1);
      var copying = copy.inBackground(RESUMING);
      Eventually.until(
          "all that is allowed waits for one",
          () -> server.count(way.request) >= WINDOW / BLOCK && server.inFlight() == 1);
      // Local blocks are read by four threads, so that any of the first may be sent first.
      assertThat(copy.part().length).isLessThanOrEqualTo(4 * BLOCK + WINDOW);
      server.release();
      copying.join();
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesWhatAKilledProcessHasLeft(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      byte[] left = copy.part();
      Arrays.fill(left, left.length - WINDOW, left.length - 10, (byte) 0);
      copy.part(left);
      assertThat(copy.copy(RESUMING).resumedFrom()).isEqualTo(CutCopy.kept(left.length));
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, 1", "GET, 65536", "PUT, 1", "PUT, 65536"})
  void beginsAnewWhenTheEndDiffers(Way way, int back) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      byte[] left = copy.part();
      left[CutCopy.kept(left.length) - back] ^= 1;
      copy.part(left);
      copy.assertBegunAnew(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, ''", "GET, SHA-256", "GET, MD5", "PUT, ''", "PUT, SHA-256", "PUT, MD5"})
  void comparesAllOfItWithContent(Way way, String offered) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.memory.server().hashes = Set.of(offered);
      copy.cut(SURE);
      copy.assertContinued(SURE);
      copy.cut(SURE);
      byte[] left = copy.part();
      left[5] ^= 1;
      copy.part(left);
      copy.assertBegunAnew(SURE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void comparesOnlyTheEndWithoutContent(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      byte[] left = copy.part();
      left[CutCopy.kept(left.length) - TAIL - 1] ^= 1;
      copy.part(left);
      assertThat(copy.copy(RESUMING).resumedFrom()).isPositive();
      copy.bytes[CutCopy.kept(left.length) - TAIL - 1] ^= 1;
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void beginsAnewWhenThePartIsTooLong(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      copy.part(Arrays.copyOf(copy.bytes, SIZE + 1));
      copy.assertBegunAnew(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void beginsAnewWhenThePartIsTooShort(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      copy.part(Arrays.copyOf(copy.bytes, WINDOW));
      copy.assertBegunAnew(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesOnePartAfterManyShortAttempts(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      for (int i = 0; i < 3; i++) {
        copy.part(Arrays.copyOf(copy.bytes, WINDOW));
        copy.cut();
        assertThat(copy.parts()).hasSize(1);
      }
      copy.assertContinued(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingThatHasArrivedWhenTheProcessLives(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.memory.server().window = 1;
      copy.cut();
      assertThat(copy.copy(RESUMING).resumedFrom()).isBetween(58L * BLOCK, 60L * BLOCK);
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesWhatLacksOnlyItsName(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      copy.part(copy.bytes);
      assertThat(copy.copy(RESUMING).resumedFrom()).isEqualTo(CutCopy.kept(SIZE));
      copy.assertDone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void beginsAnewWhenTheSourceIsAnother(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      copy.touch(LATER);
      copy.assertBegunAnew(RESUMING);
      copy.cut();
      copy.bytes = Arrays.copyOf(copy.bytes, SIZE + 1);
      copy.source();
      copy.touch(LATER);
      copy.assertBegunAnew(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesNothingThatChangesMeanwhile(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      var server = copy.memory.server();
      var asked = new AtomicInteger();
      server.hold(r -> r.name().equals(way.request) && asked.getAndIncrement() == 10);
      var copying = copy.inBackground(RESUMING.toBuilder().verify(Verify.NONE).build());
      Eventually.until("one is held", () -> !server.held().isEmpty());
      copy.touch(LATER);
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
  void refusesASourceThatShrinksMeanwhile(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      var server = copy.memory.server();
      var asked = new AtomicInteger();
      server.hold(r -> r.name().equals(way.request) && asked.getAndIncrement() == 5);
      var copying = copy.inBackground(RESUMING);
      Eventually.until("one is held", () -> !server.held().isEmpty());
      copy.shrink(SIZE / 2 + 1);
      server.release();
      assertThatThrownBy(copying::join).rootCause().isInstanceOf(VerificationException.class);
      assertThat(copy.parts()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsNothingOfAnUnverifiedCopy(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.memory.server().storing = CutCopy::lastBitFlipped;
      copy.memory.server().fetching = CutCopy::lastBitFlipped;
      copy.memory.server().hashes = Set.of("MD5");
      assertThatThrownBy(() -> copy.copy(SURE)).isInstanceOf(VerificationException.class);
      assertThat(copy.parts()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, 0", "GET, 1", "GET, 524287", "PUT, 0", "PUT, 1", "PUT, 524287"})
  void sendsSmallFilesAgain(Way way, int size) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.bytes = Trees.bytes(1, size);
      copy.source();
      String last = way == Way.GET ? "fstat" : "close";
      copy.cut(request -> request.name().equals(last), RESUMING);
      assertThat(copy.memory.server().paths("open")).noneMatch(p -> p.matches(".*[a-z0-9]{20}.*"));
      copy.memory.removeParts();
      copy.assertBegunAnew(RESUMING);
      assertThat(copy.memory.server().count("list")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void costsNothingWithoutTheOption(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.copy(TransferOptions.defaults());
      assertThat(copy.memory.server().count("list")).isZero();
      assertThat(copy.memory.server().count("lstat")).isEqualTo(way == Way.PUT ? 1 : 0);
      assertThat(copy.memory.server().count("open")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, read", "GET, fstat", "PUT, read", "PUT, rename", "PUT, lstat", "PUT, list"})
  void keepsThePartWhenTheLineIsCutBeforeItIsContinued(Way way, String request) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
      byte[] left = copy.part();
      copy.cut(r -> r.name().equals(request), RESUMING);
      assertThat(copy.part()).isEqualTo(left);
      copy.assertContinued(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"close", "fstat", "replace"})
  void keepsAnUploadThatLacksOnlyItsEnd(String request) throws Exception {
    try (var copy = new CutCopy(local, Way.PUT)) {
      copy.cut(r -> r.name().equals(request), RESUMING);
      copy.assertContinued(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesAPartOfWhichTooLittleHasArrived(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut(request -> request.name().equals(way.request), RESUMING);
      assertThat(copy.parts()).isEmpty();
      copy.assertBegunAnew(RESUMING);
    }
  }

  @Test
  void keepsThePartWhenTheSourceCantBeRead() throws Exception {
    try (var copy = new CutCopy(local, Way.GET)) {
      copy.cut();
      byte[] left = copy.part();
      copy.memory.server().fail("read", "/r/a", 4);
      assertThatThrownBy(() -> copy.copy(RESUMING)).isInstanceOf(TransferException.class);
      assertThat(copy.part()).isEqualTo(left);
      copy.memory.server().heal();
      copy.assertContinued(RESUMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"rename, 3", "open, 3", "read, 4", "list, 3"})
  void beginsAnewWhereAPartCantBeTakenUp(String request, int status) throws Exception {
    try (var copy = new CutCopy(local, Way.PUT)) {
      copy.cut();
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
            .containsExactly("/r/b: begun anew: the directory can't be listed: permission denied");
      }
      copy.memory.removeParts();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsProgressFromWhereItGoesOn(Way way) throws Exception {
    try (var copy = new CutCopy(local, way)) {
      copy.cut();
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
      copy.assertDone();
    }
  }
}
