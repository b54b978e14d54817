package io.github.jsftp.internal.protocol;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.protocol.channel.ChannelSettings;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.protocol.channel.Watchdog;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one connection. The pool starts with one channel. While all are busy, it opens
 * more in the background, as long as the server allows them. If all channels have failed, the next
 * request opens a new one. Safe for use by several threads; only {@link #start} blocks.
 */
final class ChannelPool {
  /** The load of a channel, in requests, at which a further channel may be useful. */
  private static final int BUSY_LOAD = 64;

  /** The same for a distant server, where opening a channel takes long and has to start earlier. */
  private static final int BUSY_LOAD_DISTANT = 16;

  private final ChannelSettings settings;
  private final ChannelLimit limit = new ChannelLimit();
  private final ChannelPolicy policy;
  private final LongAdder copied = new LongAdder();
  private final List<SftpChannel> open = new CopyOnWriteArrayList<>();

  /** Channels that are being opened without a caller that waits for them. */
  private final Queue<CompletableFuture<SftpChannel>> backgroundOpens =
      new ConcurrentLinkedQueue<>();

  private final Watchdog watchdog;
  private int lastNumber;
  private int opening;
  private boolean closed;
  private volatile @Nullable SftpChannel latest;
  private @Nullable CompletableFuture<SftpChannel> reopening;

  ChannelPool(
      Transport.Source source,
      Failures failures,
      Charset charset,
      int maxRequests,
      int maxChannels,
      Supplier<Duration> timeout) {
    settings =
        new ChannelSettings(source, failures, charset, maxRequests, timeout, copied, this::remove);
    // maxRequests(1) is meant for fragile servers, so they get only one channel as well.
    policy = new ChannelPolicy(maxRequests == 1 ? 1 : maxChannels);
    watchdog = new Watchdog(timeout, open);
  }

  ChannelSettings settings() {
    return settings;
  }

  Failures failures() {
    return settings.failures();
  }

  IOException unsupported(RequestContext context, String extension) {
    return failures().unsupported(context.operation(), context.path(), extension);
  }

  /**
   * Returns the maximum number of channels that are useful now, as far as is known.
   *
   * @param left the bytes that are still to be copied, or {@link ChannelPolicy#UNKNOWN}
   */
  int usefulChannels(long left) {
    Transport.Source source = settings.source();
    long roundTrip = ChannelPolicy.shortestRoundTrip(open);
    policy.record(left, copied.sum(), roundTrip, source.allowedSessions(), System.nanoTime());
    source.useSessions(policy.transports());
    return policy.channels(roundTrip);
  }

  /** Returns the round trip to a distant server in nanoseconds; 0 if the server is nearby. */
  long roundTrip() {
    long shortest = ChannelPolicy.shortestRoundTrip(open);
    return ChannelPolicy.isDistant(shortest) ? shortest : 0;
  }

  /** Returns how many requests may be in flight now, over all channels. */
  int maxInFlight() {
    int sum = 0;
    for (SftpChannel channel : open) {
      sum += channel.maxInFlight();
    }
    return sum > 0 ? sum : settings.maxRequests();
  }

  /**
   * Returns true if the server is saturated: a congestion window has shrunk, so that a further
   * channel would not help.
   */
  private boolean isServerSaturated() {
    return open.stream().anyMatch(channel -> channel.maxInFlight() < settings.maxRequests());
  }

  /** Returns true if the pool was closed by this side. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes sessions that have been silent for the timeout; returns true if there were any. */
  boolean cutSilent() {
    return settings.source().cutSilent(settings.timeout().get());
  }

  /** Returns how many channels are open. */
  int size() {
    return open.size();
  }

  /**
   * Opens the first channel.
   *
   * @param first may send requests that need not wait for the server's version
   */
  void start(Consumer<SftpChannel> first) throws IOException {
    watchdog.start();
    try {
      synchronized (this) {
        opening++;
      }
      openNext(first);
    } catch (IOException | RuntimeException | Error e) {
      watchdog.stop();
      throw e;
    }
  }

  @Nullable SftpChannel latest() {
    return latest;
  }

  /** Closes all channels. Pending requests fail. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    watchdog.stop();
    open.forEach(channel -> channel.abort(this::closedFailure));
  }

  /** Calls the function with the channel that has the lowest load. */
  <T> CompletableFuture<T> withChannel(
      RequestContext context, Function<SftpChannel, CompletableFuture<T>> body) {
    SftpChannel least = leastBusy();
    if (least == null) {
      return reopened(context).thenCompose(body);
    }
    int load = least.load();
    if (load >= Math.min(BUSY_LOAD_DISTANT, settings.maxRequests())) {
      boolean distant = roundTrip() > 0;
      boolean busy = load >= Math.min(BUSY_LOAD, settings.maxRequests());
      if (distant || (busy && policy.isWorthChannel(least.latestRoundTrip(), System.nanoTime()))) {
        grow(distant);
      }
    }
    return body.apply(least);
  }

  /**
   * Returns this number of different channels. If the server refuses some, their futures fail. Idle
   * channels come first, then new ones, then busy ones. The most recently used channel counts as
   * busy, since it carries the first part of the same file.
   */
  List<CompletableFuture<SftpChannel>> distinctChannels(RequestContext context, int number) {
    var idle = new ArrayDeque<SftpChannel>();
    var busy = new ConcurrentLinkedQueue<SftpChannel>();
    open.stream()
        .sorted(Comparator.comparingLong(SftpChannel::lastActivity))
        .forEach(channel -> (channel.load() == 0 ? idle : busy).add(channel));
    if (busy.isEmpty() && !idle.isEmpty()) {
      busy.add(idle.removeLast());
    }
    var channels = new ArrayList<CompletableFuture<SftpChannel>>();
    while (channels.size() < number && !idle.isEmpty()) {
      channels.add(CompletableFuture.completedFuture(idle.remove()));
    }
    if (channels.isEmpty() && busy.isEmpty()) {
      channels.add(reopened(context));
    }
    while (channels.size() < number) {
      channels.add(
          newChannel(context)
              .exceptionallyCompose(
                  failure -> {
                    SftpChannel instead = busy.poll();
                    return instead != null
                        ? CompletableFuture.completedFuture(instead)
                        : CompletableFuture.failedFuture(failure);
                  }));
    }
    return channels;
  }

  /** Opens channels until there are this many, if the server is distant. */
  void prepare(int number) {
    if (roundTrip() == 0) {
      return;
    }
    int missing;
    synchronized (this) {
      missing = number - open.size() - opening;
    }
    while (missing > 0 && openInBackground()) {
      missing--;
    }
  }

  /** Opens a channel in the background; returns false if the limit is reached. */
  private boolean openInBackground() {
    CompletableFuture<SftpChannel> another = openAnother();
    if (another == null) {
      return false;
    }
    backgroundOpens.add(another);
    another.whenComplete((channel, refused) -> backgroundOpens.removeIf(CompletableFuture::isDone));
    return true;
  }

  /** Returns a channel that has not been used yet. Fails if the server refuses one. */
  CompletableFuture<SftpChannel> newChannel(RequestContext context) {
    CompletableFuture<SftpChannel> another = backgroundOpens.poll();
    while (another != null && another.isDone()) { // an opened channel may already be in use
      another = backgroundOpens.poll();
    }
    if (another == null) {
      another = openAnother();
    }
    return another != null
        ? another.exceptionallyCompose(e -> CompletableFuture.failedFuture(lossFailure(context, e)))
        : CompletableFuture.failedFuture(
            failures()
                .connection(
                    context.operation(),
                    context.path(),
                    "the server grants no further channel",
                    null));
  }

  private @Nullable SftpChannel leastBusy() {
    SftpChannel least = null;
    for (SftpChannel channel : open) {
      if (least == null || channel.load() < least.load()) {
        least = channel;
      }
    }
    return least;
  }

  /**
   * Opens one more channel. To a distant server, where opening takes long, opens all that are
   * allowed.
   */
  private void grow(boolean distant) {
    if (isServerSaturated()) {
      return;
    }
    int useful = usefulChannels(ChannelPolicy.UNKNOWN);
    synchronized (this) {
      if (opening > 0 || open.size() >= useful) {
        return;
      }
    }
    boolean more = openInBackground();
    while (distant && more) {
      more = openInBackground();
    }
  }

  /** Opens a channel; returns null if the limit is reached. */
  private @Nullable CompletableFuture<SftpChannel> openAnother() {
    int before;
    synchronized (this) {
      before = open.size();
      int number = before + opening;
      if (closed || number >= policy.allowedChannels() || !limit.allowsMoreThan(number)) {
        return null;
      }
      opening++;
    }
    return openAsync().whenComplete((channel, failure) -> recordRefusal(before, failure));
  }

  private synchronized void recordRefusal(int before, @Nullable Throwable failure) {
    if (failure != null) {
      limit.recordFailure(before, open.size(), ServerErrors.isLost(Await.cause(failure)));
    }
  }

  /** Opens a channel on a new thread. The caller has already incremented {@code opening}. */
  private CompletableFuture<SftpChannel> openAsync() {
    var result = new CompletableFuture<SftpChannel>();
    try {
      DaemonThreads.start(
          "jsftp-open",
          () -> {
            try {
              result.complete(openNext(channel -> {}));
            } catch (IOException | RuntimeException | Error e) {
              result.completeExceptionally(e);
            }
          });
    } catch (Error e) { // no thread can be created
      synchronized (this) {
        opening--;
      }
      result.completeExceptionally(e);
    }
    return result;
  }

  /** Opens a channel and decrements {@code opening}. */
  private SftpChannel openNext(Consumer<SftpChannel> first) throws IOException {
    SftpChannel channel = null;
    boolean wasClosed;
    try {
      int number;
      synchronized (this) {
        number = ++lastNumber;
      }
      channel = SftpChannel.open(number, settings, first, latest);
      latest = channel;
    } finally {
      synchronized (this) {
        opening--;
        wasClosed = closed;
        if (channel != null && !wasClosed) {
          open.add(channel);
        }
      }
    }
    if (wasClosed) {
      channel.abort(this::closedFailure);
    } else if (channel.isBroken()) {
      open.remove(channel); // it was aborted before it was in the list
    }
    return channel;
  }

  /**
   * Returns a new channel after all others have failed. All callers that wait share the same one.
   */
  private CompletableFuture<SftpChannel> reopened(RequestContext context) {
    CompletableFuture<SftpChannel> pending;
    boolean isFirst = false;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(closedFailure(context));
      }
      pending = reopening;
      if (pending == null) {
        pending = new CompletableFuture<>();
        reopening = pending;
        opening++;
        isFirst = true;
      }
    }
    if (isFirst) {
      reopen(pending);
    }
    return pending.exceptionallyCompose(
        e -> CompletableFuture.failedFuture(lossFailure(context, e)));
  }

  private void reopen(CompletableFuture<SftpChannel> result) {
    openAsync()
        .whenComplete(
            (channel, failure) -> {
              synchronized (this) {
                reopening = null;
                limit.forgetRefusals(); // what was refused may have been so because of the loss
              }
              if (failure == null) {
                result.complete(channel);
              } else {
                result.completeExceptionally(failure);
              }
            });
  }

  private void remove(SftpChannel channel) {
    open.remove(channel);
  }

  private SftpException closedFailure(RequestContext context) {
    return failures().connectionClosed(context.operation(), context.path());
  }

  private IOException lossFailure(RequestContext context, Throwable failure) {
    Throwable cause = Await.cause(failure);
    if (cause instanceof AuthenticationException || cause instanceof HostKeyException) {
      return Failures.copyOf((SftpException) cause);
    } else if (cause instanceof ConnectionException problem) {
      return failures()
          .connection(context.operation(), context.path(), Details.of(problem).problem(), problem);
    }
    Throwable why = settings.source().whyLost();
    return failures()
        .connectionLost(context.operation(), context.path(), why != null ? why : cause);
  }
}
