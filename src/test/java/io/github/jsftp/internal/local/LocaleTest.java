package io.github.jsftp.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Transfers work with local names that Java can't express in the locale's charset. */
@OnEachServer
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the locale does not decide about names")
class LocaleTest {
  private static final Map<String, String> NO_LOCALE = Map.of("LC_ALL", "C");

  @Test
  @Tag("long-on-mina")
  void copiesNamesThatTheLocaleCantRead(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws Exception {
    Path own = Files.createDirectories(temp.resolve("own").resolve("größe"));
    Files.copy(server.knownHosts(), own.resolve("known_hosts"));
    Path tree = Files.createDirectories(temp.resolve("tree"));
    Files.writeString(tree.resolve("ä.txt"), "umlaut");
    Files.writeString(Files.createDirectory(tree.resolve("日本")).resolve("ö"), "below");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("日本/ö"));

    var printed =
        ChildJvm.run(
            List.of(),
            NO_LOCALE,
            InOtherLocale.class,
            List.of(
                String.valueOf(server.port()),
                server.username(),
                server.privateKey().toString(),
                folder.path(),
                temp.toString()));

    assertThat(printed).last().asString().startsWith("done");
    Trees.assertEqual(folder.local("tree"), tree);
    assertThat(folder.local("ä.txt")).hasContent("umlaut");
    Trees.assertEqual(temp.resolve("back"), tree);
    assertThat(temp.resolve("one").resolve("ä.txt")).hasContent("umlaut");
    assertThat(own.resolve("log")).isNotEmptyFile();
  }

  @Test
  void reportsAHomeDirectoryThatTheLocaleCantName(TestServer server) throws Exception {
    var printed =
        ChildJvm.run(
            List.of("-Duser.home=/home/jürgen"),
            NO_LOCALE,
            WithoutKnownHosts.class,
            List.of(
                String.valueOf(server.port()), server.username(), server.privateKey().toString()));

    assertThat(printed)
        .last()
        .asString()
        .startsWith(
            "io.github.jsftp.ConnectionException: connect: can't look for ~/.ssh/known_hosts")
        .contains("start Java with LC_ALL=C.UTF-8");
  }

  /** A client, run in its own JVM, that reads known_hosts in the home directory. */
  static final class WithoutKnownHosts {
    private WithoutKnownHosts() {}

    public static void main(String[] args) throws IOException {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username(args[1])
              .privateKey(Path.of(args[2]))
              .build();
      try (var sftp = Connection.connect(options)) {
        System.out.println("connected to " + sftp);
      } catch (ConnectionException e) {
        System.out.println(e);
      }
    }
  }

  /** A client, run in its own JVM. */
  static final class InOtherLocale {
    private InOtherLocale() {}

    public static void main(String[] args) throws IOException {
      Path temp = Path.of(args[4]);
      Path own = onlyEntry(temp.resolve("own"));
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username(args[1])
              .privateKey(Path.of(args[2]))
              .hostKeys(HostKeys.knownHosts(own.resolve("known_hosts")))
              .log(own.resolve("log"))
              .defaultPath(args[3])
              .build();
      try (var sftp = Connection.connect(options)) {
        copy(sftp, temp);
      }
    }

    private static void copy(Connection sftp, Path temp) throws IOException {
      var links = TransferOptions.builder().symlinks(Symlinks.COPY).build();
      sftp.putR(temp.resolve("tree"), "tree", links);
      sftp.getR("tree", temp.resolve("back"), links);
      try (var paths = Files.newDirectoryStream(temp.resolve("tree"), "*.txt")) {
        for (Path path : paths) {
          sftp.put(path);
        }
      }
      sftp.get("ä.txt", Files.createDirectory(temp.resolve("one")));
      System.out.println("done");
    }

    private static Path onlyEntry(Path dir) throws IOException {
      try (var paths = Files.list(dir)) {
        return paths.findFirst().orElseThrow();
      }
    }
  }
}
