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
  private static final int BUSY = 64;

  /** The same where a channel takes long to come, and is wanted before all are busy. */
  private static final int BUSY_DISTANT = 16;

  private final ChannelSettings settings;
  private final ChannelLimit channelLimit;
  private final List<SftpChannel> open = new CopyOnWriteArrayList<>();

  /** Channels that are being opened, and that nobody has asked for in particular. */
  private final Queue<CompletableFuture<SftpChannel>> coming = new ConcurrentLinkedQueue<>();

  private final ChannelDemand channelDemand = new ChannelDemand();
  private final Watchdog watchdog;
  private int numbers;
  private int opening;
  private boolean closed;
  private volatile @Nullable SftpChannel latest;
  private @Nullable CompletableFuture<SftpChannel> reviving;

  ChannelPool(
      Transport.Source source,
      Failures failures,
      Charset charset,
      int maxRequests,
      int maxChannels,
      Supplier<Duration> timeout) {
    settings = new ChannelSettings(source, failures, charset, maxRequests, timeout, this::gone);
    // One request at a time is for servers that take no load: neither do they get two channels.
    channelLimit = new ChannelLimit(maxRequests == 1 ? 1 : maxChannels, source::transports);
    watchdog = new Watchdog(timeout, open);
  }

  ChannelSettings settings() {
    return settings;
  }

  Failures failures() {
    return settings.failures();
  }

  /** Returns the most channels that are worth having now, as far as is known. */
  int most() {
    return channelLimit.most(quickestAnswer());
  }

  /** Says whether it is the line that takes most of the time until an answer comes. */
  boolean isDistant() {
    return ChannelLimit.isDistant(quickestAnswer());
  }

  /**
   * Returns the shortest time that any answer has taken, in nanoseconds; 0 before there was one.
   */
  private long quickestAnswer() {
    long quickest = 0;
    for (SftpChannel channel : open) {
      long taken = channel.roundTrip();
      quickest = quickest == 0 || (taken > 0 && taken < quickest) ? taken : quickest;
    }
    return quickest;
  }

  /** Returns how many requests may be on their way now, over all channels. */
  int allowance() {
    int sum = 0;
    for (SftpChannel channel : open) {
      sum += channel.allowance();
    }
    return sum > 0 ? sum : settings.maxRequests();
  }

  /** Says whether the server has enough to do with what the channels that there are carry. */
  private boolean isBusy() {
    return open.stream().anyMatch(channel -> channel.allowance() < settings.maxRequests());
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
      watchdog.end();
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
    watchdog.end();
    open.forEach(channel -> channel.breakOff(this::closed));
  }

  /** Has a call made on the channel that has the least to do. */
  <T> CompletableFuture<T> on(
      RequestContext context, Function<SftpChannel, CompletableFuture<T>> body) {
    SftpChannel least = leastBusy();
    if (least == null) {
      return revived(context).thenCompose(body);
    }
    int load = least.load();
    if (load >= Math.min(BUSY_DISTANT, settings.maxRequests())) {
      boolean distant = isDistant();
      boolean busy = load >= Math.min(BUSY, settings.maxRequests());
      if (distant || (busy && channelDemand.isEnough(least.latestAnswer(), System.nanoTime()))) {
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
  List<CompletableFuture<SftpChannel>> distinct(RequestContext context, int number) {
    var idle = new ArrayDeque<SftpChannel>();
    var spare = new ConcurrentLinkedQueue<SftpChannel>();
    open.stream()
        .sorted(Comparator.comparingLong(SftpChannel::lastMove))
        .forEach(channel -> (channel.load() == 0 ? idle : spare).add(channel));
    if (spare.isEmpty() && !idle.isEmpty()) {
      spare.add(idle.removeLast());
    }
    var found = new ArrayList<CompletableFuture<SftpChannel>>();
    while (found.size() < number && !idle.isEmpty()) {
      found.add(CompletableFuture.completedFuture(idle.remove()));
    }
    if (found.isEmpty() && spare.isEmpty()) {
      found.add(revived(context));
    }
    while (found.size() < number) {
      found.add(
          fresh(context)
              .exceptionallyCompose(
                  failure -> {
                    SftpChannel instead = spare.poll();
                    return instead != null
                        ? CompletableFuture.completedFuture(instead)
                        : CompletableFuture.failedFuture(failure);
                  }));
    }
    return found;
  }

  /** Has so many channels come in all, if the server is distant. */
  void expect(int number) {
    if (!isDistant()) {
      return;
    }
    int missing;
    synchronized (this) {
      missing = number - open.size() - opening;
    }
    while (missing > 0 && inBackground()) {
      missing--;
    }
  }

  /** Opens another channel for whoever comes; says whether there may be more. */
  private boolean inBackground() {
    CompletableFuture<SftpChannel> another = another();
    if (another == null) {
      return false;
    }
    coming.add(another);
    another.whenComplete((channel, refused) -> coming.removeIf(CompletableFuture::isDone));
    return true;
  }

  /** Returns a channel that nothing has used yet; fails where none is granted. */
  CompletableFuture<SftpChannel> fresh(RequestContext context) {
    CompletableFuture<SftpChannel> another = coming.poll();
    while (another != null && another.isDone()) { // then it is among those that are open
      another = coming.poll();
    }
    if (another == null) {
      another = another();
    }
    return another != null
        ? another.exceptionallyCompose(e -> CompletableFuture.failedFuture(lost(context, e)))
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
    if (isBusy()) {
      return;
    }
    synchronized (this) {
      if (opening > 0 || open.size() >= most()) {
        return;
      }
    }
    boolean more = inBackground();
    while (distant && more) {
      more = inBackground();
    }
  }

  /** Opens another channel in the background; null if there may be no more. */
  private @Nullable CompletableFuture<SftpChannel> another() {
    synchronized (this) {
      if (closed || !channelLimit.allowsBeyond(open.size() + opening)) {
        return null;
      }
      opening++;
    }
    return opened().whenComplete((channel, failure) -> refused(failure));
  }

  private synchronized void refused(@Nullable Throwable failure) {
    if (failure != null) {
      channelLimit.refusedBeyond(open.size());
    }
  }

  /** Opens a channel on a thread of its own; {@code opening} has been counted up for it. */
  private CompletableFuture<SftpChannel> opened() {
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
    boolean late;
    try {
      int number;
      synchronized (this) {
        number = ++numbers;
      }
      channel = SftpChannel.open(number, settings, first, latest);
      latest = channel;
    } finally {
      synchronized (this) {
        opening--;
        late = closed;
        if (channel != null && !late) {
          open.add(channel);
        }
      }
    }
    if (late) {
      channel.breakOff(this::closed);
    } else if (channel.isBroken()) {
      open.remove(channel); // it broke before it was in the list
    }
    return channel;
  }

  /** Returns a new channel in place of those that died, the same for all who wait for it. */
  private CompletableFuture<SftpChannel> revived(RequestContext context) {
    CompletableFuture<SftpChannel> wait;
    boolean mine = false;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(closed(context));
      }
      wait = reviving;
      if (wait == null) {
        wait = new CompletableFuture<>();
        reviving = wait;
        opening++;
        mine = true;
      }
    }
    if (mine) {
      revive(wait);
    }
    return wait.exceptionallyCompose(e -> CompletableFuture.failedFuture(lost(context, e)));
  }

  private void revive(CompletableFuture<SftpChannel> result) {
    opened()
        .whenComplete(
            (channel, failure) -> {
              synchronized (this) {
                reviving = null;
                channelLimit
                    .forgetRefusals(); // what was refused may have been so because of the loss
              }
              if (failure == null) {
                result.complete(channel);
              } else {
                result.completeExceptionally(failure);
              }
            });
  }

  private void gone(SftpChannel channel) {
    open.remove(channel);
  }

  private SftpException closed(RequestContext context) {
    return failures().closed(context.operation(), context.path());
  }

  private IOException lost(RequestContext context, Throwable failure) {
    Throwable cause = Await.cause(failure);
    if (cause instanceof AuthenticationException || cause instanceof HostKeyException) {
      return Failures.again((SftpException) cause);
    } else if (cause instanceof ConnectionException problem) {
      return failures()
          .connection(context.operation(), context.path(), problem.details().problem(), problem);
    }
    Throwable why = settings.source().whyLost();
    return failures().lost(context.operation(), context.path(), why != null ? why : cause);
  }
}
