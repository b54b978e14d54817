package io.github.jsftp.internal.remote;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OpenModesTest {

  static Stream<Arguments> options() {
    return Stream.of(
        arguments(List.of(), Set.of(OpenFlag.READ)),
        arguments(List.of(READ), Set.of(OpenFlag.READ)),
        arguments(List.of(CREATE, TRUNCATE_EXISTING), Set.of(OpenFlag.READ)),
        arguments(List.of(READ, WRITE), Set.of(OpenFlag.READ, OpenFlag.WRITE)),
        arguments(
            List.of(WRITE, CREATE, TRUNCATE_EXISTING),
            Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE)),
        arguments(
            List.of(WRITE, CREATE_NEW),
            Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)),
        arguments(List.of(APPEND), Set.of(OpenFlag.WRITE, OpenFlag.APPEND)));
  }

  @ParameterizedTest
  @MethodSource("options")
  void convertsOptionsAsFilesDoes(List<OpenOption> options, Set<OpenFlag> flags) {
    var modes = OpenModes.of(options.toArray(OpenOption[]::new));

    assertThat(modes.flags()).isEqualTo(flags);
    assertThat(modes.readable()).isEqualTo(flags.contains(OpenFlag.READ));
    assertThat(modes.writable()).isEqualTo(flags.contains(OpenFlag.WRITE));
    assertThat(modes.appends()).isEqualTo(flags.contains(OpenFlag.APPEND));
  }

  @Test
  void rejectsContradictions() {
    assertThatThrownBy(() -> OpenModes.of(APPEND, READ))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OpenModes.of(APPEND, TRUNCATE_EXISTING))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsUnsupportedOptions() {
    for (OpenOption option : List.of(SYNC, DELETE_ON_CLOSE, LinkOption.NOFOLLOW_LINKS)) {
      assertThatThrownBy(() -> OpenModes.of(WRITE, option))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(option + " is not supported");
    }
  }
}
