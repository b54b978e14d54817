package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferOptionsTest {

  @Test
  void isSafeByDefault() {
    var options = TransferOptions.defaults();

    assertThat(options.atomic()).isTrue();
    assertThat(options.resume()).isFalse();
    assertThat(options.verify()).isEqualTo(TransferOptions.Verify.SIZE);
    assertThat(options.existing()).isEqualTo(TransferOptions.Existing.OVERWRITE);
    assertThat(options.symlinks()).isEqualTo(TransferOptions.Symlinks.FOLLOW);
    assertThat(options.preserveMtime()).isFalse();
    assertThat(options.preserveMode()).isFalse();
    assertThat(options.filter()).isEmpty();
    assertThat(options.progress()).isEmpty();
    assertThat(options.maxBytesPerSecond()).isEmpty();
  }

  @Test
  void copiesEverythingIntoANewBuilder() {
    var options =
        TransferOptions.builder()
            .preserveMtime(true)
            .preserveMode(true)
            .existing(TransferOptions.Existing.SKIP)
            .atomic(false)
            .temporaryName("{random}")
            .verify(TransferOptions.Verify.NONE)
            .symlinks(TransferOptions.Symlinks.COPY)
            .filter(path -> true)
            .select(info -> true)
            .newest(3)
            .order(Comparator.comparing(FileInfo::size))
            .limit(2)
            .deleteExtraneous(true)
            .allowEmptySource(true)
            .mtimeTolerance(Duration.ofSeconds(2))
            .onError(OnError.CONTINUE)
            .dryRun(true)
            .parallelism(3)
            .maxBytesPerSecond(1000)
            .onFile(outcome -> {})
            .progress(progress -> {})
            .build();

    assertThat(options.dryRun()).isTrue();
    var resuming = TransferOptions.builder().resume(true).build();
    var forPut =
        TransferOptions.builder().mode(640).createParents(true).doneFile("{name}.done").build();
    assertThat(forPut.toBuilder().build()).usingRecursiveComparison().isEqualTo(forPut);
    assertThat(forPut).hasToString("mode=640, createParents=true, doneFile={name}.done");
    assertThat(resuming.toBuilder().build()).usingRecursiveComparison().isEqualTo(resuming);
    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    assertThat(options.toBuilder().build()).isEqualTo(options).hasSameHashCodeAs(options);
  }

  @Test
  void areEqualIfAllValuesAre() throws Exception {
    var options = TransferOptions.builder().retries(3).build();

    assertThat(options)
        .isEqualTo(TransferOptions.builder().retries(3).build())
        .isNotEqualTo(TransferOptions.defaults())
        .isNotEqualTo(options.toBuilder().filter(path -> true).build())
        .isNotEqualTo("retries=3");
    var values = options.getClass().getDeclaredField("values");
    values.setAccessible(true);
    var all = values.getType().getDeclaredMethod("all");
    all.setAccessible(true);
    assertThat(((Map<?, ?>) all.invoke(values.get(options))).keySet())
        .extracting(String::valueOf)
        .containsExactlyElementsOf(
            Stream.of(values.getType().getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .map(Field::getName)
                .toList());
  }

  @Test
  void preservesTimesWithExistingUpdate() {
    var options = TransferOptions.builder().existing(TransferOptions.Existing.UPDATE).build();

    assertThat(options.preserveMtime()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "*.csv, a.csv, true",
    "*.csv, dir/a.csv, true",
    "*.csv, a.csv.gz, false",
    "dir/*.csv, dir/a.csv, true",
    "dir/*.csv, a.csv, false",
    "dir/*.csv, dir/sub/a.csv, false",
    "**/*.csv, dir/sub/a.csv, true",
    "*, .profile, true",
    "*, .git/config, true",
    "*.txt, .txt, true",
    "**/*, .git/config, true",
    "dir/*, dir/.hidden, true",
    "[!a]*, .hidden, true"
  })
  void filtersByNameOrByWholePath(String glob, String path, boolean accepted) {
    var filter = TransferOptions.builder().filter(glob).build().filter().orElseThrow();

    assertThat(filter).isNotNull();
    assertThat(filter.test(path)).isEqualTo(accepted);
  }

  @Test
  void refusesInvalidValues() {
    var builder = TransferOptions.builder();

    assertThatThrownBy(() -> builder.parallelism(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parallelism must be at least 1, not 0");
    assertThatThrownBy(() -> builder.maxBytesPerSecond(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBytesPerSecond must be at least 1, not 0");
    assertThatThrownBy(() -> builder.maxBytesPerSecond(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.temporaryName("part"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{random}");
    assertThatThrownBy(() -> builder.temporaryName("tmp/{random}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.mtimeTolerance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mtimeTolerance must not be negative: PT-1S");
    assertThatThrownBy(() -> builder.mode(0640))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pass 640, without a leading zero");
    assertThatThrownBy(() -> builder.mode(4755))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mode of a copied file must be at most 777, not 4755");
    assertThatThrownBy(() -> builder.mode(-1)).isInstanceOf(IllegalArgumentException.class);
    for (String pattern : List.of("{name}", "done", "done/{name}", "{name}\0", "")) {
      assertThatThrownBy(() -> builder.doneFile(pattern))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("doneFile must contain {name} and more, but no slash");
    }
    assertThatThrownBy(() -> builder.newest(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("newest must be at least 1, not 0");
    assertThatThrownBy(() -> builder.oldest(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("oldest must be at least 1, not -1");
    assertThatThrownBy(() -> builder.limit(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must be at least 1, not 0");
    assertThatThrownBy(() -> builder.select(null)).hasMessage("select");
    assertThatThrownBy(() -> builder.order(null)).hasMessage("order");
    assertThatThrownBy(() -> builder.onFile(null)).hasMessage("onFile");
    assertThatThrownBy(() -> builder.filter("[a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a");
  }

  @Test
  void refusesOptionsThatExcludeEachOther() {
    var failing = TransferOptions.builder().existing(TransferOptions.Existing.FAIL);

    assertThatThrownBy(() -> failing.deleteExtraneous(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("deleteExtraneous(true) and existing(FAIL) exclude each other");
    assertThatThrownBy(() -> failing.deleteExtraneous(false).resume(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resume(true) and existing(FAIL) exclude each other");
    assertThatThrownBy(() -> TransferOptions.builder().resume(true).atomic(false).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resume(true) and atomic(false) exclude each other");
    var mode = TransferOptions.builder().mode(640);
    assertThatThrownBy(() -> mode.preserveMode(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("preserveMode(true) and mode(640) exclude each other");
    assertThatThrownBy(() -> TransferOptions.builder().newest(3).oldest(4).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("newest(3) and oldest(4) exclude each other");
    var move = TransferOptions.builder().removeSource(true);
    assertThat(move.removeEmptyDirectories(true).build())
        .hasToString("removeSource=true, removeEmptyDirectories=true");
    assertThatThrownBy(() -> move.verify(TransferOptions.Verify.NONE).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("removeSource(true) and verify(NONE) exclude each other");
    move.verify(TransferOptions.Verify.SIZE);
    assertThatThrownBy(() -> move.deleteExtraneous(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("removeSource(true) and deleteExtraneous(true) exclude each other");
    move.deleteExtraneous(false).removeSource(false);
    assertThatThrownBy(move::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("removeEmptyDirectories(true) needs removeSource(true)");
    var mirror = TransferOptions.builder().deleteExtraneous(true);
    assertThatThrownBy(() -> mirror.doneFile("{name}.ok").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("deleteExtraneous(true) and doneFile(\"{name}.ok\") exclude each other");
  }

  @Test
  void showsOnlyOptionsThatDifferFromTheDefaults() {
    assertThat(TransferOptions.defaults()).hasToString("defaults");
    assertThat(
            TransferOptions.builder()
                .preserveMtime(true)
                .verify(TransferOptions.Verify.CONTENT)
                .retries(1)
                .build())
        .hasToString("preserveMtime=true, verify=CONTENT, retries=1");
    assertThat(TransferOptions.builder().filter("2025/*.csv").build())
        .hasToString("filter=2025/*.csv");
  }
}
