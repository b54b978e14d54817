package io.github.jsftp.internal.bulk;

import io.github.jsftp.BulkException;
import io.github.jsftp.BulkResult;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request for each path of a call, as many at a time as the channels carry, and collects
 * the outcomes. After a failure that ends the call, no further request is sent, but the replies to
 * those in flight are awaited. Used on the call's thread only.
 */
final class BulkRun {
  private static final int MAX_NAMED_FAILURES = 3;

  private final RemoteCall call;
  private final GivenPaths from;
  private final @Nullable GivenPaths to;
  private final Kind kind;
  private final OnError onError;
  private final RequestLimiter limiter;
  private final @Nullable FileOutcome[] outcomes;
  private final BitSet sent = new BitSet();
  private final long start = System.nanoTime();
  private boolean isEnding;
  private @Nullable Throwable interruption;

  /**
   * Creates a run.
   *
   * @param to the new paths of a rename, or null
   * @param kind the kind of a successful outcome
   */
  BulkRun(RemoteCall call, GivenPaths from, @Nullable GivenPaths to, Kind kind, OnError onError) {
    this.call = call;
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.onError = onError;
    limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
    outcomes = new FileOutcome[from.size()];
  }

  /**
   * Sends the requests and waits for the replies.
   *
   * @param request sends the request for the path with this index; its result may be the attributes
   * @throws BulkException if paths have failed and the call did not end at the first of them
   * @throws IOException the failure that ended the call, with a suppressed BulkException
   */
  BulkResult run(SendingOrder order, IntFunction<CompletableFuture<FileInfo>> request)
      throws IOException {
    try {
      sendAll(order, request);
    } catch (IOException | RuntimeException | Error e) {
      interruption = e;
      isEnding = true;
      call.awaitReplies(limiter);
    }
    BulkResult result = result();
    Throwable end = interruption != null ? interruption : endingFailure(result);
    if (end != null) {
      end.addSuppressed(Results.NEW.bulkException(details(result), result, null));
      throw Await.failure(end);
    } else if (result.failed() > 0) {
      IOException first = result.failures().get(0).failure().orElseThrow();
      throw Results.NEW.bulkException(details(result), result, first);
    }
    return result;
  }

  private void sendAll(SendingOrder order, IntFunction<CompletableFuture<FileInfo>> request)
      throws IOException {
    for (int i = 0; i < order.items().size() && !isEnding; i++) {
      if (order.barriers().get(i)) {
        call.loop().run(limiter.allReplied());
      }
      send(order.items().get(i), request);
      call.loop().run(limiter.room());
    }
    call.loop().run(limiter.allReplied());
  }

  private void send(int index, IntFunction<CompletableFuture<FileInfo>> request) {
    limiter
        .send(
            () -> {
              if (isEnding) {
                return CompletableFuture.<FileInfo>completedFuture(null);
              }
              sent.set(index);
              return request.apply(index);
            })
        .whenComplete(
            (info, failure) -> {
              if (sent.get(index)) {
                record(index, info, failure);
              }
            });
  }

  private void record(int index, @Nullable FileInfo info, @Nullable Throwable failure) {
    if (failure == null) {
      outcomes[index] = outcome(index, kind, info, null);
    } else if (failure instanceof IOException cause) {
      cause.fillInStackTrace(); // that of this thread, which is also smaller
      outcomes[index] = outcome(index, Kind.FAILED, null, cause);
      isEnding |= onError == OnError.ABORT || ServerErrors.endsCall(cause);
    } else {
      interruption = failure;
      isEnding = true;
    }
  }

  private FileOutcome outcome(
      int index, Kind kind, @Nullable FileInfo info, @Nullable IOException failure) {
    String source = RemotePath.display(from.absolute(index));
    return Results.NEW.fileOutcome(
        kind,
        from.given(index),
        to == null ? "" : source,
        to == null ? source : RemotePath.display(to.absolute(index)),
        info == null ? from.info(index) : info,
        0,
        null,
        failure);
  }

  private BulkResult result() {
    var complete = new ArrayList<FileOutcome>(outcomes.length);
    for (int i = 0; i < outcomes.length; i++) {
      FileOutcome outcome = outcomes[i];
      if (outcome == null) {
        outcome =
            sent.get(i)
                ? outcome(i, Kind.FAILED, null, withoutReply(i))
                : outcome(i, Kind.SKIPPED, null, null);
      }
      complete.add(outcome);
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return Results.NEW.bulkResult(complete, call.attempts().count(), elapsed);
  }

  private IOException withoutReply(int index) {
    return Results.NEW.sftpException(
        call.store()
            .details(from.absolute(index), "interrupted, and unknown whether it took effect"),
        null);
  }

  /** Returns the first failure, in the order given, of those that ended the call; null for none. */
  private @Nullable IOException endingFailure(BulkResult result) {
    return result.failures().stream()
        .flatMap(outcome -> outcome.failure().stream())
        .filter(failure -> onError == OnError.ABORT || ServerErrors.endsCall(failure))
        .findFirst()
        .orElse(null);
  }

  /** Returns the details of an exception for the whole call. */
  private Details details(BulkResult result) {
    String named =
        result.failures().stream()
            .limit(MAX_NAMED_FAILURES)
            .map(FileOutcome::path)
            .collect(Collectors.joining(", "));
    String problem =
        String.format(Locale.ROOT, "%,d of %,d failed", result.failed(), from.size())
            + (named.isEmpty() ? "" : ": " + named)
            + more(" and %,d more", result.failed() - MAX_NAMED_FAILURES)
            + more("; %,d not tried", result.skipped());
    return call.store().details(null, problem);
  }

  private static String more(String text, long count) {
    return count > 0 ? String.format(Locale.ROOT, text, count) : "";
  }
}
