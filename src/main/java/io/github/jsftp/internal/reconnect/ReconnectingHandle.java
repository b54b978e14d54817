package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.internal.remote.ServerErrors;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open file that is opened again after a lost line, and whose reads and writes without an answer
 * are repeated. Never one that has lost what it had acknowledged. What comes after the reads and
 * writes, such as closing, still does.
 */
final class ReconnectingHandle implements RemoteHandle {
  private final ReconnectingStore lasting;
  private final String path;
  private final FileReopener way;
  private final AtomicInteger unanswered = new AtomicInteger(); // reads and writes
  private final ArrayDeque<Runnable> held = new ArrayDeque<>(); // until all is answered
  private volatile RemoteHandle handle;
  private volatile int openedIn; // how many outages had been overcome
  private volatile boolean wasLost;
  private @Nullable CompletableFuture<RemoteHandle> reopening;
  private @Nullable CompletableFuture<Void> closing;

  /** Takes an open file, and the way to open it again. */
  ReconnectingHandle(
      ReconnectingStore lasting, String path, FileReopener way, RemoteHandle handle) {
    this.lasting = lasting;
    this.path = path;
    this.way = way;
    this.handle = handle;
    openedIn = lasting.gate().overcome();
  }

  /**
   * A request about the open file.
   *
   * @param <T> its answer
   */
  @FunctionalInterface
  private interface Question<T> {
    /**
     * Asks.
     *
     * @param on the file as it is open now
     * @param lost the one on which the request was lost before, or null the first time
     */
    CompletableFuture<T> ask(RemoteHandle on, @Nullable RemoteHandle lost);
  }

  @Override
  public int requestSize() {
    return handle.requestSize();
  }

  @Override
  public int depth() {
    return handle.depth();
  }

  @Override
  public CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    int position = into.position();
    return data(
        0,
        (on, lost) -> {
          if (lost != null) {
            into.position(position);
            lasting.attempts().sentAgain(into.remaining());
          }
          return RequestSplitter.read(on, offset, into);
        });
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    return data(
        offset + from.remaining(),
        (on, lost) -> {
          if (lost != null) {
            lasting.attempts().sentAgain(from.remaining());
          }
          return RequestSplitter.write(on, offset, from);
        });
  }

  /**
   * Reads or writes.
   *
   * @param end up to where the file is written then, or 0
   */
  private <T> CompletableFuture<T> data(long end, Question<T> question) {
    unanswered.incrementAndGet();
    var answer = new CompletableFuture<T>();
    askForData(end, question, null, answer);
    return answer;
  }

  private <T> void askForData(
      long end, Question<T> question, @Nullable RemoteHandle lost, CompletableFuture<T> answer) {
    int seen = openedIn;
    RemoteHandle on = handle;
    question
        .ask(on, lost)
        .whenComplete(
            (value, failure) -> {
              Throwable cause = failure == null ? null : Await.cause(failure);
              if (cause != null && ServerErrors.isLost(cause)) {
                Consumer<Throwable> giveUp = gone -> answered(answer, null, gone);
                Runnable again = () -> askForData(end, question, on, answer);
                lost(cause, seen, () -> againOn(on, again, giveUp), giveUp);
                return;
              }
              lasting.gate().answered(true);
              if (cause == null && end > 0) {
                way.acknowledged(end);
              }
              answered(answer, value, cause);
            });
  }

  private <T> void answered(
      CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable failure) {
    if (unanswered.decrementAndGet() == 0 && wasLost) {
      lasting.loop().execute(this::release);
    }
    if (failure == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(failure);
    }
  }

  private void lost(Throwable cause, int seen, Runnable again, Consumer<Throwable> giveUp) {
    lasting
        .loop()
        .execute(
            () -> {
              wasLost = true;
              lasting.gate().await(cause, seen, path, again, giveUp);
            });
  }

  /** Repeats a read or write once the file is open again. */
  private void againOn(RemoteHandle lost, Runnable again, Consumer<Throwable> giveUp) {
    if (handle != lost) {
      again.run();
      return;
    }
    CompletableFuture<RemoteHandle> opening = reopening;
    if (opening == null) {
      opening =
          lasting
              .prepare(path, before -> way.open())
              .whenCompleteAsync(
                  (fresh, failure) -> {
                    reopening = null;
                    if (failure == null) {
                      handle = fresh;
                      openedIn = lasting.gate().overcome();
                    }
                  },
                  lasting.loop());
      reopening = opening;
    }
    opening.whenCompleteAsync(
        (fresh, failure) -> {
          if (failure == null) {
            again.run();
          } else {
            giveUp.accept(Await.cause(failure));
          }
        },
        lasting.loop());
  }

  /** Asks what is to be asked after all reads and writes; on a lost file only when it is so. */
  private <T> CompletableFuture<T> after(Question<T> question) {
    var answer = new CompletableFuture<T>();
    RemoteHandle on = handle;
    if (wasLost) { // in the order in which it is asked
      lasting.loop().execute(() -> hold(() -> askAfter(question, handle, null, answer)));
    } else {
      askAfter(question, on, null, answer);
    }
    return answer;
  }

  private void hold(Runnable question) {
    held.add(question);
    release();
  }

  private void release() {
    while (unanswered.get() == 0 && !held.isEmpty()) {
      held.remove().run();
    }
  }

  private <T> void askAfter(
      Question<T> question,
      RemoteHandle on,
      @Nullable RemoteHandle lost,
      CompletableFuture<T> answer) {
    int seen = lost == null ? openedIn : lasting.gate().overcome();
    question
        .ask(on, lost)
        .whenComplete(
            (value, failure) -> {
              Throwable cause = failure == null ? null : Await.cause(failure);
              if (cause == null || !ServerErrors.isLost(cause)) {
                lasting.gate().answered(false);
              }
              if (cause == null) {
                answer.complete(value);
              } else if (!ServerErrors.isLost(cause)) {
                answer.completeExceptionally(cause);
              } else {
                lasting.loop().execute(() -> lostAfter(question, cause, seen, on, answer));
              }
            });
  }

  /** Waits for the line, and for the reads and writes that wait for it. */
  private <T> void lostAfter(
      Question<T> question,
      Throwable cause,
      int seen,
      RemoteHandle on,
      CompletableFuture<T> answer) {
    wasLost = true;
    Runnable again = () -> hold(() -> askAfter(question, handle, on, answer));
    if (unanswered.get() > 0) {
      again.run();
    } else {
      lasting.gate().await(cause, seen, path, again, answer::completeExceptionally);
    }
  }

  @Override
  public CompletableFuture<FileInfo> stat() {
    return after((on, lost) -> lost == null ? on.stat() : lasting.inner().stat(path));
  }

  @Override
  public CompletableFuture<Void> setAttributes(Attributes set) {
    return after(
        (on, lost) ->
            lost == null ? on.setAttributes(set) : lasting.inner().setAttributes(path, set));
  }

  @Override
  public CompletableFuture<Void> fsync() {
    return handle.fsync();
  }

  /** Opens a file that does not outlast the line. */
  @Override
  public CompletableFuture<RemoteHandle> openBeside(
      String other, Set<OpenMode> modes, Attributes with) {
    return handle.openBeside(other, modes, with);
  }

  /** Copies once: whether that was done can't be told after a lost line. */
  @Override
  public CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset) {
    return handle.copyData(offset, length, target, targetOffset);
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    CompletableFuture<Void> known = closing;
    if (known == null) {
      known = after(this::close);
      closing = known;
    }
    return known;
  }

  /** Closes the file; the server has closed one that was lost, and what counts is what is in it. */
  private CompletableFuture<Void> close(RemoteHandle on, @Nullable RemoteHandle lost) {
    if (on != lost) {
      return on.close();
    }
    return way.check();
  }
}
