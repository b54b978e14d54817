package io.github.jsftp.internal.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.transfer.Attributes;
import io.github.jsftp.internal.transfer.Await;
import io.github.jsftp.internal.transfer.RemoteHandle;
import io.github.jsftp.internal.transfer.RemoteStore.OpenMode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PipelineRequestsTest {
  @TempDir Path root;
  private Pipeline sftp;

  @BeforeEach
  void connect() throws Exception {
    assumeTrue(ServerProcess.isThere());
    sftp =
        new Pipeline(
            new ServerProcess(),
            new Failures("me", "host", 22),
            UTF_8,
            64,
            4,
            () -> Duration.ofSeconds(10));
    sftp.start();
  }

  @AfterEach
  void close() {
    if (sftp != null) {
      sftp.close();
    }
  }

  @Test
  void readsWhatWasWritten() throws Exception {
    String path = root.resolve("file").toString();
    var bytes = "hello".getBytes(UTF_8);
    RemoteHandle out =
        Await.result(sftp.open(path, Set.of(OpenMode.WRITE, OpenMode.CREATE), Attributes.NONE));
    Await.result(out.write(0, ByteBuffer.wrap(bytes)));
    Await.result(out.close());
    assertThat(Path.of(path)).hasBinaryContent(bytes);

    RemoteHandle in = Await.result(sftp.open(path, Set.of(OpenMode.READ), Attributes.NONE));
    var into = ByteBuffer.allocate(100);
    assertThat(Await.result(in.read(0, into))).isEqualTo(5);
    assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(Await.result(in.read(5, ByteBuffer.allocate(1)))).isEqualTo(-1);
    assertThat(Await.result(in.stat()).size()).isEqualTo(5);
    assertThat(in.requestSize()).isEqualTo(255 * 1024);
    Await.result(in.close());
  }

  @Test
  void listsWhatIsThere() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Files.createFile(root.resolve("f" + i));
    }
    var listing = Await.result(sftp.list(root.toString()));
    var names = new ArrayList<String>();
    for (var batch = Await.result(listing.next());
        !batch.isEmpty();
        batch = Await.result(listing.next())) {
      batch.stream().map(FileInfo::name).forEach(names::add);
    }
    assertThat(names).hasSize(1000).doesNotHaveDuplicates();
  }
}
