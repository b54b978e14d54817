package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.ChildJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KnownHostsFileTest {
  private static final int HOSTS = 60;
  private static final int PROGRAMS = 3;
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTuM9E7eHSZfUdVfbk0MRIbbB4w6cqzSj5FKFzdvYxC";

  @TempDir private Path temporary;

  @Test
  void addsEachHostOnceForManyProcesses() throws Exception {
    Path file = Files.writeString(temporary.resolve("known_hosts"), "# no line end");
    var programs = new ArrayList<Process>();
    for (int i = 0; i < PROGRAMS; i++) {
      programs.add(program(file));
    }
    for (Process program : programs) {
      program.getOutputStream().write('\n'); // all are ready: start them
      program.getOutputStream().flush();
    }
    for (Process program : programs) {
      assertThat(program.waitFor()).isZero();
    }
    var expected = new ArrayList<>(List.of("# no line end"));
    IntStream.range(0, HOSTS).forEach(i -> expected.add("host" + i + " " + KEY));
    assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void refusesAFileThatAnotherProcessKeepsLocked() throws Exception {
    Path file = Files.createFile(temporary.resolve("known_hosts"));
    // Like a copy of the class in another class loader.
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> add(file, "host"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("another program has locked it");
    }
    add(file, "host");
    assertThat(file).content().isEqualTo("host " + KEY + "\n");
  }

  private static Process program(Path file) throws IOException {
    Process program =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of(), KnownHostsFileTest.class.getName(), List.of(file.toString())))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    program.getInputStream().read(); // the program is ready
    return program;
  }

  /** One of the concurrent programs. */
  public static void main(String[] args) throws IOException {
    System.out.println();
    System.in.read();
    for (int i = 0; i < HOSTS; i++) {
      add(Path.of(args[0]), "host" + i);
    }
  }

  private static void add(Path file, String host) throws IOException {
    IOException problem =
        KnownHostsFile.append(
            file,
            List.of(host),
            known -> known.about(host, KnownHosts.Marker.NONE).isEmpty() ? unknown() : null,
            host + " " + KEY);
    if (problem != null) {
      throw problem;
    }
  }

  private static HostKeyException unknown() {
    var details = new Failures("me", "host", 22).details("connect", null, "unknown");
    return Results.NEW.hostKeyException(details, "host", 22, Reason.UNKNOWN, "", "", "", "", null);
  }
}
