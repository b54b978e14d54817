package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.Daemon;
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
  private final Settings settings;
  private final ReplyParser parser = new ReplyParser(this);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition canSend = lock.newCondition();
  private final ArrayDeque<Request<?>> queue = new ArrayDeque<>();
  private final Allowance allowance;
  private final RoundTrip roundTrip;
  private final Map<Integer, Request<?>> outstanding = new LinkedHashMap<>(); // the oldest first
  // The first request is INIT, whose version stands where others have their id.
  private int nextId = Wire.VERSION_NUMBER;
  private volatile @Nullable Link link;
  private @Nullable Request<?> writing;
  private volatile Call.@Nullable Reason broken;
  private volatile int load;
  private volatile long lastMove = System.nanoTime();
  private volatile boolean greeted;
  private volatile Extensions extensions = Extensions.NONE;
  private volatile int requestSize = Wire.COMMON_REQUEST;

  private SftpChannel(int number, Settings settings) {
    this.number = number;
    this.settings = settings;
    allowance = new Allowance(settings.maxRequests());
    roundTrip = new RoundTrip(allowance);
  }

  /**
   * Opens a channel; blocks until the server has greeted, or said nothing for too long.
   *
   * @param first may send what need not wait for the greeting
   * @param earlier a channel to the same server, if there has been one
   */
  public static SftpChannel open(
      int number, Settings settings, Consumer<SftpChannel> first, @Nullable SftpChannel earlier)
      throws IOException {
    var channel = new SftpChannel(number, settings);
    Link link = settings.source().open(channel.parser);
    try {
      if (link.isGreeted() && earlier != null) {
        channel.extensions = earlier.extensions;
        channel.requestSize = earlier.requestSize;
        channel.greeted = true;
        channel.parser.passGreeting();
        channel.attach(link);
      } else {
        channel.attach(link);
        channel.greet(link, first);
      }
      return channel;
    } catch (RuntimeException | Error e) {
      channel.lost(e);
      throw e;
    }
  }

  /** Queues a request; it fails at once when the channel is broken. Never blocks. */
  public <T> CompletableFuture<T> send(Request<T> request) {
    Call.Reason reason;
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
      request.fail(reason.failure(request.call));
    }
    return request.future;
  }

  /** Returns how many requests wait for their answers here. */
  public int load() {
    return load;
  }

  /** Returns how many requests may be on their way at a time. */
  public int allowance() {
    return allowance.requests();
  }

  /** Returns the shortest time that an answer has taken, in nanoseconds; 0 before there was one. */
  public long roundTrip() {
    return roundTrip.shortest();
  }

  /** Returns the time that an answer has taken just now, in nanoseconds; 0 before there was one. */
  public long latestAnswer() {
    return roundTrip.latest();
  }

  public boolean isBroken() {
    return broken != null;
  }

  /** Returns what the server offers beyond version 3, which all its channels share. */
  public Extensions extensions() {
    return extensions;
  }

  /** Returns the most bytes to read or write at once. */
  public int requestSize() {
    return requestSize;
  }

  /** Returns how long connecting may still take. */
  public Duration patience() {
    Link opened = link;
    return opened == null ? Link.USUAL_PATIENCE : opened.patience();
  }

  /** Returns true if nothing has come for so long, on other channels of the server either. */
  boolean isSilent(Duration limit) {
    Link opened = link;
    return opened == null || opened.isSilent(limit);
  }

  public Settings settings() {
    return settings;
  }

  /** Takes a request out, for its answer has come; null if there is none with this id. */
  @Nullable Request<?> claim(int id) {
    lock.lock();
    try {
      Request<?> request = outstanding.remove(id);
      load = queue.size() + outstanding.size();
      roundTrip.answered(request);
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
  @Nullable Call oldest() {
    lock.lock();
    try {
      return outstanding.isEmpty() ? null : outstanding.values().iterator().next().call;
    } finally {
      lock.unlock();
    }
  }

  /** Breaks off because the link is gone. */
  void lost(@Nullable Throwable cause) {
    breakOff(reasonOf(cause));
  }

  /** Returns the reason for breaking off because the link is gone, or its bytes can't be moved. */
  Call.Reason reasonOf(@Nullable Throwable cause) {
    // Now: later on there may be another session.
    Throwable known = cause instanceof Error ? cause : settings.source().whyLost();
    Throwable told = known == null ? cause : known;
    Throwable why = told == null ? new IOException("the server ended the SFTP channel") : told;
    return call -> settings.failures().lost(call.operation(), call.path(), why);
  }

  /** Breaks off because the link has ended; without a greeting the server may say why. */
  void ended(@Nullable Throwable cause) {
    if (greeted) {
      lost(cause);
      return;
    }
    try {
      Daemon.start("jsftp-close-" + number, this::explainEnd);
    } catch (Error e) { // no further thread is to be had
      lost(e);
    }
  }

  private void explainEnd() {
    Link ended = link;
    String farewell = ended == null ? "" : ended.farewell();
    if (farewell.isEmpty() || settings.source().whyLost() != null) {
      lost(null);
    } else {
      breakOff(call -> settings.failures().notBegun(call.operation(), call.path(), farewell));
    }
  }

  /** Returns the reason for breaking off after a breach of the protocol. */
  Call.Reason breach(Violation violation) {
    String problem = violation.problem();
    boolean started = greeted;
    return call ->
        started
            ? settings.failures().protocol(call.operation(), call.path(), problem, violation)
            : settings.failures().connection(call.operation(), call.path(), problem, violation);
  }

  /** Returns why this is broken. */
  Call.Reason reason() {
    lock.lock();
    try {
      return broken != null ? broken : call -> reasonOf(null).failure(call);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the channel: all requests fail, now and from now on. The first reason counts. */
  public void breakOff(Call.Reason reason) {
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
      Daemon.start("jsftp-close-" + number, () -> closeLink(half));
    } catch (Error e) { // no further thread is to be had
      closeLink(half);
    } finally {
      cut.forEach(request -> request.fail(reason.failure(request.call)));
    }
  }

  /** Closes the link; only then is the data of a half-written request no longer looked at. */
  private void closeLink(@Nullable Request<?> half) {
    Link open = link;
    try {
      if (open != null) {
        open.close();
      }
    } finally {
      parser.close();
      if (half != null) {
        half.fail(reason().failure(half.call));
      }
    }
  }

  private void attach(Link opened) throws IOException {
    Call.Reason early;
    lock.lock();
    try {
      link = opened;
      early = broken;
    } finally {
      lock.unlock();
    }
    if (early != null) {
      opened.close();
      throw early.failure(new Call("connect", null));
    }
    Daemon.start("jsftp-send-" + number, () -> writeAll(opened));
  }

  private void greet(Link opened, Consumer<SftpChannel> first) throws IOException {
    var call = new Call("connect", null);
    CompletableFuture<Extensions> version =
        send(Request.of(call, new RequestPacket(Wire.INIT), Wire.VERSION, this::greeted));
    first.accept(this);
    try {
      Greeting.await(version, opened);
    } catch (TimeoutException e) {
      Call.Reason mute = late -> settings.failures().late(late.operation(), late.path(), e);
      breakOff(mute);
      throw mute.failure(call);
    } catch (IOException e) {
      lost(e);
      throw e;
    }
  }

  private Extensions greeted(Reply version) throws Violation {
    extensions = Extensions.read(version);
    greeted = true;
    if (extensions.has(Wire.LIMITS)) {
      var packet = new RequestPacket(Wire.EXTENDED).ascii(Wire.LIMITS);
      send(Request.of(new Call("connect", null), packet, Wire.EXTENDED_REPLY, this::limits));
    }
    return extensions;
  }

  private Integer limits(Reply reply) throws Violation {
    requestSize = Limits.requestSize(reply, requestSize);
    return requestSize;
  }

  private void writeAll(Link opened) {
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

  /**
   * Returns the next request to write, on its way from now on; null when the channel is broken, or
   * there is none and this is not to wait for one.
   */
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
      roundTrip.sent(next, outstanding.size());
      return next;
    } finally {
      lock.unlock();
    }
  }

  private boolean maySend() {
    return !queue.isEmpty() && outstanding.size() < allowance.requests();
  }

  private boolean goOn() {
    moved();
    return !isBroken();
  }
}
