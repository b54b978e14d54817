package io.github.jsftp.internal.transfer.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.FileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResumptionTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final String PATTERN = ".{name}.jsftp-{random}.part";
  private static final Instant TIME = Instant.parse("2024-05-06T07:08:09Z");

  private static FileAttributes facts(long size, Instant modified) {
    return new FileAttributes(FileInfo.Type.FILE, size, 0644, modified, modified);
  }

  private static Resumption of(long size) {
    return new Resumption("/s/a", facts(size, TIME), true);
  }

  private static PartNames names(String source, long size, Instant time, String to, int bits) {
    return new Resumption(source, facts(size, time), true).names(PATTERN, to, bits);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 256, 256",
    "2048, 256, 256",
    "8192, 1024, 1024",
    "24576, 3072, 3072",
    "131072, 4096, 16384",
    "99999999, 4096, 16384"
  })
  void hasAWindowThatGrowsWithTheFile(long size, long up, long down) {
    assertThat(Resumption.window(size * KIB, true)).isEqualTo(up * KIB);
    assertThat(Resumption.window(size * KIB, false)).isEqualTo(down * KIB);
  }

  @Test
  void keepsAllButTheLastWindow() {
    assertThat(of(8 * MIB).usableBytes(0)).isZero();
    assertThat(of(8 * MIB).usableBytes(MIB)).isZero();
    assertThat(of(8 * MIB).usableBytes(MIB + 64 * KIB - 1)).isZero();
    assertThat(of(8 * MIB).usableBytes(MIB + 64 * KIB)).isEqualTo(64 * KIB);
    assertThat(of(8 * MIB).usableBytes(8 * MIB)).isEqualTo(7 * MIB);
    assertThat(of(8 * MIB).usableBytes(8 * MIB + 1)).isZero();
  }

  @Test
  void countsContiguousBytesWhateverTheOrder() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    long block = 1000;
    var order = new ArrayList<Long>();
    for (long i = 0; i < 500; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    var resumption = of(8 * MIB);
    resumption.startAt(5);
    var there = new boolean[501];
    for (long each : order) {
      resumption.recordWrite(5 + each * block, block);
      there[(int) each] = true;
      int gap = 0;
      while (there[gap]) {
        gap++;
      }
      assertThat(resumption.contiguousBytes()).as("seed %d", seed).isEqualTo(5 + gap * block);
    }
    assertThat(resumption.contiguousBytes()).isEqualTo(5 + 500 * block);
  }

  @Test
  void allowsNoByteBeyondTheWindow() {
    var resumption = of(8 * MIB);
    assertThat(resumption.isInWindow(MIB)).isTrue();
    assertThat(resumption.isInWindow(MIB + 1)).isFalse();
    resumption.recordWrite(0, 10);
    assertThat(resumption.isInWindow(MIB + 10)).isTrue();
    assertThat(resumption.isInWindow(MIB + 11)).isFalse();
  }

  @Test
  void leavesALengthThatKeepsAllContiguousBytes() {
    var resumption = of(8 * MIB);
    assertThat(resumption.partLengthToLeave()).isZero();
    resumption.startAt(2 * MIB);
    assertThat(resumption.partLengthToLeave()).isEqualTo(3 * MIB);
    assertThat(resumption.usableBytes(resumption.partLengthToLeave())).isEqualTo(2 * MIB);
    resumption.startAt(8 * MIB - 1);
    assertThat(resumption.partLengthToLeave()).isEqualTo(8 * MIB);
    resumption.markUnusable();
    assertThat(resumption.partLengthToLeave()).isZero();
  }

  @Test
  void marksPartsWithAllAttributesThatMatter() {
    PartNames names = names("/s/a", MIB, TIME, "b", 0644);
    String part = names.create();
    assertThat(part).matches("\\.b\\.jsftp-[a-z0-9]{20}\\.part").isNotEqualTo(names.create());
    assertThat(names("/s/a", MIB, TIME, "b", 0644).isSameSource(part)).isTrue();
    assertThat(names("/s/x", MIB, TIME, "b", 0644).isSameSource(part)).isFalse();
    assertThat(names("/s/a", MIB + 1, TIME, "b", 0644).isSameSource(part)).isFalse();
    assertThat(names("/s/a", MIB, TIME.plusSeconds(1), "b", 0644).isSameSource(part)).isFalse();
    assertThat(names("/s/a", MIB, TIME, "b", 0600).isSameSource(part)).isFalse();
    assertThat(names("/s/a", MIB, TIME, "c", 0644).isSameSource(part)).isFalse();
  }

  @Test
  void countsOnlyPartsOfTheSameTargetAsLeftovers() {
    PartNames names = names("/s/a", MIB, TIME, "b", 0644);
    assertThat(names.isLeftover(names.create())).isTrue();
    assertThat(names.isLeftover(names("/s/x", MIB, TIME, "b", 0644).create())).isTrue();
    assertThat(names.isLeftover(names("/s/a", MIB, TIME, "c", 0644).create())).isFalse();
    assertThat(names.isLeftover(names("/s/a", MIB, TIME, "bb", 0644).create())).isFalse();
    assertThat(names.isLeftover(TemporaryName.of(PATTERN, "b"))).isFalse();
  }

  @Test
  void distinguishesShortenedNames() {
    String one = "n".repeat(250) + "1";
    String other = "n".repeat(250) + "2";
    PartNames names = names("/s/a", MIB, TIME, one, 0644);
    assertThat(names.isSameSource(names.create())).isTrue();
    assertThat(names.isLeftover(names("/s/a", MIB, TIME, other, 0644).create())).isFalse();
  }

  @Test
  void countsNothingAsLeftoverWithoutTheTargetsName() {
    var one = new Resumption("/s/a", facts(MIB, TIME), true).names("{random}.part", "b", 0644);
    var other = new Resumption("/s/x", facts(MIB, TIME), true).names("{random}.part", "c", 0644);
    assertThat(one.isLeftover(one.create())).isTrue();
    assertThat(one.isLeftover(other.create())).isFalse();
  }
}
