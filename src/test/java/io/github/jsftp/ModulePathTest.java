package io.github.jsftp;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSch;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uses the library as a module, from a module, in a JVM of its own. */
@LeakCheck
@Timeout(600)
class ModulePathTest {
  private static final String MAIN = "app/app.Main";
  private static final String APPLICATION =
      """
      package app;

      import io.github.jsftp.*;
      import java.nio.file.Path;

      public class Main {
        public static void main(String[] args) throws Exception {
          if (!Connection.class.getModule().isNamed()) {
            throw new IllegalStateException("not a module");
          }
          var options =
              ConnectionOptions.builder(args[0])
                  .port(Integer.parseInt(args[1]))
                  .username(args[2])
                  .privateKey(Path.of(args[3]))
                  .hostKeys(HostKeys.knownHosts(Path.of(args[4])))
                  .defaultPath(args[5])
                  .build();
          try (var sftp = Connection.connect(options)) {
            sftp.put(Path.of(args[6]), "copy");
            sftp.get("copy", Path.of(args[7]));
            System.out.println(sftp.listdir());
          }
        }
      }
      """;

  /** What jlink says on JDK 17, which is confused by classes for later versions of Java. */
  private static final String REJECTED = "descriptor indicates the set of packages";

  @TempDir static Path modules;
  @TempDir Path local;
  private static String libraries = "";

  @BeforeAll
  static void compile() throws IOException {
    libraries = path(library(), origin(JSch.class), origin(Nullable.class));
    Path sources = Files.createDirectories(modules.resolve("sources/app"));
    Path descriptor = modules.resolve("sources/module-info.java");
    Files.writeString(descriptor, "module app { requires io.github.jsftp; }");
    Path main = Files.writeString(sources.resolve("Main.java"), APPLICATION);
    compile(libraries, modules.resolve("app"), descriptor, main);
    libraries += File.pathSeparator + modules.resolve("app");
  }

  @Test
  void connectsPutsGetsAndLists(TestServer server, ServerFolder folder) throws Exception {
    List<String> command = ChildJvm.java();
    command.addAll(List.of("--module-path", libraries, "-m", MAIN));

    assertThatTheProgramWorks(command, server, folder);
  }

  @Test
  void requiresTheModulesThatItUses() {
    var output = new StringWriter();
    var out = new PrintWriter(output);
    var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    String[] arguments = {
      "--multi-release", "17", "--module-path", libraries, "--check", "io.github.jsftp"
    };

    assertThat(jdeps.run(out, out, arguments)).as(output.toString()).isZero();

    String[] parts = output.toString().split("\\n  \\[", -1);
    assertThat(requirements(parts[2])).isEqualTo(requirements(parts[1])).isNotEmpty();
  }

  /** Links an image with each JDK that is installed beside that of the test. */
  @ParameterizedTest
  @MethodSource("jdks")
  @Tag("long")
  void connectsFromAnImage(Path jdk, TestServer server, ServerFolder folder) throws Exception {
    String jlink = jdk.resolve("bin/jlink").toString();
    Path image = local.resolve("image");
    String java = image.resolve("bin/java").toString();
    // On JDK 17, elliptic curves are in a module of their own.
    String used = "app,java.security.jgss,jdk.crypto.ec";
    var command = List.of(java, "-m", MAIN);

    Process whole = link(jlink, "--module-path", libraries, "--add-modules", used, image);
    if (whole.exitValue() != 0) {
      assertThat(output()).contains(REJECTED);
      used = "java.logging,java.security.jgss,jdk.crypto.ec";
      Process parts = link(jlink, "--add-modules", used, image);
      assertThat(parts.exitValue()).as(output()).isZero();
      command = List.of(java, "--module-path", libraries, "-m", MAIN);
    }

    assertThatTheProgramWorks(command, server, folder);
  }

  static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> homes = Files.list(own.getParent())) {
      var jdks = new TreeSet<Path>();
      for (Path home : (Iterable<Path>) homes::iterator) {
        if (Files.isExecutable(home.resolve("bin/jlink"))) {
          jdks.add(home.toRealPath());
        }
      }
      return List.copyOf(jdks);
    }
  }

  private void assertThatTheProgramWorks(
      List<String> command, TestServer server, ServerFolder folder) throws Exception {
    Path file = Trees.file(local.resolve("file"), 1, 300_000);
    Path back = local.resolve("back");
    var whole = new ArrayList<>(command);
    whole.addAll(
        List.of(
            server.host(),
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            folder.path(),
            file.toString(),
            back.toString()));

    Process process = run(whole);

    assertThat(process.exitValue()).as(output()).isZero();
    assertThat(output()).isEqualToIgnoringNewLines("[copy]");
    Trees.assertSameBytes(back, file);
    Trees.assertSameBytes(folder.local("copy"), file);
  }

  private Process link(Object... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(Stream.of(arguments).map(Object::toString).toList());
    command.add(command.size() - 1, "--output");
    return run(command);
  }

  /** Returns the names of the modules that a descriptor in the output of jdeps requires. */
  private static Set<String> requirements(String descriptor) {
    return Pattern.compile("requires (?:\\w+ )*([\\w.]+)")
        .matcher(descriptor)
        .results()
        .map(requirement -> requirement.group(1))
        .collect(toSet());
  }

  /** Returns the library's classes as a module, whether they were compiled as one or not. */
  private static Path library() throws IOException {
    Path module = Files.createDirectory(modules.resolve("jsftp"));
    Path classes = origin(Connection.class);
    try (Stream<Path> paths = Files.walk(classes)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        Path copy = module.resolve(classes.relativize(path));
        Files.createDirectories(copy.getParent());
        Files.copy(path, copy);
      }
    }
    compile(
        path(origin(JSch.class), origin(Nullable.class)),
        module,
        Path.of("src/main/java/module-info.java"));
    return module;
  }

  private static String path(Path... elements) {
    return Stream.of(elements).map(Path::toString).collect(joining(File.pathSeparator));
  }

  private static Path origin(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static void compile(String libraries, Path target, Path... sources) {
    var arguments =
        new ArrayList<>(List.of("--module-path", libraries, "-proc:none", "-d", target.toString()));
    Stream.of(sources).map(Path::toString).forEach(arguments::add);
    var messages = new StringWriter();
    var out = new PrintWriter(messages);
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));
    assertThat(result).as(messages.toString()).isZero();
  }

  private Process run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(local.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
      return process;
    } finally {
      process.destroyForcibly();
    }
  }

  private String output() throws IOException {
    return Files.readString(local.resolve("output"));
  }
}
