package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeys;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSftpServerTest {
  @Test
  void connectsRightAway() throws Exception {
    try (var server = TestSftpServer.start();
        Connection sftp = Connection.connect(server.options())) {
      sftp.writeString("a.txt", "hello");
      Files.writeString(server.root().resolve("b.txt"), "world");

      assertThat(server.root().resolve("a.txt")).hasContent("hello");
      assertThat(sftp.readString("/b.txt")).isEqualTo("world");
      assertThat(sftp.pwd()).isEqualTo("/");
      assertThat(sftp.listdir("/")).containsExactly("a.txt", "b.txt");
      assertThat(server).hasToString("me@127.0.0.1:" + server.port());
    }
  }

  @Test
  void servesRawJsch() throws Exception {
    try (var server = TestSftpServer.start()) {
      var session = RawJsch.connect(server.port(), server.username(), server.password());
      var sftp = RawJsch.sftp(session);
      sftp.put(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)), "/a.txt");
      session.disconnect();

      assertThat(server.root().resolve("a.txt")).hasContent("hello");
    }
  }

  @Test
  void hasTheSameHostKeyEachTime() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (var server = TestSftpServer.start()) {
        assertThat(server.hostKeyFingerprint())
            .isEqualTo("SHA256:mpGeQkiorG6+flgiLF8MBK515aTcFAi3UsPfbXrgdS4");
        var known =
            server.options().toBuilder().hostKeys(HostKeys.knownHosts(server.knownHosts())).build();
        Connection.connect(known).close();
      }
    }
  }

  @Test
  void hasAnotherHostKeyIfGiven() throws Exception {
    try (var server = TestSftpServer.builder().hostKey(Keys.ecdsa()).start();
        var usual = TestSftpServer.start()) {
      Connection.connect(server.options()).close();
      var changed =
          server.options().toBuilder()
              .hostKeys(HostKeys.fingerprint(usual.hostKeyFingerprint()))
              .build();
      assertThatThrownBy(() -> Connection.connect(changed)).isInstanceOf(HostKeyException.class);
    }
  }

  @Test
  void knowsSeveralUsersByPasswordOrKey(@TempDir Path folder) throws Exception {
    var pair = Keys.ecdsa();
    Path key = Keys.write(pair, folder.resolve("key"));
    try (var server =
        TestSftpServer.builder()
            .user("ann", "a")
            .user("bob", "b")
            .authorizedKey("carl", Keys.publicLine(pair) + " carl@desk")
            .start()) {
      var options = server.options();
      assertThat(options.username()).isEqualTo("ann");
      Connection.connect(options).close();
      Connection.connect(options.toBuilder().username("bob").password("b").build()).close();
      var carl = options.toBuilder().username("carl").password("").privateKey(key);
      Connection.connect(carl.authentications("publickey").build()).close();
      var given =
          options.toBuilder().authentications("publickey").privateKey(server.privateKey()).build();
      Connection.connect(given).close();
      assertThatThrownBy(
              () -> Connection.connect(options.toBuilder().username("bob").password("a").build()))
          .isInstanceOf(AuthenticationException.class);
      assertThatThrownBy(() -> Connection.connect(options.toBuilder().username("me").build()))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void connectsByKeyWhereTheFirstUserHasNoPassword() throws Exception {
    String line = Keys.publicLine(Keys.ecdsa());
    try (var server = TestSftpServer.builder().authorizedKey("carl", line).start()) {
      Connection.connect(server.options()).close();
      assertThatThrownBy(server::password)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the user carl has no password");
    }
  }

  @Test
  void refusesAPublicKeyThatIsNone() {
    assertThatThrownBy(() -> TestSftpServer.builder().authorizedKey("carl", "key").start())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("can't start a test server: not a public key that MINA supports: key");
  }

  @Test
  void servesFilesInMemory() throws Exception {
    var unix = Configuration.unix().toBuilder().setAttributeViews("posix").build();
    try (var memory = Jimfs.newFileSystem(unix)) {
      Path root = Files.createDirectory(memory.getPath("/served"));
      Files.writeString(root.resolve("a.txt"), "hello");
      try (var server = TestSftpServer.builder().root(root).start();
          Connection sftp = Connection.connect(server.options())) {
        assertThat(sftp.readString("/a.txt")).isEqualTo("hello");
        sftp.mkdir("d");
        sftp.writeString("d/b.txt", "one");
        sftp.writeString("d/b.txt", "two");
        sftp.rename("a.txt", "d/a.txt");
        assertThat(sftp.listdir("d")).containsExactly("a.txt", "b.txt");
      }
      assertThat(Files.readString(root.resolve("d/b.txt"))).isEqualTo("two");
    }
  }

  @Test
  void servesAFolderByAnyOfItsPaths(@TempDir Path folder) throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("a.txt"), "hello");
    Path relative = Path.of("").toAbsolutePath().relativize(root.toRealPath());
    Path link = Files.createSymbolicLink(folder.resolve("link"), root);
    for (Path path : List.of(relative, link, link.resolve("../root/."))) {
      try (var server = TestSftpServer.builder().root(path).start();
          Connection sftp = Connection.connect(server.options())) {
        assertThat(sftp.listdir()).as("%s", path).containsExactly("a.txt");
        assertThat(sftp.pwd()).isEqualTo("/");
        assertThat(server.root()).isEqualTo(root.toRealPath());
      }
    }
  }

  @Test
  void refusesAFolderThatIsNone(@TempDir Path folder) throws Exception {
    var file = TestSftpServer.builder().root(Files.createFile(folder.resolve("file")));
    assertThatThrownBy(file::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(NotDirectoryException.class)
        .hasMessage("can't start a test server: not a directory: " + folder.resolve("file"));
    var missing = TestSftpServer.builder().root(folder.resolve("missing"));
    assertThatThrownBy(missing::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("can't start a test server: not a directory: " + folder.resolve("missing"));
  }

  @Test
  void servesNothingOutsideItsFolder(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("secret"), "x");
    Path root = Files.createDirectory(folder.resolve("root"));
    try (var server = TestSftpServer.builder().root(root).start();
        Connection sftp = Connection.connect(server.options())) {
      assertThat(sftp.exists("../secret")).isFalse();
      assertThat(sftp.listdir("/..")).isEmpty();
    }
    assertThat(root).exists();
  }

  @Test
  void countsWhatClientsHold() throws Exception {
    try (var server = TestSftpServer.start()) {
      Files.writeString(server.root().resolve("a.txt"), "hello");
      try (Connection sftp = Connection.connect(server.options());
          var file = sftp.open("a.txt")) {
        assertThat(file.size()).isEqualTo(5);
        assertThat(server.openConnections()).isEqualTo(1);
        assertThat(server.openFiles()).isEqualTo(1);
      }
      Eventually.until("nothing is open", () -> server.openConnections() + server.openFiles() == 0);
    }
  }

  @Test
  void leavesNothingWhenClosed() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    var server = TestSftpServer.start();
    server.delay(Duration.ofMillis(1));
    Connection sftp = Connection.connect(server.options());
    sftp.writeString("a.txt", "hello");
    server.mute();
    server.close();
    server.close();
    sftp.close();

    assertThat(server.root()).doesNotExist();
    assertThat(server.privateKey()).doesNotExist();
    new ServerSocket(server.port(), 1, InetAddress.getByName(server.host())).close();
    Eventually.until(
        () -> "the threads end: " + left(before),
        Duration.ofSeconds(60),
        () -> left(before).isEmpty());
  }

  private static Set<Thread> left(Set<Thread> before) {
    var now = new HashSet<>(Thread.getAllStackTraces().keySet());
    now.removeAll(before);
    now.removeIf(thread -> thread.getThreadGroup() == null);
    now.removeIf(thread -> !thread.getName().matches("(?i).*(sshd|sftp|mina|nio2|delay).*"));
    return now;
  }

  @Test
  void startsAgainOnThePortOfAnother() throws Exception {
    var first = TestSftpServer.start();
    assertThatThrownBy(() -> TestSftpServer.builder().port(first.port()).start())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("can't start a test server: ");
    try (Connection sftp = Connection.connect(first.options())) {
      first.close();
      try (var second = TestSftpServer.builder().port(first.port()).start()) {
        sftp.writeString("a.txt", "reconnected");
        assertThat(second.root().resolve("a.txt")).hasContent("reconnected");
      }
    }
  }

  @Test
  @SuppressWarnings("NullAway") // a test without JSpecify may do this
  void refusesArgumentsThatMakeNoSense() {
    var builder = TestSftpServer.builder();
    assertThatThrownBy(() -> builder.user("me", null)).hasMessage("password");
    assertThatThrownBy(() -> builder.port(-1)).hasMessage("the port must be from 0 to 65535: -1");
    assertThatThrownBy(() -> builder.port(65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the port must be from 0 to 65535: 65536");
    try (var server = builder.start()) {
      assertThatThrownBy(() -> server.delay(null)).hasMessage("roundTrip");
      assertThatThrownBy(() -> server.delay(ChronoUnit.FOREVER.getDuration()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the delay must be at most a day: PT")
          .hasMessageEndingWith("; mute() stops answering for good");
      assertThatThrownBy(() -> server.quirks((Quirk[]) null)).hasMessage("quirks");
      assertThatThrownBy(() -> server.quirks(Quirk.NO_DOTS, null)).hasMessage("quirk");
      Fault fault = server.fail(Operation.OPEN, Status.FAILURE);
      assertThatThrownBy(() -> fault.on(null)).hasMessage("glob");
    }
  }

  @Test
  void explainsHowToAddMina() throws Exception {
    URL[] withoutMina =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("sshd-"))
            .map(TestSftpServerTest::url)
            .toArray(URL[]::new);
    try (var loader = new URLClassLoader(withoutMina, ClassLoader.getPlatformClassLoader())) {
      var start = loader.loadClass(TestSftpServer.class.getName()).getMethod("start");
      assertThatThrownBy(() -> start.invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Apache MINA SSHD is not on the class path: add org.apache.sshd:sshd-sftp to the test"
                  + " scope, version 2.20.0 or later");
      assertThat(loader.loadClass(SftpServerExtension.class.getName()).getDeclaredMethods())
          .isNotEmpty();
    }
  }

  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void bringsNeitherMinaNorJUnitAlong() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    for (String artifact : Set.of("sshd-sftp", "junit-jupiter")) {
      assertThat(pom)
          .containsPattern(
              "<artifactId>"
                  + artifact
                  + "</artifactId>\\s*<version>[^<]*</version>\\s*"
                  + "<scope>provided</scope>\\s*<optional>true</optional>");
    }
  }
}
