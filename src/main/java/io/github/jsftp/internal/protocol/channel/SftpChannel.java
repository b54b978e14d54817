package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.DaemonThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One SFTP conversation over one link. Requests wait in a queue for the one thread that writes; as
 * many as allowed are on their way, matched with their answers by number. Once broken it stays so.
 * Safe for use by several threads.
 */
public final class SftpChannel {
  private final int number;
  private final ChannelSettings settings;
  private final ReplyParser parser = new ReplyParser(this);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition canSend = lock.newCondition();
  private final ArrayDeque<Request<?>> queue = new ArrayDeque<>();
  private final CongestionWindow window;
  private final RoundTripTimer timer;
  private final Map<Integer, Request<?>> outstanding = new LinkedHashMap<>(); // the oldest first
  // The first request is INIT, whose version stands where others have their id.
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
   * Opens a channel; blocks until the server has greeted, or said nothing for too long.
   *
   * @param first may send what need not wait for the greeting
   * @param earlier a channel to the same server, if there has been one
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

  /** Queues a request; it fails at once when the channel is broken. Never blocks. */
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

  /** Returns how many requests wait for their answers here. */
  public int load() {
    return load;
  }

  /** Returns how many requests may be on their way at a time. */
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

  /** Returns what the server offers beyond version 3, which all its channels share. */
  public ServerExtensions extensions() {
    return extensions;
  }

  /** Returns the most bytes to read or write at once. */
  public int requestSize() {
    return requestSize;
  }

  /** Returns how long connecting may still take. */
  public Duration remainingConnectTime() {
    Transport opened = transport;
    return opened == null ? Transport.DEFAULT_CONNECT_TIMEOUT : opened.remainingConnectTime();
  }

  /** Returns true if nothing has come for so long, on other channels of the server either. */
  boolean isSilent(Duration limit) {
    Transport opened = transport;
    return opened == null || opened.isSilent(limit);
  }

  public ChannelSettings settings() {
    return settings;
  }

  /** Takes a request out, for its answer has come; null if there is none with this id. */
  @Nullable Request<?> claim(int id) {
    lock.lock();
    try {
      Request<?> request = outstanding.remove(id);
      load = queue.size() + outstanding.size();
      timer.onReply(request);
      if (!queue.isEmpty()) {
        canSend.signal();
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes have last gone or come, by System.nanoTime. */
  public long lastActivity() {
    return lastActivity;
  }

  /** Notes that bytes have gone or come. */
  void recordActivity() {
    lastActivity = System.nanoTime();
  }

  /** Returns what the request is about that has waited longest for its answer, null if none has. */
  @Nullable RequestContext oldestContext() {
    lock.lock();
    try {
      return outstanding.isEmpty() ? null : outstanding.values().iterator().next().context;
    } finally {
      lock.unlock();
    }
  }

  /** Breaks off because the link is gone. */
  void abortAsLost(@Nullable Throwable cause) {
    abort(lossReason(cause));
  }

  /** Returns the reason for breaking off because the link is gone, or its bytes can't be moved. */
  RequestContext.AbortReason lossReason(@Nullable Throwable cause) {
    // Now: later on there may be another session.
    Throwable known = cause instanceof Error ? cause : settings.source().whyLost();
    Throwable lossCause = known == null ? cause : known;
    Throwable why =
        lossCause == null ? new IOException("the server ended the SFTP channel") : lossCause;
    return context -> settings.failures().connectionLost(context.operation(), context.path(), why);
  }

  /** Breaks off because the link has ended; without a greeting the server may say why. */
  void transportEnded(@Nullable Throwable cause) {
    if (versionReceived) {
      abortAsLost(cause);
      return;
    }
    try {
      DaemonThreads.start("jsftp-close-" + number, this::reportEnd);
    } catch (Error e) { // no further thread is to be had
      abortAsLost(e);
    }
  }

  private void reportEnd() {
    Transport ended = transport;
    String farewell = ended == null ? "" : ended.exitMessage();
    if (farewell.isEmpty() || settings.source().whyLost() != null) {
      abortAsLost(null);
    } else {
      abort(
          context ->
              settings.failures().sftpNotStarted(context.operation(), context.path(), farewell));
    }
  }

  /** Returns the reason for breaking off after a breach of the protocol. */
  RequestContext.AbortReason violation(SftpProtocolException violation) {
    String problem = violation.problem();
    boolean started = versionReceived;
    return context ->
        started
            ? settings
                .failures()
                .protocolViolation(context.operation(), context.path(), problem, violation)
            : settings
                .failures()
                .connection(context.operation(), context.path(), problem, violation);
  }

  /** Returns why this is broken. */
  RequestContext.AbortReason abortReason() {
    lock.lock();
    try {
      return abortReason != null ? abortReason : context -> lossReason(null).failure(context);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the channel: all requests fail, now and from now on. The first reason counts. */
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
    settings.onAbort().accept(this);
    try {
      // Closing may have to wait for a lock of the transport's, perhaps one held by this thread.
      DaemonThreads.start("jsftp-close-" + number, () -> closeTransport(partlyWritten));
    } catch (Error e) { // no further thread is to be had
      closeTransport(partlyWritten);
    } finally {
      affected.forEach(request -> request.fail(reason.failure(request.context)));
    }
  }

  /** Closes the link; only then is the data of a half-written request no longer looked at. */
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
      throw alreadyAborted.failure(new RequestContext("connect", null));
    }
    DaemonThreads.start("jsftp-send-" + number, () -> writeAll(opened));
  }

  private void exchangeVersions(Transport opened, Consumer<SftpChannel> first) throws IOException {
    var context = new RequestContext("connect", null);
    CompletableFuture<ServerExtensions> version =
        send(
            Request.of(
                context,
                new RequestPacket(SftpConstants.INIT),
                SftpConstants.VERSION,
                this::onVersion));
    first.accept(this);
    try {
      VersionExchange.await(version, opened);
    } catch (TimeoutException e) {
      RequestContext.AbortReason timedOut =
          other -> settings.failures().sftpStartTimedOut(other.operation(), other.path(), e);
      abort(timedOut);
      throw timedOut.failure(context);
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
      send(
          Request.of(
              new RequestContext("connect", null),
              packet,
              SftpConstants.EXTENDED_REPLY,
              this::onLimits));
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

  /** Returns the next request to write, or null if the channel is broken or none is to come. */
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
