package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.OpenSshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that does something else where SFTP should start. */
@Timeout(60)
class SftpStartTest {
  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "exit 3, the server ended SFTP before it began: its exit status is 3 [",
    "'printf ok', 'received \"ok\" where SFTP should start'",
    "'printf \"\\033[31mred alert\\033[0m\\n\"', 'received \"?[31mred alert?[0m\" where SFTP should start'"
  })
  void isToldInTheServersWords(String command, String message) throws Exception {
    Path script = Files.writeString(temporary.resolve("script"), command + "\n");
    try (var server = OpenSshServer.start("Subsystem sftp /bin/sh " + script)) {
      assertThatThrownBy(() -> Connection.connect(Client.options(server).build()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(message);
      server.awaitIdle();
    }
  }
}
