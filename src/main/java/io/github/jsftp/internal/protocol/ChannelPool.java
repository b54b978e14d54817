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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one connection. There is one to begin with; more are opened in the background
 * while all are busy, as long as the server grants them. When all have died, the next request opens
 * a new one. Safe for use by several threads; no method blocks but {@link #start}.
 */
final class ChannelPool {
  /** So many requests on their way may be worth a further channel. */
  private static final int BUSY_LOAD = 64;

  /** The same where a channel takes long to come, and is wanted before all are busy. */
  private static final int BUSY_LOAD_DISTANT = 16;

  private final ChannelSettings settings;
  private final ChannelLimit limit;
  private final List<SftpChannel> open = new CopyOnWriteArrayList<>();

  /** Channels that are being opened, and that nobody has asked for in particular. */
  private final Queue<CompletableFuture<SftpChannel>> backgroundOpens =
      new ConcurrentLinkedQueue<>();

  private final ChannelDemand demand = new ChannelDemand();
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
    settings = new ChannelSettings(source, failures, charset, maxRequests, timeout, this::remove);
    // One request at a time is for servers that take no load: neither do they get two channels.
    limit = new ChannelLimit(maxRequests == 1 ? 1 : maxChannels, source::usefulTransports);
    watchdog = new Watchdog(timeout, open);
  }

  ChannelSettings settings() {
    return settings;
  }

  Failures failures() {
    return settings.failures();
  }

  /** Returns the most channels that are worth having now, as far as is known. */
  int usefulChannels() {
    return limit.usefulChannels(shortestRoundTrip());
  }

  /** Says whether it is the line that takes most of the time until an answer comes. */
  boolean isDistant() {
    return ChannelLimit.isDistant(shortestRoundTrip());
  }

  /**
   * Returns the shortest time that any answer has taken, in nanoseconds; 0 before there was one.
   */
  private long shortestRoundTrip() {
    long shortest = 0;
    for (SftpChannel channel : open) {
      long roundTrip = channel.shortestRoundTrip();
      shortest = shortest == 0 || (roundTrip > 0 && roundTrip < shortest) ? roundTrip : shortest;
    }
    return shortest;
  }

  /** Returns how many requests may be on their way now, over all channels. */
  int maxInFlight() {
    int sum = 0;
    for (SftpChannel channel : open) {
      sum += channel.maxInFlight();
    }
    return sum > 0 ? sum : settings.maxRequests();
  }

  /** Says whether the server has enough to do with what the channels that there are carry. */
  private boolean isServerSaturated() {
    return open.stream().anyMatch(channel -> channel.maxInFlight() < settings.maxRequests());
  }

  /** Says whether it was closed from here. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Gives up sessions that have been silent for the timeout; says whether there were any. */
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
   * @param first may send what need not wait for the greeting
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

  /** Ends everything; what waits fails. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    watchdog.stop();
    open.forEach(channel -> channel.abort(this::closedFailure));
  }

  /** Has a call made on the channel that has the least to do. */
  <T> CompletableFuture<T> withChannel(
      RequestContext context, Function<SftpChannel, CompletableFuture<T>> body) {
    SftpChannel least = leastBusy();
    if (least == null) {
      return reopened(context).thenCompose(body);
    }
    int load = least.load();
    if (load >= Math.min(BUSY_LOAD_DISTANT, settings.maxRequests())) {
      boolean distant = isDistant();
      boolean busy = load >= Math.min(BUSY_LOAD, settings.maxRequests());
      if (distant || (busy && demand.isWorthChannel(least.latestRoundTrip(), System.nanoTime()))) {
        grow(distant);
      }
    }
    return body.apply(least);
  }

  /**
   * Returns that many different channels; the futures of those not granted fail. Channels that are
   * at work come last, after new ones, and so does the one used last, for it has the first part of
   * what the others are wanted for.
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

  /** Has so many channels come in all, if the server is distant. */
  void prepare(int number) {
    if (!isDistant()) {
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

  /** Opens another channel for whoever comes; says whether there may be more. */
  private boolean openInBackground() {
    CompletableFuture<SftpChannel> another = openAnother();
    if (another == null) {
      return false;
    }
    backgroundOpens.add(another);
    another.whenComplete((channel, refused) -> backgroundOpens.removeIf(CompletableFuture::isDone));
    return true;
  }

  /** Returns a channel that nothing has used yet; fails where none is granted. */
  CompletableFuture<SftpChannel> newChannel(RequestContext context) {
    CompletableFuture<SftpChannel> another = backgroundOpens.poll();
    while (another != null && another.isDone()) { // then it is among those that are open
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

  /** Opens one more; to a distant server, where each takes long to come, all there may be. */
  private void grow(boolean distant) {
    if (isServerSaturated()) {
      return;
    }
    synchronized (this) {
      if (opening > 0 || open.size() >= usefulChannels()) {
        return;
      }
    }
    boolean more = openInBackground();
    while (distant && more) {
      more = openInBackground();
    }
  }

  /** Opens another channel in the background; null if there may be no more. */
  private @Nullable CompletableFuture<SftpChannel> openAnother() {
    synchronized (this) {
      if (closed || !limit.allowsMoreThan(open.size() + opening)) {
        return null;
      }
      opening++;
    }
    return openAsync().whenComplete((channel, failure) -> recordRefusal(failure));
  }

  private synchronized void recordRefusal(@Nullable Throwable failure) {
    if (failure != null) {
      limit.recordRefusal(open.size());
    }
  }

  /** Opens a channel on a thread of its own; {@code opening} has been counted up for it. */
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
    } catch (Error e) { // no further thread is to be had
      synchronized (this) {
        opening--;
      }
      result.completeExceptionally(e);
    }
    return result;
  }

  /** Opens a channel for which {@code opening} has been counted up. */
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
      open.remove(channel); // it broke before it was in the list
    }
    return channel;
  }

  /** Returns a new channel in place of those that died, the same for all who wait for it. */
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
          .connection(context.operation(), context.path(), problem.details().problem(), problem);
    }
    Throwable why = settings.source().whyLost();
    return failures()
        .connectionLost(context.operation(), context.path(), why != null ? why : cause);
  }
}
