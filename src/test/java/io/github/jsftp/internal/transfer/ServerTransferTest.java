package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.TransferClient;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a real server shows; the rules themselves are tested against memory. */
@SftpServer
final class ServerTransferTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private TransferClient client;
  private Transfers transfers;

  @BeforeEach
  void connect(TestServer server) throws Exception {
    client = TransferClient.to(server);
    transfers = client.transfers();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 300_000, 30_000_000})
  void bringsFilesOfAnySizeThereAndBack(int size, RemoteFolder remote) throws Exception {
    Path file = Trees.file(local.resolve("a"), size, size);
    var put = transfers.put(file, remote.path("b"), DEFAULTS);
    assertThat(put.bytes()).isEqualTo(size);
    assertThat(remote.local("b")).hasSameBinaryContentAs(file);
    var got = transfers.get(remote.path("b"), local.resolve("c"), DEFAULTS);
    assertThat(got.bytes()).isEqualTo(size);
    assertThat(local.resolve("c")).hasSameBinaryContentAs(file);
    assertThat(remote.local().toFile().list()).containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 20_000_000})
  void bringsStreamsThereAndBack(int size, RemoteFolder remote) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    transfers.put(new ByteArrayInputStream(bytes), remote.path("b"), DEFAULTS);
    assertThat(Files.readAllBytes(remote.local("b"))).isEqualTo(bytes);
    var out = new ByteArrayOutputStream();
    transfers.get(remote.path("b"), out, DEFAULTS);
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void bringsTreesThereAndBack(RemoteFolder remote) throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 7, 300, 100_000);
    Trees.createAwkward(from.resolve("awkward"));
    transfers.putR(from, remote.path("deep/er"), DEFAULTS);
    Trees.assertEqual(remote.local("deep/er"), from);
    transfers.getR(remote.path("deep/er"), local.resolve("to/o"), DEFAULTS);
    Trees.assertEqual(local.resolve("to/o"), from);
  }
}
