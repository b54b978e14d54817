package io.github.jsftp.faults;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.faults.Verdict.End;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One copy with one fault, and what becomes of it. */
final class Trial {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IMPATIENCE = Duration.ofSeconds(3);
  private static final int CONNECT_ATTEMPTS = 5;
  private static final Duration HANG = Duration.ofSeconds(60);
  private static final Duration TIDY = Duration.ofSeconds(10);

  private final Copier.Library library;
  private final FaultyServer faultyServer;
  private final CopyFixture fixture;
  private final Fault fault;
  private final List<String> complaints = new ArrayList<>();
  private final ThreadGroup group;
  private int attempts;
  private boolean fired;
  private boolean hangs;
  private boolean isOver; // no fault may start after the copy has ended

  Trial(Copier.Library library, FaultyServer faultyServer, CopyFixture fixture, Fault fault) {
    this.library = library;
    this.faultyServer = faultyServer;
    this.fixture = fixture;
    this.fault = fault;
    group = new ThreadGroup(fault.toString());
  }

  Verdict run() throws Exception {
    fixture.set(fault.seed() % 3 != 0);
    Throwable failure = disturbed();
    String how = failure == null ? "ended well" : failure.toString();
    AllowedPartFiles partFiles =
        failure == null ? AllowedPartFiles.NONE : AllowedPartFiles.afterFailure(fault);
    complaints.addAll(fixture.complaints(failure == null, partFiles));
    judge(failure);
    if (failure != null && complaints.isEmpty()) {
      Throwable again = undisturbed();
      if (again != null && !isMoved(again)) {
        complaints.add("the second call failed: " + again);
      }
      complaints.addAll(fixture.complaints(true, AllowedPartFiles.afterSuccess(fault)));
    }
    awaitThreads();
    return new Verdict(fault, end(failure), attempts, how, List.copyOf(complaints));
  }

  /** Returns true if a file is missing at the source since the first call has moved it. */
  private boolean isMoved(Throwable again) {
    return fixture.copyKind().moves()
        && (again instanceof NoSuchPathException || again instanceof NoSuchFileException);
  }

  private End end(Throwable failure) {
    if (!complaints.isEmpty()) {
      return End.LOST;
    }
    return failure != null ? End.FAILED : fired ? End.SURVIVED : End.MISSED;
  }

  /** Returns true if a call did not return. */
  boolean hangs() {
    return hangs;
  }

  /** Copies with the fault; returns what the call threw, or null. */
  Throwable disturbed() throws Exception {
    TestServer server = faultyServer.prepare(fault);
    try (var proxy = FaultProxy.to(server)) {
      var setup =
          new Copier.Setup(
              server,
              proxy.port(),
              fault.kind().isSilent() ? IMPATIENCE : PATIENCE,
              fault.mode(),
              fault.copyKind());
      return within(() -> copy(setup, proxy));
    } finally {
      faultyServer.heal();
      awaitIdle(server);
    }
  }

  private Throwable copy(Copier.Setup setup, FaultProxy proxy) throws Exception {
    try (var copier = connect(setup)) {
      long begin = proxy.bytes(fault.direction());
      arm(proxy, setup.server());
      try {
        attempts = copier.copy(fixture);
        return null;
      } catch (Exception e) {
        return e;
      } finally {
        endFaults();
        fired = hasFired(proxy.bytes(fault.direction()) - begin);
        proxy.resume();
      }
    }
  }

  /** Connects before there is a fault: on a busy machine that may take longer than it may later. */
  private Copier connect(Copier.Setup setup) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return library.connect(setup);
      } catch (IOException e) {
        if (attempt == CONNECT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private boolean hasFired(long bytes) {
    return switch (fault.kind()) {
      case FEW_CHANNELS -> true;
      case DISK_FULL -> faultyServer.hasFired() || fault.place() < CopyFixture.LEAST_BIG;
      default -> fault.kind().hasPlace() ? bytes >= fault.place() : faultyServer.hasFired();
    };
  }

  private Throwable undisturbed() throws Exception {
    TestServer server = faultyServer.prepare(Fault.none(fault.copyKind(), fault.mode()));
    try {
      return within(
          () -> {
            var setup =
                new Copier.Setup(server, server.port(), PATIENCE, fault.mode(), fault.copyKind());
            try (var copier = library.connect(setup)) {
              copier.copy(fixture);
              return null;
            } catch (Exception e) {
              return e;
            }
          });
    } finally {
      awaitIdle(server);
    }
  }

  private interface Work {
    Throwable call() throws Exception;
  }

  /** Runs work on a thread of the trial's group, for a limited time. */
  private Throwable within(Work work) throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    var thread =
        new Thread(
            group,
            () -> {
              try {
                outcome.complete(work.call());
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            },
            "trial");
    thread.setDaemon(true);
    thread.start();
    try {
      return outcome.get(HANG.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      hangs = true;
      complaints.add("hangs at " + List.of(thread.getStackTrace()));
      thread.interrupt();
      return e;
    } catch (ExecutionException e) {
      complaints.add("no connection: " + e.getCause());
      return e.getCause();
    }
  }

  private void arm(FaultProxy proxy, TestServer server) {
    switch (fault.kind()) {
      case CUT_RST -> proxy.cutAfter(fault.direction(), fault.place(), Cut.RST);
      case CUT_FIN -> proxy.cutAfter(fault.direction(), fault.place(), Cut.FIN);
      case AWAY -> after(proxy, () -> goAway(proxy));
      case MUTE -> proxy.cutAfter(fault.direction(), fault.place(), Cut.MUTE);
      case STALL -> after(proxy, () -> proxy.stall(fault.direction()));
      case PAUSE -> after(proxy, () -> pause(proxy));
      case SLOW -> after(proxy, () -> slow(proxy));
      case KILL_SESSION -> after(proxy, server::disconnectAll);
      case KILL_SFTP -> after(proxy, () -> faultyServer.killChannel(fault.seed()));
      case TRUNCATED_SOURCE -> after(proxy, this::truncateSource);
      case DISK_FULL, FEW_CHANNELS, DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME -> {}
    }
  }

  private void after(FaultProxy proxy, Runnable work) {
    proxy.doAfter(fault.direction(), fault.place(), () -> doInTime(work));
  }

  /** Does nothing once the copy is over, since the fault would hit the next one. */
  private synchronized void doInTime(Runnable work) {
    if (!isOver) {
      work.run();
    }
  }

  private synchronized void endFaults() {
    isOver = true;
  }

  private void goAway(FaultProxy proxy) {
    try {
      proxy.refuse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    later(
        () -> {
          try {
            proxy.accept();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    proxy.cutNow();
  }

  private void pause(FaultProxy proxy) {
    proxy.stall();
    later(proxy::resume);
  }

  private void later(Runnable work) {
    CompletableFuture.delayedExecutor(fault.between(20, 300), TimeUnit.MILLISECONDS).execute(work);
  }

  private void slow(FaultProxy proxy) {
    proxy.throttle(fault.between(500_000, 5_000_000));
    proxy.delay(Duration.ofMillis(fault.between(0, 10)));
  }

  private void truncateSource() {
    try {
      fixture.truncateSource();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void judge(Throwable failure) {
    if (failure == null) {
      return;
    }
    if (fault.kind().isHarmless() || !(fired || fault.kind().isSilent())) {
      complaints.add("has no reason to fail");
    }
    if (fault.mode().reconnects() && fault.kind().isCuredByReconnecting()) {
      complaints.add("does not get over it");
    }
    if (!(failure instanceof SftpException)) {
      complaints.add("throws what is not documented");
    }
    if (fault.kind().breaksConnection() && !(failure instanceof ConnectionException)) {
      complaints.add("does not say that the connection is lost");
    }
  }

  private void awaitIdle(TestServer server) {
    if (!Eventually.holds(TIDY, () -> server.leftovers().isEmpty())) {
      complaints.add("open on the server: " + server.leftovers());
      server.disconnectAll();
    }
  }

  private void awaitThreads() {
    if (!Eventually.holds(TIDY, () -> group.activeCount() == 0)) {
      var threads = new Thread[group.activeCount()];
      for (int i = 0; i < group.enumerate(threads); i++) {
        complaints.add("alive: " + threads[i] + List.of(threads[i].getStackTrace()));
      }
    }
  }
}
