package io.github.jsftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Quirk;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replaced file was for jtwriter and jtsecret only; jtreader, who is in jtwide, looks on. */
@Timeout(120)
class GroupOfReplacedFileTest {
  private static final String SECRET = "the new secret";

  private static Users users;

  @BeforeAll
  static void create() throws IOException {
    users = new Users("jtwriter", "jtreader");
    users.group("jtwide").group("jtsecret").group("jtforeign");
    users.user("jtwriter", "jtwide", "jtsecret").user("jtreader", "jtwide");
  }

  @AfterAll
  static void remove() throws IOException {
    if (users != null) {
      users.close();
    }
  }

  @Test
  void isKept() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");

      assertThat(replace(server, file).warnings()).isEmpty();

      assertThat(owner(file)).isEqualTo("jtwriter:jtsecret 640");
    }
  }

  @Test
  void losesItsRightsWhereItCannotBeKept() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "jtwriter", "jtforeign", "rw-r-----");

      assertThat(replace(server, file).warnings())
          .singleElement()
          .asString()
          .contains("the group of the file replaced could not be kept")
          .contains("600 instead of 640");

      assertThat(owner(file)).isEqualTo("jtwriter:jtwide 600");
    }
  }

  @Test
  void isKeptWhereTheOwnerCannotBe() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "root", "jtsecret", "rw-rw----");

      assertThat(replace(server, file).warnings()).isEmpty();

      assertThat(owner(file)).isEqualTo("jtwriter:jtsecret 660");
    }
  }

  @Test
  void isKeptTogetherWithTheOwnerByRoot() throws IOException {
    try (var server = QuirkyServer.start(Quirk.IGNORES_PERMISSIONS)) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      Path own = file(server.home(), "root", "root", "rw-------");
      Path all = file(server.home(), "jtwriter", "jtsecret", "rw-r--r--");

      replace(server.server(), secret);
      replace(server.server(), own);
      try (Connection sftp = server.connect()) {
        sftp.writeString(all.toString(), "for all");
      }

      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
      assertThat(owner(own)).isEqualTo("root:root 600");
      assertThat(owner(all)).isEqualTo("jtwriter:jtsecret 644");
    }
  }

  @Test
  void isKeptByCopies() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      sftp.writeString("source", SECRET);

      sftp.copy("source", secret.toString());

      assertThat(secret).hasContent(SECRET);
      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
    }
  }

  @Test
  void isKeptByDownloads() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      Path own = file(server.home(), "root", "jtforeign", "rw-rw----");
      Path all = file(server.home(), "jtwriter", "jtsecret", "rw-r--r--");
      sftp.writeString("source", SECRET);

      for (Path file : List.of(secret, own, all)) {
        assertThat(sftp.get("source", file).warnings()).isEmpty();
        assertThat(file).hasContent(SECRET);
      }

      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
      assertThat(owner(own)).isEqualTo("root:jtforeign 660");
      assertThat(owner(all)).isEqualTo("jtwriter:jtsecret 644");
    }
  }

  @Test
  void isSetBeforeTheFirstByteOfADownload() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      sftp.writeString("source", SECRET);
      var seen = new ArrayList<String>();

      sftp.get(
          "source",
          secret,
          TransferOptions.builder().progress(now -> seen.add(parts(server.home()))).build());

      assertThat(seen).first().isEqualTo("root:jtsecret 600");
    }
  }

  @Test
  void losesItsRightsWhereADownloadCannotKeepIt() throws Exception {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "root", "jtforeign", "rw-r-----");

      List<String> printed =
          ChildJvm.run(
              List.of("setpriv", "--bounding-set=-chown"),
              List.of(),
              Map.of(),
              Download.class,
              List.of(
                  String.valueOf(server.port()), server.privateKey().toString(), file.toString()));

      assertThat(printed)
          .last()
          .asString()
          .contains("the group of the file replaced could not be kept")
          .contains("600 instead of 640");
      assertThat(owner(file)).isEqualTo("root:root 600");
    }
  }

  /** Downloads as root without the right to give files away. */
  static final class Download {
    private Download() {}

    public static void main(String[] args) throws IOException {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username("jtwriter")
              .privateKey(Path.of(args[1]))
              .hostKeys(HostKeys.acceptAnyInsecurely())
              .build();
      try (Connection sftp = Connection.connect(options)) {
        System.out.println(sftp.get("/etc/hostname", Path.of(args[2])).warnings());
      }
    }
  }

  private static String parts(Path dir) {
    try (Stream<Path> paths = Files.list(dir)) {
      Path part = paths.filter(path -> path.toString().endsWith(".part")).findAny().orElseThrow();
      return owner(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void open(Path home) throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path file(Path home, String owner, String group, String permissions)
      throws IOException {
    Path file = Files.createTempFile(home, "f", ".txt");
    Files.writeString(file, "old");
    Users.run("chown", owner + ":" + group, file.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private static String owner(Path file) throws IOException {
    return Users.run("stat", "-c", "%U:%G %a", file.toString()).strip();
  }

  /** Replaces a file while jtreader tries to read it and its temporary file. */
  private static TransferResult replace(TestServer server, Path file) throws IOException {
    Path log = Files.createTempFile("jsftp-seen-", ".txt");
    Process reader =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=jtreader",
                    "--regid=jtwide",
                    "--clear-groups",
                    "sh",
                    "-c",
                    "cd " + file.getParent() + "; while :; do cat f*.txt .*.part; echo look; done"))
            .redirectOutput(log.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (Connection sftp = Connection.connect(Client.options(server).build())) {
      TransferResult result = sftp.put(new Watched(log), file.toString());
      looks(log);
      assertThat(Files.readString(file)).startsWith(SECRET);
      assertThat(Files.readString(log)).contains("look").doesNotContain(SECRET);
      return result;
    } finally {
      reader.destroyForcibly();
      Files.delete(log);
    }
  }

  /** Waits until somebody who has begun to look from now on is done. */
  private static void looks(Path log) throws IOException {
    long before = Files.size(log);
    Await.until(
        "jtreader has looked", () -> log.toFile().length() > before + 2L * "look\n".length());
  }

  /** The secret, and an end that does not come before the reader has looked. */
  private static final class Watched extends InputStream {
    private final Path log;
    private final ByteArrayInputStream bytes =
        new ByteArrayInputStream((SECRET + " ".repeat(1 << 20)).getBytes(UTF_8));

    Watched(Path log) {
      this.log = log;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = bytes.read(into, offset, length);
      if (count < 0) {
        looks(log);
      }
      return count;
    }
  }
}
