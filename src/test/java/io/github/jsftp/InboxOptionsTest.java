package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LeakCheck
class InboxOptionsTest {
  private Connection sftp;

  @BeforeEach
  void connect(TestServer server, ServerFolder folder) throws IOException {
    sftp = Connections.connect(server, folder);
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  private void refuses(String message, UnaryOperator<Inbox.Builder> options) {
    assertThatThrownBy(
            () -> options.apply(Inbox.of(sftp, "in").handler((info, file) -> {})).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void needsAHandlerAndOneWayToEndWithAFile() {
    String one = "exactly one of archive(..), removeSource(true) and remember(..) must be set";
    assertThatThrownBy(() -> Inbox.of(sftp, "in").archive("done").build())
        .hasMessage("handler is missing");
    refuses(one, inbox -> inbox);
    refuses(one, inbox -> inbox.archive("done").removeSource(true));
    refuses(one, inbox -> inbox.removeSource(true).remember(Path.of("x")));
  }

  @Test
  void refusesOptionsThatNeedToWriteWhereOnlyReadingIsAllowed() {
    Path file = Path.of("x");
    refuses("failed(..) and remember(..)", inbox -> inbox.remember(file).failed("bad"));
    refuses("journal(..) and remember(..)", inbox -> inbox.remember(file).journal(file));
    refuses(
        "olderThan(..), which creates a file",
        inbox -> inbox.remember(file).olderThan(Duration.ofMinutes(1)));
  }

  @Test
  void refusesPatternsThatCannotWork() {
    refuses("archive has an unknown token {year}", inbox -> inbox.archive("done/{year}"));
    refuses("archive has a { without a }", inbox -> inbox.archive("done/{date"));
    refuses("archive has an invalid date pattern: VV", inbox -> inbox.archive("{date:VV}/x"));
    refuses("archive must lead to another directory", inbox -> inbox.archive("."));
    refuses("archive must lead to another directory", inbox -> inbox.archive("{name}.done"));
    refuses("archive must lead to another directory", inbox -> inbox.archive("x/../{name}"));
    refuses("failed must lead to another directory", inbox -> inbox.failed("../in"));
    refuses("doneFile must contain {name}", inbox -> inbox.doneFile("done"));
    refuses("doneFile must contain {name}", inbox -> inbox.doneFile("{name}"));
    refuses("doneFile must contain {name}", inbox -> inbox.doneFile("ok/{name}"));
    refuses("names must not contain a slash", inbox -> inbox.names("a/*"));
  }

  @Test
  void refusesValuesThatMakeNoSense() {
    refuses("limit must be at least 1", inbox -> inbox.limit(0));
    refuses("must not be negative", inbox -> inbox.unchangedFor(Duration.ofSeconds(-1)));
    refuses("must not be negative", inbox -> inbox.olderThan(Duration.ofSeconds(-1)));
    refuses("must not be negative", inbox -> inbox.claimTimeout(Duration.ofSeconds(-1)));
    refuses("not NONE", inbox -> inbox.verify(TransferOptions.Verify.NONE));
  }

  @Test
  void showsServerAndFolder(ServerFolder folder) {
    var inbox = Inbox.of(sftp, "in/").handler((info, file) -> {}).removeSource(true).build();

    assertThat(inbox).hasToString(sftp + folder.path("in"));
  }
}
