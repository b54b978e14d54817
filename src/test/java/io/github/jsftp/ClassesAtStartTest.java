package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.OpenSshServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A script is mostly start-up, and that is mostly loading classes. A lambda expression is a class
 * that the JVM generates, which costs more than one that it reads.
 */
@Timeout(300)
class ClassesAtStartTest {
  private static final String CONNECTED = "connected";

  /** The classes that are loaded in the background, one a line. */
  private static final String LIST = "io/github/jsftp/internal/classes-at-start.txt";

  private static OpenSshServer server;
  private static List<String> loaded = List.of();
  @TempDir static Path dir;

  /** Hides the list from the program, so that only what it needs is loaded. */
  @BeforeAll
  static void runAScript() throws Exception {
    server = OpenSshServer.start();
    Files.write(dir.resolve("source"), new byte[1024]);
    Path hiding = dir.resolve("hiding");
    Files.createDirectories(hiding.resolve(LIST).getParent());
    Files.createFile(hiding.resolve(LIST));
    loaded = load("-Xbootclasspath/a:" + hiding);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  /** Returns the log of the classes that the program loads to download a file. */
  private static List<String> load(String option) throws Exception {
    return load(option, "get", "source");
  }

  private static List<String> load(String option, String operation, String file) throws Exception {
    return ChildJvm.run(
        List.of("-XX:+BytecodeVerificationRemote", "-Xlog:class+load", option),
        Map.of(),
        Program.class,
        List.of(
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            operation,
            dir.resolve(file).toString(),
            dir.resolve("target").toString()));
  }

  @Test
  void aScriptLoadsFewClassesUntilItHasItsFirstFile() {
    List<String> whenConnected = ours(loaded.subList(0, loaded.indexOf(CONNECTED)));
    List<String> all = ours(loaded);
    assertThat(lambdas(whenConnected)).as("lambdas when connected").hasSizeLessThan(55);
    assertThat(whenConnected).as("classes when connected").hasSizeLessThan(230);
    assertThat(lambdas(all)).as("lambdas in all").hasSizeLessThan(150);
    assertThat(all).as("classes in all").hasSizeLessThan(400);
  }

  /** Those of an upload are in the list, too, and this program only downloads. */
  @Test
  void theListedClassesAreLoadedInTheBackground() throws Exception {
    String another = "io.github.jsftp.internal.transfer.copy.LocalSource";
    assertThat(ours(loaded)).doesNotContain(another);
    assertThat(ours(load("-Dlist=used"))).contains(another);
  }

  /** Add those that are missing to the list, and remove those that are gone. */
  @Test
  void nearlyAllClassesOfAScriptAreLoadedInTheBackground() throws Exception {
    List<String> listed;
    try (var list = Connection.class.getResourceAsStream("/" + LIST)) {
      listed = new String(list.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
    ClassLoader loader = Connection.class.getClassLoader();
    assertThat(listed)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(Class.forName(name, false, loader)).isNotNull());
    List<String> later = ours(loaded);
    later = later.subList(later.indexOf("io.github.jsftp.internal.ClassPreloading"), later.size());
    assertThat(later.stream().filter(name -> !name.contains("$$Lambda")))
        .as("classes after the background work has begun")
        .filteredOn(name -> !listed.contains(name))
        .hasSizeLessThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "put"})
  void theCipherIsCompiledInAdvanceIfMuchIsCopied(String operation) throws Exception {
    String calls = "io.github.jsftp.internal.ssh.session.CipherCalls";
    assertThat(ours(loaded)).doesNotContain(calls);
    Files.write(dir.resolve("big"), new byte[12 << 20]);
    assertThat(ours(load("-Dlist=used", operation, "big"))).contains(calls);
  }

  /** The JVM generates several classes for the first concatenation of each shape. */
  @Test
  void textsAreConcatenatedWithoutGeneratedClasses() throws Exception {
    Path classes =
        Path.of(Connection.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeThat(classes)
        .as("classes that Maven has compiled")
        .endsWith(Path.of("target", "classes"));
    var generating = new ArrayList<Path>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".class")
            && Files.readString(file, StandardCharsets.ISO_8859_1)
                .contains("java/lang/invoke/StringConcatFactory")) {
          generating.add(file);
        }
      }
    }
    assertThat(generating).isEmpty();
  }

  /** Returns the names of jsftp's classes, with those of its lambda expressions. */
  private static List<String> ours(List<String> log) {
    return log.stream()
        .filter(line -> line.contains("] io.github.jsftp."))
        .map(line -> line.substring(line.indexOf("] ") + 2).split(" ", -1)[0])
        .filter(name -> !name.contains("ClassesAtStartTest"))
        .toList();
  }

  private static List<String> lambdas(List<String> names) {
    return names.stream().filter(name -> name.contains("$$Lambda")).toList();
  }

  /** Copies one file. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username(args[1])
              .privateKey(Path.of(args[2]))
              .hostKeys(HostKeys.knownHosts(Path.of(args[3])))
              .build();
      try (var sftp = Connection.connect(options)) {
        System.out.println(CONNECTED);
        if (args[4].equals("put")) {
          sftp.put(Path.of(args[5]), args[6]);
        } else {
          sftp.get(args[5], Path.of(args[6]));
        }
      }
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("jsftp-classes")) {
          thread.join();
        }
      }
    }
  }
}
