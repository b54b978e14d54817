package io.github.jsftp.testing;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.MemoryTree.Node;
import io.github.jsftp.testing.MemoryTree.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server side of a {@link MemoryStore}: its settings, its faults, and the requests so far. */
public final class MemoryServer {
  static final Failures FAILURES = new Failures("me", "memory", 22);

  private static final Duration IDLE = Duration.ofSeconds(1);

  private final MemoryTree tree = new MemoryTree();
  private final Random random;
  private final List<Request> requests = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private @Nullable Predicate<Request> holding;
  private long unfreed;
  private boolean isAnswering;
  private int inFlight;
  private int peak;

  /** The number of requests that are useful in flight. */
  public volatile int window = 64;

  /** The number of channels that the server grants. */
  public volatile int channels = 4;

  /** How long the server may be silent. */
  public volatile Duration timeout = Duration.ofSeconds(60);

  /** The round trip in nanoseconds that a client measures; 0 nearby. */
  public volatile long roundTrip;

  /** The maximum number of bytes in one read or write. */
  public volatile int requestSize = 32 * 1024;

  /** The number of entries in each reply of a listing. */
  public volatile int batch = 100;

  /** The size of the disk in bytes. Removed files take space as long as any file is open. */
  public volatile long quota = Long.MAX_VALUE;

  /** Whether reads return fewer bytes than requested. */
  public volatile boolean shortReads;

  /** Whether the server has the extension copy-data. */
  public volatile boolean copiesData = true;

  /** The algorithms that the server digests files with. */
  public volatile Set<String> hashes = Set.of();

  /** Changes the bytes that a write stores. */
  public volatile UnaryOperator<byte[]> storing = bytes -> bytes;

  /** Changes the bytes that a read returns. */
  public volatile UnaryOperator<byte[]> fetching = bytes -> bytes;

  /** Whether the server has the extension fsync. */
  public volatile boolean syncs = true;

  /** Returns the size that the server reports for a file of a size. */
  public volatile LongUnaryOperator sizes = size -> size;

  /** Whether realpath follows links; MINA's works with the text alone. */
  public volatile boolean resolvesLinks = true;

  /** Whether listings leave out the types of files. */
  public volatile boolean hidesTypes;

  /** The end of the names whose times listings leave out; null for none. */
  public volatile String hidesTimesOf;

  /**
   * A request that was made.
   *
   * @param name the method called: "stat", "list", "next", "open", "read" ..
   * @param path its path, or the first of two
   * @param number its place among all, from 1
   */
  public record Request(String name, String path, int number) {}

  private record Fault(Predicate<Request> when, Function<Request, Throwable> failure) {}

  private record Held(Request request, Runnable answer) {}

  /** What a request does on the server. */
  interface Effect<T> {
    T take(MemoryTree tree) throws Refusal;
  }

  /** What a request without a result does on the server. */
  interface Change {
    void make(MemoryTree tree) throws Refusal;
  }

  MemoryServer(long seed) {
    random = new Random(seed);
  }

  /** Makes the requests that a test picks fail, without an effect. */
  public synchronized void failWhen(Predicate<Request> when, Function<Request, Throwable> failure) {
    faults.add(new Fault(when, failure));
  }

  /** Makes all requests of this name about this path fail with a status. */
  public void fail(String name, String path, int status) {
    failWhen(
        request -> request.name.equals(name) && request.path.equals(path),
        request -> FAILURES.status(name, path, status, null, Expected.ANY, null));
  }

  /** Loses the connection at the n-th request from the start, and for all after it. */
  public void cutAt(int number) {
    failWhen(
        request -> request.number >= number,
        request -> FAILURES.connectionLost("call", request.path, null));
  }

  /** Takes names that differ in case only for the same, as Windows and macOS do. */
  public synchronized void ignoreCase() {
    tree.ignoresCase = true;
  }

  /** Ends all faults. */
  public synchronized void heal() {
    faults.clear();
  }

  /** Takes effect of requests but keeps back the answers of those that a test picks. */
  public synchronized void hold(Predicate<Request> which) {
    holding = which;
  }

  /** Lets go of all that is held back, and holds nothing more. */
  public synchronized void release() {
    holding = null;
    held.forEach(each -> answers.add(each.answer));
    held.clear();
    wake();
  }

  /** Returns the requests whose answers are held back. */
  public synchronized List<Request> held() {
    return held.stream().map(Held::request).toList();
  }

  /** Returns all requests so far. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Returns the paths of all requests of a name so far. */
  public synchronized List<String> paths(String name) {
    return requests.stream().filter(r -> r.name.equals(name)).map(Request::path).toList();
  }

  /** Counts the requests of some names so far; of all for none. */
  public synchronized int count(String... names) {
    return (int)
        requests.stream()
            .filter(r -> names.length == 0 || Stream.of(names).anyMatch(r.name::equals))
            .count();
  }

  /** Returns the most requests that were ever in flight. */
  public synchronized int peak() {
    return peak;
  }

  /** Returns how many requests are in flight. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** Returns how many files and directories are open. */
  public int open() {
    return open.get();
  }

  /** Returns the most files and directories that were open at the same time. */
  public int mostOpen() {
    return mostOpen.get();
  }

  void opened() {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
  }

  synchronized void closed() {
    if (open.decrementAndGet() == 0) {
      unfreed = 0;
    }
  }

  /** Removes a file. */
  synchronized void remove(MemoryTree files, String path) throws Refusal {
    int bytes = files.find(path, false).size;
    files.remove(path, false);
    unfreed += open.get() == 0 ? 0 : bytes;
  }

  /** Returns true if the disk has room for so many bytes more. */
  synchronized boolean hasRoom(MemoryTree files, long bytes) {
    return bytes == 0 || files.bytes() + unfreed + bytes <= quota;
  }

  synchronized <T> T arrange(Effect<T> effect) {
    try {
      return effect.take(tree);
    } catch (Refusal e) {
      throw new AssertionError("status " + e.status, e);
    }
  }

  FileInfo sized(FileInfo info) {
    return info.isFile()
        ? Results.NEW.fileInfo(
            info.path(),
            info.type(),
            sizes.applyAsLong(info.size()),
            info.mode(),
            info.uid(),
            info.gid(),
            info.accessed(),
            info.modified(),
            info.longname().orElse(null))
        : info;
  }

  FileInfo told(FileInfo info) {
    if (hidesTypes) {
      return Results.NEW.fileInfo(
          info.path(), FileInfo.Type.OTHER, info.size(), -1, -1, -1, null, null, null);
    } else if (hidesTimesOf != null && info.path().endsWith(hidesTimesOf)) {
      return Results.NEW.fileInfo(
          info.path(), info.type(), info.size(), info.mode(), -1, -1, null, null, null);
    }
    return info;
  }

  Node opened(MemoryTree files, String path, Set<OpenFlag> flags, AttributeChanges attributes)
      throws Refusal {
    Node node;
    try {
      node = files.find(path, true);
      if (flags.contains(OpenFlag.EXCLUSIVE) || node.isDirectory()) {
        throw new Refusal(4);
      }
    } catch (Refusal e) {
      if (e.status != 2 || !flags.contains(OpenFlag.CREATE)) {
        throw e;
      }
      node = Node.file();
      node.set(attributes);
      files.add(files.realpath(path), node);
    }
    if (flags.contains(OpenFlag.TRUNCATE)) {
      node.set(AttributeChanges.size(0));
    }
    return node;
  }

  int shortened(int length) {
    synchronized (this) {
      return shortReads && length > 1 ? 1 + random.nextInt(length) : length;
    }
  }

  /** Takes effect now and answers later; the last step runs just before the answer. */
  synchronized <T> CompletableFuture<T> ask(
      String operation,
      String name,
      String path,
      Expected expected,
      Effect<T> effect,
      Consumer<T> before) {
    var request = new Request(name, path, requests.size() + 1);
    requests.add(request);
    inFlight++;
    peak = Math.max(peak, inFlight);
    var future = new CompletableFuture<T>();
    T value = null;
    Throwable failure = null;
    for (Fault fault : faults) {
      if (failure == null && fault.when.test(request)) {
        failure = fault.failure.apply(request);
      }
    }
    if (failure == null) {
      try {
        value = effect.take(tree);
      } catch (Refusal e) {
        failure = FAILURES.status(operation, path, e.status, null, expected, found(path));
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
    deliver(request, answer(future, value, failure, before));
    return future;
  }

  private <T> Runnable answer(
      CompletableFuture<T> future,
      @Nullable T value,
      @Nullable Throwable failure,
      Consumer<T> before) {
    return () -> {
      synchronized (this) {
        inFlight--;
      }
      if (failure != null) {
        future.completeExceptionally(failure);
      } else {
        try {
          before.accept(value);
          future.complete(value);
        } catch (RuntimeException | Error e) {
          future.completeExceptionally(e);
        }
      }
    };
  }

  private void deliver(Request request, Runnable answer) {
    if (holding != null && holding.test(request)) {
      held.add(new Held(request, answer));
    } else {
      answers.add(answer);
    }
    wake();
  }

  /**
   * Has a thread answer; one that has nothing to do ends soon, and so keeps no server in memory.
   */
  private synchronized void wake() {
    if (!isAnswering) {
      isAnswering = true;
      var thread = new Thread(this::answer, "memory-server");
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  private @Nullable FileInfo found(String path) {
    try {
      return tree.find(path, false).info(path);
    } catch (Refusal e) {
      return null;
    }
  }

  private void answer() {
    try {
      while (awaitAnswers()) {
        Runnable answer = next();
        while (answer != null) {
          answer.run();
          answer = next();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until there is something to answer and others have had the time to catch up with it. */
  private boolean awaitAnswers() throws InterruptedException {
    synchronized (this) {
      long end = System.nanoTime() + IDLE.toNanos();
      while (answers.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          isAnswering = false;
          return false;
        }
        wait(left);
      }
    }
    LockSupport.parkNanos(20_000);
    return true;
  }

  private synchronized @Nullable Runnable next() {
    return answers.isEmpty() ? null : answers.remove(random.nextInt(answers.size()));
  }
}
