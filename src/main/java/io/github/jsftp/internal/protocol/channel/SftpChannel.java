package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.remote.Failures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One SFTP channel over one transport. Requests wait in a queue for the single writing thread. As
 * many as the congestion window allows are in flight, matched with their replies by id. An aborted
 * channel stays aborted. Safe for use by several threads.
 */
public final class SftpChannel {
  private static final RequestContext CONNECT = new RequestContext("connect", null);

  private final int number;
  private final ChannelSettings settings;
  private final ReplyParser parser = new ReplyParser(this);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition canSend = lock.newCondition();
  private final ArrayDeque<Request<?>> queue = new ArrayDeque<>();
  private final CongestionWindow window;
  private final RoundTripTimer timer;
  private final Map<Integer, Request<?>> outstanding =
      new LinkedHashMap<>(); // in the order of sending
  // The first request is INIT, which has its version in the place of an id.
  private int nextId = SftpConstants.VERSION_NUMBER;
  private volatile @Nullable Transport transport;
  private @Nullable Request<?> writing;
  private volatile RequestContext.@Nullable AbortReason abortReason;
  private volatile int load;
  private volatile long lastActivity = System.nanoTime();
  private volatile boolean versionReceived;
  private volatile ServerExtensions extensions = ServerExtensions.NONE;
  private volatile int requestSize = SftpConstants.COMMON_REQUEST;

  private SftpChannel(int number, ChannelSettings settings) {
    this.number = number;
    this.settings = settings;
    window = new CongestionWindow(settings.maxRequests());
    timer = new RoundTripTimer(window);
  }

  /**
   * Opens a channel; blocks until the server's version has arrived.
   *
   * @param first may send requests that need not wait for the server's version
   * @param earlier an earlier channel to the same server, or null
   */
  public static SftpChannel open(
      int number,
      ChannelSettings settings,
      Consumer<SftpChannel> first,
      @Nullable SftpChannel earlier)
      throws IOException {
    var channel = new SftpChannel(number, settings);
    Transport transport = settings.source().open(channel.parser);
    try {
      if (transport.isVersionExchanged() && earlier != null) {
        channel.extensions = earlier.extensions;
        channel.requestSize = earlier.requestSize;
        channel.versionReceived = true;
        channel.parser.skipVersionExchange();
        channel.attach(transport);
      } else {
        channel.attach(transport);
        channel.exchangeVersions(transport, first);
      }
      return channel;
    } catch (RuntimeException | Error e) {
      channel.abortAsLost(e);
      throw e;
    }
  }

  /** Queues a request. If the channel is aborted, the request fails at once. Never blocks. */
  public <T> CompletableFuture<T> send(Request<T> request) {
    RequestContext.AbortReason reason;
    lock.lock();
    try {
      reason = abortReason;
      if (reason == null) {
        if (load == 0) {
          lastActivity = System.nanoTime();
        }
        queue.addLast(request);
        load = queue.size() + outstanding.size();
        if (maySend()) {
          canSend.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    if (reason != null) {
      request.fail(reason.failure(request.context));
    }
    return request.future;
  }

  /** Returns how many requests are queued or in flight. */
  public int load() {
    return load;
  }

  /** Returns how many requests may be in flight at the same time. */
  public int maxInFlight() {
    return window.size();
  }

  /** Returns the shortest time a reply has taken, in nanoseconds; 0 before the first. */
  public long shortestRoundTrip() {
    return timer.shortest();
  }

  /** Returns the time the latest reply has taken, in nanoseconds; 0 before the first. */
  public long latestRoundTrip() {
    return timer.latest();
  }

  public boolean isBroken() {
    return abortReason != null;
  }

  /** Returns the server's extensions, which are the same for all its channels. */
  public ServerExtensions extensions() {
    return extensions;
  }

  /** Returns the maximum number of bytes in one read or write. */
  public int requestSize() {
    return requestSize;
  }

  /** Returns the time that is left for connecting. */
  public Duration remainingConnectTime() {
    Transport opened = transport;
    return opened == null ? Transport.DEFAULT_CONNECT_TIMEOUT : opened.remainingConnectTime();
  }

  /** Returns true if no byte has arrived from the server for this long, on any of its channels. */
  boolean isSilent(Duration limit) {
    Transport opened = transport;
    return opened == null || opened.isSilent(limit);
  }

  public ChannelSettings settings() {
    return settings;
  }

  /**
   * Removes and returns the request with this id, whose reply has arrived; null if there is none.
   */
  @Nullable Request<?> claim(int id) {
    lock.lock();
    try {
      Request<?> request = outstanding.remove(id);
      load = queue.size() + outstanding.size();
      timer.onReply(request);
      if (request != null) {
        settings.copied().add(request.dataBytes());
      }
      if (!queue.isEmpty()) {
        canSend.signal();
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes were last sent or received, as {@link System#nanoTime}. */
  public long lastActivity() {
    return lastActivity;
  }

  /** Records that bytes were sent or received. */
  void recordActivity() {
    lastActivity = System.nanoTime();
  }

  /** Returns the context of the oldest request in flight, or null if there is none. */
  @Nullable RequestContext oldestContext() {
    lock.lock();
    try {
      return outstanding.isEmpty() ? null : outstanding.values().iterator().next().context;
    } finally {
      lock.unlock();
    }
  }

  /** Aborts the channel because the transport has failed. */
  void abortAsLost(@Nullable Throwable cause) {
    abort(lossReason(cause));
  }

  /** Returns the reason for an abort after a failure of the transport or of processing a reply. */
  RequestContext.AbortReason lossReason(@Nullable Throwable cause) {
    // Look it up now: a later session would not know the cause.
    Throwable known = cause instanceof Error ? cause : settings.source().whyLost();
    Throwable lossCause = known == null ? cause : known;
    Throwable why =
        lossCause == null ? new IOException("the server ended the SFTP channel") : lossCause;
    return context -> settings.failures().connectionLost(context.operation(), context.path(), why);
  }

  /** Aborts the channel because the transport has ended, if possible with the exit message. */
  void transportEnded(@Nullable Throwable cause) {
    if (versionReceived) {
      abortAsLost(cause);
      return;
    }
    try {
      DaemonThreads.start("jsftp-close-" + number, this::reportEnd);
    } catch (Error e) { // no thread can be created
      abortAsLost(e);
    }
  }

  private void reportEnd() {
    Transport ended = transport;
    String exitMessage = ended == null ? "" : ended.exitMessage();
    if (exitMessage.isEmpty() || settings.source().whyLost() != null) {
      abortAsLost(null);
    } else {
      abort(
          context ->
              settings.failures().sftpNotStarted(context.operation(), context.path(), exitMessage));
    }
  }

  /** Returns the reason for an abort after a protocol violation. */
  RequestContext.AbortReason violation(SftpProtocolException violation) {
    Failures failures = settings.failures();
    String problem = violation.problem();
    return versionReceived
        ? context ->
            failures.protocolViolation(context.operation(), context.path(), problem, violation)
        : context -> failures.connection(context.operation(), context.path(), problem, violation);
  }

  /** Returns why the channel was aborted. */
  RequestContext.AbortReason abortReason() {
    lock.lock();
    try {
      return abortReason != null ? abortReason : context -> lossReason(null).failure(context);
    } finally {
      lock.unlock();
    }
  }

  /** Aborts the channel: all pending and future requests fail. Only the first reason is kept. */
  public void abort(RequestContext.AbortReason reason) {
    var affected = new ArrayList<Request<?>>();
    Request<?> partlyWritten;
    lock.lock();
    try {
      if (abortReason != null) {
        return;
      }
      abortReason = reason;
      partlyWritten = writing;
      affected.addAll(outstanding.values());
      affected.addAll(queue);
      affected.remove(partlyWritten);
      outstanding.clear();
      queue.clear();
      load = 0;
      canSend.signal();
    } finally {
      lock.unlock();
    }
    Optional.ofNullable(transport).ifPresent(Transport::release);
    settings.onAbort().accept(this);
    try {
      // Closing may wait for a lock of the transport that this thread holds.
      DaemonThreads.start("jsftp-close-" + number, () -> closeTransport(partlyWritten));
    } catch (Error e) { // no thread can be created
      closeTransport(partlyWritten);
    } finally {
      affected.forEach(request -> request.fail(reason.failure(request.context)));
    }
  }

  /**
   * Closes the transport. Only then does a partly written request fail: until then its buffer may
   * still be read.
   */
  private void closeTransport(@Nullable Request<?> partlyWritten) {
    Transport open = transport;
    try {
      if (open != null) {
        open.close();
      }
    } finally {
      parser.close();
      if (partlyWritten != null) {
        partlyWritten.fail(abortReason().failure(partlyWritten.context));
      }
    }
  }

  private void attach(Transport opened) throws IOException {
    RequestContext.AbortReason alreadyAborted;
    lock.lock();
    try {
      transport = opened;
      alreadyAborted = abortReason;
    } finally {
      lock.unlock();
    }
    if (alreadyAborted != null) {
      opened.close();
      throw alreadyAborted.failure(CONNECT);
    }
    DaemonThreads.start("jsftp-send-" + number, () -> writeAll(opened));
  }

  private void exchangeVersions(Transport opened, Consumer<SftpChannel> first) throws IOException {
    var init = new RequestPacket(SftpConstants.INIT);
    var version = send(Request.of(CONNECT, init, SftpConstants.VERSION, this::onVersion));
    first.accept(this);
    try {
      VersionExchange.await(version, opened);
    } catch (TimeoutException e) {
      RequestContext.AbortReason timedOut =
          other -> settings.failures().sftpStartTimedOut(other.operation(), other.path(), e);
      abort(timedOut);
      throw timedOut.failure(CONNECT);
    } catch (IOException e) {
      abortAsLost(e);
      throw e;
    }
  }

  private ServerExtensions onVersion(Reply version) throws SftpProtocolException {
    extensions = ServerExtensions.read(version);
    versionReceived = true;
    if (extensions.has(SftpConstants.LIMITS)) {
      var packet = new RequestPacket(SftpConstants.EXTENDED).ascii(SftpConstants.LIMITS);
      send(Request.of(CONNECT, packet, SftpConstants.EXTENDED_REPLY, this::onLimits));
    }
    return extensions;
  }

  private Integer onLimits(Reply reply) throws SftpProtocolException {
    requestSize = ServerLimits.requestSize(reply, requestSize);
    return requestSize;
  }

  private void writeAll(Transport opened) {
    try {
      var out = opened.requests();
      Request<?> next = nextRequest(true);
      while (next != null) {
        next.packet.writeTo(out, this::shouldContinue);
        next = nextRequest(false);
        if (next == null) {
          out.flush();
          recordActivity();
          next = nextRequest(true);
        }
      }
    } catch (IOException e) {
      transportEnded(e);
    } catch (RuntimeException | Error e) {
      abortAsLost(e);
    }
  }

  /**
   * Returns the next request to write. Returns null if the channel is aborted, or if none may be
   * sent and {@code wait} is false.
   */
  private @Nullable Request<?> nextRequest(boolean wait) {
    lock.lock();
    try {
      writing = null;
      while (wait && abortReason == null && !maySend()) {
        canSend.awaitUninterruptibly();
      }
      if (abortReason != null || !maySend()) {
        return null;
      }
      Request<?> next = queue.removeFirst();
      outstanding.put(nextId, next);
      next.packet.id(nextId++);
      writing = next;
      timer.sent(next, outstanding.size());
      return next;
    } finally {
      lock.unlock();
    }
  }

  private boolean maySend() {
    return !queue.isEmpty() && outstanding.size() < window.size();
  }

  private boolean shouldContinue() {
    recordActivity();
    return !isBroken();
  }
}
