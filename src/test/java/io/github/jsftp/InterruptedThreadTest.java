package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a thread that was interrupted before: also a quick reply hides no interrupt. */
@LeakCheck
@Timeout(60)
class InterruptedThreadTest {
  @TempDir Path local;

  private interface Call {
    void on(Connection sftp) throws Exception;
  }

  private Map<String, Call> calls() {
    Path file = local.resolve("f");
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("stat", sftp -> sftp.stat("f"));
    calls.put("exists", sftp -> sftp.exists("f"));
    calls.put("mkdir", sftp -> sftp.mkdir("new"));
    calls.put("makedirs", sftp -> sftp.makedirs("new/deep"));
    calls.put("remove", sftp -> sftp.remove("f"));
    calls.put("removeIfExists", sftp -> sftp.removeIfExists("f"));
    calls.put("rename", sftp -> sftp.rename("f", "new"));
    calls.put("replace", sftp -> sftp.replace("f", "new"));
    calls.put("symlink", sftp -> sftp.symlink("f", "new"));
    calls.put("chmod", sftp -> sftp.chmod("f", 600));
    calls.put("truncate", sftp -> sftp.truncate("f", 0));
    calls.put("statvfs", sftp -> sftp.statvfs("f"));
    calls.put("copy", sftp -> sftp.copy("f", "new"));
    calls.put("checksum", sftp -> sftp.checksum("f", "SHA-256"));
    calls.put("listdir", sftp -> sftp.listdir("dir"));
    calls.put("list", sftp -> sftp.list("dir").close());
    calls.put("glob", sftp -> sftp.glob("dir/*"));
    calls.put("walk", sftp -> sftp.walk("dir").close());
    calls.put("rmtree", sftp -> sftp.rmtree("dir"));
    calls.put("removeAll", sftp -> sftp.removeAll(List.of("f", "dir/g")));
    calls.put("renameAll", sftp -> sftp.renameAll(Map.of("f", "new")));
    calls.put("chmodAll", sftp -> sftp.chmodAll(List.of("f"), 600));
    calls.put("statAll", sftp -> sftp.statAll(List.of("f")));
    calls.put("get", sftp -> sftp.get("f", local.resolve("new")));
    calls.put("get into a stream", sftp -> sftp.get("f", new ByteArrayOutputStream()));
    calls.put("put", sftp -> sftp.put(file, "new"));
    calls.put("put of a stream", sftp -> sftp.put(new ByteArrayInputStream(new byte[9]), "new"));
    calls.put("getR", sftp -> sftp.getR("dir", local.resolve("new")));
    calls.put("putR", sftp -> sftp.putR(local, "new"));
    calls.put("getAll", sftp -> sftp.getAll(List.of("f"), local.resolve("new")));
    calls.put("putAll", sftp -> sftp.putAll(List.of(file), "dir"));
    calls.put("copyTo", sftp -> sftp.copyTo("f", sftp, "new"));
    calls.put("copyToR", sftp -> sftp.copyToR("dir", sftp, "new"));
    calls.put("readTree", sftp -> sftp.readTree("dir", (info, in) -> in.readAllBytes()));
    calls.put("readString", sftp -> sftp.readString("f"));
    calls.put("writeString", sftp -> sftp.writeString("new", "text"));
    calls.put(
        "open", sftp -> sftp.open("new", StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    calls.put("execute", sftp -> sftp.execute("touch new"));
    return calls;
  }

  @Test
  void sendNothingAndFail(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("f"), "text");
    Files.createDirectory(folder.local("dir"));
    Files.writeString(folder.local("dir/g"), "text");
    Files.writeString(local.resolve("f"), "text");
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port()).defaultPath(folder.path()).build())) {
      sftp.stat("f");
      for (var call : calls().entrySet()) {
        long before = proxy.bytes(Direction.UP);
        Thread.currentThread().interrupt();
        try {
          assertThatThrownBy(() -> call.getValue().on(sftp))
              .as(call.getKey())
              .isInstanceOf(InterruptedIOException.class);
        } finally {
          assertThat(Thread.interrupted()).as(call.getKey()).isTrue();
        }
        sftp.stat("f"); // what was sent before has passed then
        long ofStat = proxy.bytes(Direction.UP) - before;
        sftp.stat("f");
        assertThat(proxy.bytes(Direction.UP) - before)
            .as("bytes of two requests, not three, after %s", call.getKey())
            .isEqualTo(2 * ofStat);
      }
    }
    assertThat(local.toFile().list()).containsExactly("f");
    assertThat(folder.local().toFile().list()).containsExactlyInAnyOrder("f", "dir");
  }
}
