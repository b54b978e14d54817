package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SmallHeap;
import io.github.jsftp.testing.SmallHeap.Task;
import io.github.jsftp.testing.TestServer;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachServer
@Tag("long")
@Timeout(300)
class BigDirectoryTest {
  private static final int FILES = 200_000;

  @Test
  void isListedIn32MiBAndWalkedIn64MiB(TestServer server, ServerFolder folder) throws Exception {
    for (int i = 0; i < FILES; i++) {
      Files.createFile(folder.local("file-" + i));
    }
    assertThat(SmallHeap.run(32, Task.LIST, server, folder.path())).isEqualTo(FILES);
    assertThat(SmallHeap.run(32, Task.GLOB, server, folder.path())).isEqualTo(10);
    assertThat(SmallHeap.run(64, Task.LISTDIR, server, folder.path())).isEqualTo(FILES);
    assertThat(SmallHeap.run(64, Task.GET_NONE, server, folder.path())).isEqualTo(FILES);
  }
}
