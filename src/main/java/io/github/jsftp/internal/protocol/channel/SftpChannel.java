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
  private volatile RequestContext.@Nullable Reason broken;
  private volatile int load;
  private volatile long lastMove = System.nanoTime();
  private volatile boolean greeted;
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
      if (transport.isGreeted() && earlier != null) {
        channel.extensions = earlier.extensions;
        channel.requestSize = earlier.requestSize;
        channel.greeted = true;
        channel.parser.passGreeting();
        channel.attach(transport);
      } else {
        channel.attach(transport);
        channel.greet(transport, first);
      }
      return channel;
    } catch (RuntimeException | Error e) {
      channel.lost(e);
      throw e;
    }
  }

  /** Queues a request; it fails at once when the channel is broken. Never blocks. */
  public <T> CompletableFuture<T> send(Request<T> request) {
    RequestContext.Reason reason;
    lock.lock();
    try {
      reason = broken;
      if (reason == null) {
        if (load == 0) {
          lastMove = System.nanoTime();
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
  public int allowance() {
    return window.requests();
  }

  /** Returns the shortest time a reply has taken, in nanoseconds; 0 before the first. */
  public long roundTrip() {
    return timer.shortest();
  }

  /** Returns the time the latest reply has taken, in nanoseconds; 0 before the first. */
  public long latestAnswer() {
    return timer.latest();
  }

  public boolean isBroken() {
    return broken != null;
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
  public Duration patience() {
    Transport opened = transport;
    return opened == null ? Transport.USUAL_PATIENCE : opened.patience();
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
      timer.answered(request);
      if (!queue.isEmpty()) {
        canSend.signal();
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes have last gone or come, by System.nanoTime. */
  public long lastMove() {
    return lastMove;
  }

  /** Notes that bytes have gone or come. */
  void moved() {
    lastMove = System.nanoTime();
  }

  /** Returns what the request is about that has waited longest for its answer, null if none has. */
  @Nullable RequestContext oldest() {
    lock.lock();
    try {
      return outstanding.isEmpty() ? null : outstanding.values().iterator().next().context;
    } finally {
      lock.unlock();
    }
  }

  /** Breaks off because the link is gone. */
  void lost(@Nullable Throwable cause) {
    breakOff(reasonOf(cause));
  }

  /** Returns the reason for breaking off because the link is gone, or its bytes can't be moved. */
  RequestContext.Reason reasonOf(@Nullable Throwable cause) {
    // Now: later on there may be another session.
    Throwable known = cause instanceof Error ? cause : settings.source().whyLost();
    Throwable told = known == null ? cause : known;
    Throwable why = told == null ? new IOException("the server ended the SFTP channel") : told;
    return context -> settings.failures().lost(context.operation(), context.path(), why);
  }

  /** Breaks off because the link has ended; without a greeting the server may say why. */
  void ended(@Nullable Throwable cause) {
    if (greeted) {
      lost(cause);
      return;
    }
    try {
      DaemonThreads.start("jsftp-close-" + number, this::explainEnd);
    } catch (Error e) { // no further thread is to be had
      lost(e);
    }
  }

  private void explainEnd() {
    Transport ended = transport;
    String farewell = ended == null ? "" : ended.farewell();
    if (farewell.isEmpty() || settings.source().whyLost() != null) {
      lost(null);
    } else {
      breakOff(
          context -> settings.failures().notBegun(context.operation(), context.path(), farewell));
    }
  }

  /** Returns the reason for breaking off after a breach of the protocol. */
  RequestContext.Reason breach(SftpProtocolException sftpProtocolException) {
    String problem = sftpProtocolException.problem();
    boolean started = greeted;
    return context ->
        started
            ? settings
                .failures()
                .protocol(context.operation(), context.path(), problem, sftpProtocolException)
            : settings
                .failures()
                .connection(context.operation(), context.path(), problem, sftpProtocolException);
  }

  /** Returns why this is broken. */
  RequestContext.Reason reason() {
    lock.lock();
    try {
      return broken != null ? broken : context -> reasonOf(null).failure(context);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the channel: all requests fail, now and from now on. The first reason counts. */
  public void breakOff(RequestContext.Reason reason) {
    var cut = new ArrayList<Request<?>>();
    Request<?> half;
    lock.lock();
    try {
      if (broken != null) {
        return;
      }
      broken = reason;
      half = writing;
      cut.addAll(outstanding.values());
      cut.addAll(queue);
      cut.remove(half);
      outstanding.clear();
      queue.clear();
      load = 0;
      canSend.signal();
    } finally {
      lock.unlock();
    }
    settings.gone().accept(this);
    try {
      // Closing may have to wait for a lock of the transport's, perhaps one held by this thread.
      DaemonThreads.start("jsftp-close-" + number, () -> closeLink(half));
    } catch (Error e) { // no further thread is to be had
      closeLink(half);
    } finally {
      cut.forEach(request -> request.fail(reason.failure(request.context)));
    }
  }

  /** Closes the link; only then is the data of a half-written request no longer looked at. */
  private void closeLink(@Nullable Request<?> half) {
    Transport open = transport;
    try {
      if (open != null) {
        open.close();
      }
    } finally {
      parser.close();
      if (half != null) {
        half.fail(reason().failure(half.context));
      }
    }
  }

  private void attach(Transport opened) throws IOException {
    RequestContext.Reason early;
    lock.lock();
    try {
      transport = opened;
      early = broken;
    } finally {
      lock.unlock();
    }
    if (early != null) {
      opened.close();
      throw early.failure(new RequestContext("connect", null));
    }
    DaemonThreads.start("jsftp-send-" + number, () -> writeAll(opened));
  }

  private void greet(Transport opened, Consumer<SftpChannel> first) throws IOException {
    var context = new RequestContext("connect", null);
    CompletableFuture<ServerExtensions> version =
        send(
            Request.of(
                context,
                new RequestPacket(SftpConstants.INIT),
                SftpConstants.VERSION,
                this::greeted));
    first.accept(this);
    try {
      VersionExchange.await(version, opened);
    } catch (TimeoutException e) {
      RequestContext.Reason mute =
          late -> settings.failures().late(late.operation(), late.path(), e);
      breakOff(mute);
      throw mute.failure(context);
    } catch (IOException e) {
      lost(e);
      throw e;
    }
  }

  private ServerExtensions greeted(Reply version) throws SftpProtocolException {
    extensions = ServerExtensions.read(version);
    greeted = true;
    if (extensions.has(SftpConstants.LIMITS)) {
      var packet = new RequestPacket(SftpConstants.EXTENDED).ascii(SftpConstants.LIMITS);
      send(
          Request.of(
              new RequestContext("connect", null),
              packet,
              SftpConstants.EXTENDED_REPLY,
              this::limits));
    }
    return extensions;
  }

  private Integer limits(Reply reply) throws SftpProtocolException {
    requestSize = ServerLimits.requestSize(reply, requestSize);
    return requestSize;
  }

  private void writeAll(Transport opened) {
    try {
      var out = opened.requests();
      Request<?> next = take(true);
      while (next != null) {
        next.packet.writeTo(out, this::goOn);
        next = take(false);
        if (next == null) {
          out.flush();
          moved();
          next = take(true);
        }
      }
    } catch (IOException e) {
      ended(e);
    } catch (RuntimeException | Error e) {
      lost(e);
    }
  }

  /** Returns the next request to write, or null if the channel is broken or none is to come. */
  private @Nullable Request<?> take(boolean wait) {
    lock.lock();
    try {
      writing = null;
      while (wait && broken == null && !maySend()) {
        canSend.awaitUninterruptibly();
      }
      if (broken != null || !maySend()) {
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
    return !queue.isEmpty() && outstanding.size() < window.requests();
  }

  private boolean goOn() {
    moved();
    return !isBroken();
  }
}
