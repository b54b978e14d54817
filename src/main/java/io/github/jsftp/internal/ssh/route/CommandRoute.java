package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.options.ProxyCommand;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A local command whose input and output lead to the server. */
final class CommandRoute implements Route {
  private static final int MAX_LINE = 1000;
  private static final long END_SECONDS = 1;

  private final ConnectionOptions options;
  private final JschLog log;
  private @Nullable Process process; // guarded by this
  private @Nullable IOException abortReason; // guarded by this
  private final CompletableFuture<Void> errorsRead = new CompletableFuture<>();
  private volatile String lastError = "";

  CommandRoute(ConnectionOptions options, JschLog log) {
    this.options = options;
    this.log = log;
  }

  @Override
  public ByteStream connect(String host, int port) throws IOException {
    if (!options.allowProxyCommand()) {
      throw new RouteException(
          "the proxy command "
              + Wording.quoted(options.proxyCommand().orElseThrow())
              + " is not run; allow it with allowProxyCommand(true)",
          null);
    }
    log.enter(ConnectPhase.TCP, "starting the proxy command");
    Process started = start(ProxyCommand.of(options));
    var stream =
        new PipedStream(started.getOutputStream(), () -> end(started), () -> whyEnded(started));
    DaemonThreads.start(
        "jsftp-command " + options, () -> copy(started.getInputStream(), stream.received()));
    DaemonThreads.start(
        "jsftp-command-errors " + options, () -> readErrors(started.getErrorStream()));
    return stream;
  }

  private synchronized Process start(String command) throws IOException {
    if (abortReason != null) {
      throw abortReason;
    }
    boolean isWindows = File.separatorChar == '\\';
    List<String> words =
        isWindows
            ? List.of("cmd.exe", "/c", command)
            : List.of("/bin/sh", "-c", "exec " + command); // exec replaces the shell
    try {
      process = new ProcessBuilder(words).start();
      return process;
    } catch (IOException e) {
      throw new RouteException("can't run the proxy command: " + Wording.of(e), e);
    }
  }

  private static void copy(InputStream from, OutputStream to) {
    try (from;
        to) {
      from.transferTo(to);
    } catch (IOException e) {
      // The stream was closed, or the command ended.
    }
  }

  /** Logs the lines of the command's error output, and remembers the last one. */
  private void readErrors(InputStream errors) {
    var line = new StringBuilder();
    try (errors) {
      for (int c = errors.read(); c >= 0; c = errors.read()) {
        if (c == '\n') {
          addError(line);
        } else if (line.length() < MAX_LINE) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // The command has ended.
    } finally {
      addError(line);
      errorsRead.complete(null);
    }
  }

  private void addError(StringBuilder line) {
    String text =
        new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (!text.isBlank()) {
      lastError = text;
      log.debug("the proxy command says: " + text);
    }
    line.setLength(0);
  }

  /** Describes the end of the command, for which it waits up to a second. */
  private IOException whyEnded(Process ended) throws IOException {
    String status = "";
    try {
      if (ended.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        status = " with exit status " + ended.exitValue();
        errorsRead.completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS).join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String said = lastError.isEmpty() ? "" : "; it said " + Wording.quoted(lastError);
    return new RouteException("the proxy command ended" + status + said, null);
  }

  /**
   * Ends the command and its children: at first with SIGTERM, and a second later with SIGKILL, also
   * those that they have started meanwhile.
   */
  private static void end(Process running) {
    List<ProcessHandle> all = withDescendants(List.of(running.toHandle()));
    all.forEach(ProcessHandle::destroy);
    CompletableFuture.delayedExecutor(END_SECONDS, TimeUnit.SECONDS)
        .execute(() -> withDescendants(all).forEach(ProcessHandle::destroyForcibly));
  }

  private static List<ProcessHandle> withDescendants(List<ProcessHandle> processes) {
    return Stream.concat(processes.stream().flatMap(ProcessHandle::descendants), processes.stream())
        .distinct()
        .toList();
  }

  @Override
  public void abort(IOException reason) {
    Process running;
    synchronized (this) {
      abortReason = reason;
      running = process;
    }
    if (running != null) {
      end(running);
    }
  }
}
