package io.github.jsftp.internal.transfer.replace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.transfer.resume.Resumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
class LocalReplacementTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "640, rw-------",
    "660, rw-------",
    "440, r--------",
    "604, rw-------",
    "644, rw-r--r--",
  })
  void isRestrictedToItsOwnerAtFirstUnlessAllMayReadIt(int digits, String first)
      throws IOException {
    int wanted = OctalMode.bits(digits);
    Path replaced = Files.createFile(dir.resolve("replaced"));
    var successor = new LocalReplacement(replaced, wanted, replaced);

    Path part = Files.createFile(dir.resolve("part"), successor.initialAttributes(0));
    assertThat(permissions(part)).isEqualTo(PosixFilePermissions.fromString(first));

    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(successor.prepare(part, 0)).isEmpty();
    assertThat(permissions(part)).isEqualTo(PosixFilePermissions.fromString(first));
    assertThat(successor.permissions()).isEqualTo(wanted);
  }

  @Test
  void isWritableByItsOwnerIfRequired() throws IOException {
    Path replaced = Files.createFile(dir.resolve("replaced"));
    var successor = new LocalReplacement(replaced, 0440, replaced);

    Path part =
        Files.createFile(
            dir.resolve("part"), successor.initialAttributes(Resumption.OWNER_READ_WRITE));
    assertThat(permissions(part)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private static Set<PosixFilePermission> permissions(Path path) throws IOException {
    return Files.getPosixFilePermissions(path);
  }
}
