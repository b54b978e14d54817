package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.SmallHeap;
import io.github.jsftp.testing.SmallHeap.Task;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory use does not grow with the number of files. The server generates the listings. */
@Tag("long")
@Timeout(300)
class MillionFilesTest {
  private static final int MANY = 1_000;
  private static final int MILLION = MANY * MANY;

  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp();
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SftpEntry file(int i) {
    return SftpEntry.file(String.format("file-%07d.csv", i), i);
  }

  private void tree() {
    script.listing("/tree", MANY, i -> SftpEntry.directory("dir-" + i));
    for (int i = 0; i < MANY; i++) {
      script.listing("/tree/dir-" + i, MANY, MillionFilesTest::file);
    }
  }

  @Test
  void streamsAListingOfAMillionIn32MiB() throws Exception {
    script.listing("/dir", MILLION, MillionFilesTest::file);
    assertThat(SmallHeap.run(32, Task.LIST, server.server(), "/dir")).isEqualTo(MILLION);
  }

  @Test
  void walksThroughAMillionFilesIn64MiB() throws Exception {
    tree();
    assertThat(SmallHeap.run(64, Task.WALK, server.server(), "/tree")).isEqualTo(MILLION);
  }

  @Test
  void findsTheNewestOfAMillionFilesIn64MiB() throws Exception {
    tree();
    assertThat(SmallHeap.run(64, Task.GET_NEWEST, server.server(), "/tree")).isEqualTo(MILLION);
  }

  @Test
  void reportsAMillionOutcomesIn64MiB() throws Exception {
    script.listing("/tree", MANY, i -> SftpEntry.directory("dir-" + i));
    for (int i = 0; i < MANY; i++) {
      script.listing("/tree/dir-" + i, MANY, file -> SftpEntry.link("link-" + file));
    }
    assertThat(SmallHeap.run(64, Task.GET_OUTCOMES, server.server(), "/tree")).isEqualTo(MILLION);
  }

  @Test
  void filtersAMillionFilesIn64MiB() throws Exception {
    tree();
    assertThat(SmallHeap.run(64, Task.GET_NONE, server.server(), "/tree")).isEqualTo(MILLION);
  }

  @Test
  void deletesAHundredThousandFilesIn64MiB() throws Exception {
    script.onEvery(SftpType.REMOVE, HostileReplies.status(0, ""));
    assertThat(SmallHeap.run(64, Task.REMOVE_ALL, server.server(), "/tree")).isEqualTo(100_000);
  }
}
