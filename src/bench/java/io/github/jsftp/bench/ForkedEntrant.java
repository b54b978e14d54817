package io.github.jsftp.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A library in a JVM of its own, so that its heap, its processor time and its compiled code are its
 * own, and the proxy's are not.
 */
final class ForkedEntrant implements Entrant {
  private static final long LIMIT_MINUTES = 10;

  private final Library library;
  private final Login login;
  private final List<String> jvmOptions;
  private final Path log;
  private @Nullable Process
      process; // started for the first task, and again after one that broke it

  ForkedEntrant(Library library, Login login, List<String> jvmOptions, Path logFolder) {
    this.library = library;
    this.login = login;
    this.jvmOptions = jvmOptions;
    this.log = logFolder.resolve(library.name().toLowerCase(Locale.ROOT) + ".log");
  }

  @Override
  public String title() {
    return library.title();
  }

  @Override
  public boolean enters(Action action) {
    return library.actions().contains(action);
  }

  @Override
  public int lanes() {
    return library.lanes();
  }

  @Override
  public boolean warmsUp() {
    return true;
  }

  @Override
  public Measurement measure(Task task) throws IOException {
    Process running = running();
    new PrintStream(running.getOutputStream(), true, StandardCharsets.UTF_8).println(task.toLine());
    String answer = answer(running.inputReader(StandardCharsets.UTF_8));
    if (answer.startsWith(Worker.FAILED)) {
      throw new IOException(answer.substring(Worker.FAILED.length()));
    }
    if (!answer.startsWith(Worker.DONE)) {
      close(); // the JVM's own last word, or nothing
      throw new IOException("ended with %s: %s".formatted(String.join(" ", jvmOptions), answer));
    }
    return Measurement.parse(answer.substring(Worker.DONE.length()));
  }

  /** Returns the next line; an empty one when there is none. */
  private String answer(BufferedReader answers) throws IOException {
    var line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Objects.requireNonNullElse(answers.readLine(), "");
              } catch (IOException e) {
                return "";
              }
            });
    try {
      return line.get(LIMIT_MINUTES, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      close();
      throw new IOException("not done after " + LIMIT_MINUTES + " minutes", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  private Process running() throws IOException {
    Process running = process;
    if (running == null || !running.isAlive()) {
      var command = new ArrayList<>(login.near());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      command.add("-XX:+ExitOnOutOfMemoryError");
      command.addAll(List.of("-cp", library.classPath(), Worker.class.getName(), library.name()));
      command.addAll(login.toArguments());
      running =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process = running;
    }
    return running;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      process = null;
    }
  }
}
