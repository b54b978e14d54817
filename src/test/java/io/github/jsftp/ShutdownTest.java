package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program that is terminated closes its connection in a shutdown hook, and leaves no temporary
 * files.
 */
@OnEachServer
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ShutdownTest {
  @TempDir Path local;

  /** The ways to terminate the program. */
  enum End {
    SIGTERM,
    EXIT_IN_A_LISTENER
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long-on-mina")
  void leavesNoTemporaryFiles(End end, TestServer server, ServerFolder remote) throws Exception {
    Files.write(remote.local("source"), new byte[10_000_000]);
    Process program =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of("-Xmx64m"),
                    Program.class.getName(),
                    List.of(
                        String.valueOf(server.port()),
                        server.username(),
                        server.privateKey().toString(),
                        server.knownHosts().toString(),
                        remote.path(),
                        local.toString(),
                        end.name())))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("connected");
      if (end == End.SIGTERM) {
        Eventually.until(
            "a part here and there", () -> parts(local) == 1 && parts(remote.local()) == 1);
        program.destroy();
      }
      assertThat(program.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      program.destroyForcibly();
    }
    assertThat(local).isEmptyDirectory();
    Eventually.until("the server is done", () -> parts(remote.local()) == 0);
  }

  private static long parts(Path dir) {
    return List.of(dir.toFile().list()).stream().filter(name -> name.endsWith(".part")).count();
  }

  /** The program that is terminated. */
  static final class Program {
    private Program() {}

    /** Uploads and downloads slowly until the program is terminated. */
    public static void main(String[] args) throws Exception {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username(args[1])
              .privateKey(Path.of(args[2]))
              .hostKeys(HostKeys.knownHosts(Path.of(args[3])))
              .build();
      Connection sftp = Connection.connect(options);
      Runtime.getRuntime().addShutdownHook(new Thread(sftp::close));
      System.out.println("connected");
      boolean exits = End.valueOf(args[6]) == End.EXIT_IN_A_LISTENER;
      var slow =
          TransferOptions.builder()
              .maxBytesPerSecond(100_000)
              .progress(
                  progress -> {
                    if (exits && progress.bytes() > 0) {
                      System.exit(0);
                    }
                  })
              .build();
      var downloading =
          new Thread(
              () -> {
                try {
                  sftp.get(args[4] + "/source", Path.of(args[5], "copy"), slow);
                } catch (IOException e) {
                  // ended by the hook
                }
              });
      downloading.start();
      try {
        sftp.put(new Zeros(), args[4] + "/target", slow);
      } catch (ConnectionException e) {
        // ended by the hook
      }
    }
  }

  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return length;
    }
  }
}
