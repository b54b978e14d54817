package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWarningsTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.jsftp");

  @TempDir private Path dir;
  private final List<String> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getMessage().startsWith(dir.toString())) { // other tests may run meanwhile
            logged.add(line.getMessage().substring(dir.toString().length() + 1));
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void addHandler() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void removeHandler() {
    LOGGER.removeHandler(handler);
  }

  @Test
  void nameWhatIsNotFollowedOnce() throws IOException {
    Path file =
        Files.write(
            dir.resolve("config"),
            List.of(
                "IgnoreUnknown Quiet*",
                "BindInterface eth0",
                "CheckHostIP no",
                "KnownHostsCommand none",
                "SecurityKeyProvider /usr/lib/sk.so",
                "Newest %h",
                "Host other",
                "CanonicalizeHostname yes",
                "Host *",
                "newest no",
                "QuietPlease yes",
                "ForwardAgent yes"));
    ConnectionOptions.fromSshConfig("web", file);
    ConnectionOptions.fromSshConfig("web", file);
    assertThat(logged)
        .containsExactlyInAnyOrder(
            "config:2: BindInterface has no effect: use BindAddress",
            "config:5: SecurityKeyProvider has no effect: add the keys to an ssh-agent",
            "config:6: unknown keyword \"newest\" ignored");
    ConnectionOptions.fromSshConfig("other", file);
    assertThat(logged)
        .hasSize(4)
        .contains(
            "config:8: CanonicalizeHostname has no effect: names are not completed; give the full"
                + " name as HostName");
  }
}
