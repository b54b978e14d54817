package io.github.jsftp;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSch;
import io.github.jsftp.testing.OnEachServer;
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
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uses the library as a module, from a module, in a JVM of its own. */
@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class ModulePathTest {
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
          for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("jsftp-clock")) {
              thread.join(); // what it lacks it prints
            }
          }
        }
      }
      """;

  @TempDir Path local;

  @Test
  void connectsPutsGetsAndLists(TestServer server, ServerFolder folder) throws Exception {
    String libraries =
        Stream.of(library(), origin(JSch.class), origin(Nullable.class))
            .map(Path::toString)
            .collect(joining(File.pathSeparator));
    Path sources = Files.createDirectories(local.resolve("sources/app"));
    Path descriptor = local.resolve("sources/module-info.java");
    Files.writeString(descriptor, "module app { requires io.github.jsftp; }");
    Path main = Files.writeString(sources.resolve("Main.java"), APPLICATION);
    compile(libraries, local.resolve("app"), descriptor, main);
    // So much that the library looks at the processor time, for which it needs a module of Java.
    Path file = Trees.file(local.resolve("file"), 1, 20_000_000);
    Path back = local.resolve("back");

    String output =
        run(
            "--module-path",
            libraries + File.pathSeparator + local.resolve("app"),
            "--module",
            "app/app.Main",
            server.host(),
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            folder.path(),
            file.toString(),
            back.toString());

    assertThat(output).isEqualToIgnoringNewLines("[copy]");
    Trees.assertSameBytes(back, file);
    Trees.assertSameBytes(folder.local("copy"), file);
  }

  /** Returns the library's classes as a module, whether they were compiled as one or not. */
  private Path library() throws IOException {
    Path module = Files.createDirectory(local.resolve("jsftp"));
    Path classes = origin(Connection.class);
    try (Stream<Path> paths = Files.walk(classes)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        Path copy = module.resolve(classes.relativize(path));
        Files.createDirectories(copy.getParent());
        Files.copy(path, copy);
      }
    }
    String libraries =
        Stream.of(JSch.class, Nullable.class)
            .map(type -> origin(type).toString())
            .collect(joining(File.pathSeparator));
    compile(libraries, module, Path.of("src/main/java/module-info.java"));
    return module;
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

  private String run(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(arguments));
    Path output = local.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
      String text = Files.readString(output);
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
