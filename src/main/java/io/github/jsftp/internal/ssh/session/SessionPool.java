package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a connection. The first one is replaced when it is lost. Further ones are opened
 * when the server grants no more channels on the existing sessions, or when transfers use more.
 * Safe for use by several threads.
 */
public final class SessionPool {
  private final SessionSettings settings;
  private final List<SshSession> all = new CopyOnWriteArrayList<>();
  private final ReentrantLock growLock = new ReentrantLock();
  private volatile SshSession first;
  private volatile @Nullable Throwable whyReplaced;
  private volatile boolean replacesLost;
  private final List<CompletableFuture<Void>> growing = new ArrayList<>(); // being opened
  private final AtomicInteger turn = new AtomicInteger();
  private volatile int transferSessions = 1; // the number of sessions that transfers use
  private volatile boolean growthRefused;
  private @Nullable CompletableFuture<SshSession> reconnecting;
  private @Nullable IOException refusal; // a refused login or host key, which is final
  private volatile @Nullable ConnectionException furtherRefused; // likewise for further sessions
  private boolean closed;

  SessionPool(SessionSettings settings, SshSession first) {
    this.settings = settings;
    this.first = first;
    all.add(first);
  }

  /** Makes {@link #connected} replace a lost first session from now on. */
  void replaceLost() {
    replacesLost = true;
  }

  /** Returns the first session, which may be lost. */
  SshSession first() {
    return first;
  }

  /**
   * Returns the connected sessions. If the first one is lost, it is replaced, which may block until
   * the limit. If replacing is not enabled, the connection has ended, and the list is empty. After
   * a refused login no further attempt is made, since servers lock accounts.
   *
   * @throws AuthenticationException if the server refuses the user
   * @throws HostKeyException if the server presents another host key
   * @throws ConnectionException if reconnecting fails for another reason
   */
  List<SshSession> connected(Duration limit) throws IOException {
    if (!first.isConnected()) {
      if (!replacesLost) {
        return List.of();
      }
      reconnect(limit);
    }
    all.removeIf(session -> !session.isConnected());
    return all;
  }

  /** Replaces the first session. Concurrent callers share one attempt. */
  private void reconnect(Duration limit) throws IOException {
    CompletableFuture<SshSession> attempt;
    boolean isMine = false;
    synchronized (this) {
      if (closed) {
        throw settings.failures().connectionClosed("connect", null);
      }
      if (first.isConnected()) {
        return;
      }
      if (refusal != null) {
        throw Failures.copyOf(refusal);
      }
      attempt = reconnecting;
      if (attempt == null) {
        attempt = new CompletableFuture<>();
        reconnecting = attempt;
        isMine = true;
      }
    }
    if (isMine) {
      connect(attempt, limit);
    }
    try {
      Await.result(attempt);
    } catch (SftpException e) {
      throw Failures.copyOf(e);
    }
  }

  private void connect(CompletableFuture<SshSession> attempt, Duration limit) {
    SshSession opened = null;
    Throwable failure = null;
    try {
      opened = SessionOpener.open(settings, limit, attempt);
    } catch (AuthenticationException | HostKeyException e) {
      failure = e;
      synchronized (this) {
        refusal = e;
      }
    } catch (ConnectionException e) {
      String problem = "can't reconnect: " + Details.of(e).problem();
      failure = settings.failures().connection("connect", null, problem, e);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    boolean closedMeanwhile;
    synchronized (this) {
      reconnecting = null;
      closedMeanwhile = closed;
      if (opened != null && !closedMeanwhile) {
        whyReplaced = first.whyLost();
        first = opened;
        all.add(0, opened);
      }
    }
    if (opened != null && closedMeanwhile) {
      opened.close();
    } else if (opened != null) {
      settings.log().add(Level.WARNING, "reconnected", null);
      attempt.complete(opened);
    } else {
      if (!closedMeanwhile) {
        settings.log().add(Level.WARNING, "reconnecting failed", failure);
      }
      attempt.completeExceptionally(failure);
    }
  }

  /**
   * Returns how many sessions transfers may use. If the login asked the prompts, no more sessions
   * are opened, so that they are not asked again.
   */
  int allowed() {
    return growthRefused || first.hasAsked() ? all.size() : settings.options().maxSessions();
  }

  /** Sets how many sessions transfers use. The next channel of a transfer opens them. */
  void use(int number) {
    transferSessions = number;
  }

  /**
   * Returns the connected sessions, as {@link #connected} does, starting with the one that has the
   * fewest channels. If transfers use more sessions, opens them first, at the same time. If that
   * fails, it is not tried again.
   */
  List<SshSession> leastBusyFirst(Duration limit) throws IOException {
    if (connected(limit).isEmpty()) {
      return all;
    }
    boolean opened = false;
    while (!opened) {
      List<CompletableFuture<Void>> others;
      CompletableFuture<Void> place;
      synchronized (this) {
        others = List.copyOf(growing);
        place = reserve(Math.min(transferSessions, allowed()));
      }
      if (place != null) {
        openForTransfers(place, limit);
        opened = true;
      } else if (others.isEmpty()) {
        break;
      } else {
        Await.result(CompletableFuture.anyOf(others.toArray(CompletableFuture<?>[]::new)));
      }
    }
    var sorted = new ArrayList<>(all);
    Collections.rotate(sorted, turn.incrementAndGet()); // for those that come at the same time
    sorted.sort(Comparator.comparingInt(SshSession::channels));
    return sorted;
  }

  private void openForTransfers(CompletableFuture<Void> place, Duration limit) {
    try {
      open(place, limit);
    } catch (IOException e) {
      growthRefused = true;
      settings.log().add(Level.DEBUG, "can't open a further session", e);
    } finally {
      release(place);
    }
  }

  /** Reserves the place of a further session; returns null if there are as many already. */
  private synchronized @Nullable CompletableFuture<Void> reserve(int most) {
    if (closed || all.size() + growing.size() >= most) {
      return null;
    }
    var place = new CompletableFuture<Void>();
    growing.add(place);
    return place;
  }

  private synchronized void release(CompletableFuture<Void> place) {
    place.complete(null);
    growing.removeIf(CompletableFuture::isDone);
  }

  /**
   * Opens a further session because the existing ones grant no channel.
   *
   * @throws AuthenticationException if the server refuses a further login, now or earlier
   * @throws HostKeyException if the server presents another host key for it, now or earlier
   * @throws ConnectionException if the maximum is reached, if the login would ask the prompts
   *     again, or if connecting fails for another reason
   */
  SshSession openFurther(Transport.Refused refusal, Duration limit) throws IOException {
    lockGrowth();
    CompletableFuture<Void> place = null;
    try {
      if (first.grantsChannels() && !first.hasAsked()) {
        place = reserve(settings.options().maxSessions());
      }
      if (place == null) {
        throw refused(refusal);
      }
      return open(place, limit);
    } catch (AuthenticationException e) {
      throw Results.NEW.authenticationException(
          noFurther(e), e.host(), e.port(), e.attempts(), e.serverAllows(), e);
    } catch (HostKeyException e) {
      throw Results.NEW.hostKeyException(noFurther(e), e);
    } catch (ConnectionException e) {
      refusal.addSuppressed(e);
      throw refused(refusal);
    } finally {
      if (place != null) {
        release(place);
      }
      growLock.unlock();
    }
  }

  private static Details noFurther(ConnectionException e) {
    Details details = Details.of(e);
    return details.withProblem(
        "the server grants no further channel, and a further session failed: " + details.problem());
  }

  private void lockGrowth() throws IOException {
    try {
      growLock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Opens a further session. A refused login is not repeated, since servers lock accounts. */
  private SshSession open(CompletableFuture<Void> place, Duration limit) throws IOException {
    ConnectionException refusedBefore = furtherRefused;
    if (refusedBefore != null) {
      throw Failures.copyOf(refusedBefore);
    }
    SshSession further;
    try {
      further = SessionOpener.open(settings, limit, place);
    } catch (AuthenticationException | HostKeyException e) {
      furtherRefused = e;
      throw e;
    }
    all.add(further);
    String count = all.size() + " of at most " + settings.options().maxSessions();
    settings.log().add(Level.DEBUG, "logged in again for a further session, " + count, null);
    boolean closedMeanwhile;
    synchronized (this) {
      closedMeanwhile = closed;
    }
    if (closedMeanwhile) {
      further.close();
    }
    return further;
  }

  /** Returns the exception for a refused channel if no further session can be opened. */
  IOException refused(Transport.Refused refusal) {
    String why = "";
    if (first.hasAsked()) {
      why = ", and the login of a further session would ask prompts(..) again";
    } else if (all.size() >= settings.options().maxSessions()) {
      why = ", and maxSessions(" + settings.options().maxSessions() + ") allows no further session";
    }
    return settings
        .failures()
        .connection("connect", null, "the server grants no further channel" + why, refusal);
  }

  /**
   * Aborts the sessions that have received nothing for this long, if replacing is enabled. Returns
   * true if there were any.
   */
  boolean cutSilent(Duration limit) {
    boolean any = false;
    if (!replacesLost) {
      return any;
    }
    for (SshSession session : all) {
      any |= session.abortIfSilentFor(limit);
    }
    return any;
  }

  /**
   * Returns true if the session of a channel has been silent. The first time this sends a
   * keep-alive request. If the session has still been silent since then, it is aborted.
   *
   * @param limit the silence after which a keep-alive request is sent
   * @param sinceKeepAlive the time since the keep-alive request, at least the limit; zero if none
   *     was sent
   */
  public boolean probeIfSilent(Channel channel, Duration limit, Duration sinceKeepAlive) {
    SshSession session = sessionOf(channel);
    return session != null && session.probeIfSilent(limit, sinceKeepAlive);
  }

  /** Returns true if the session of a channel is lost. */
  public boolean isLost(Channel channel) {
    SshSession session = sessionOf(channel);
    return session == null || !session.isConnected();
  }

  /** Returns why a session was lost, or null if none was. */
  @Nullable Throwable whyLost() {
    Throwable why = first.whyLost();
    for (SshSession session : all) {
      why = why == null ? session.whyLost() : why;
    }
    return why;
  }

  /** Returns why the session of a channel was lost, or null if it is connected. */
  public @Nullable Throwable whyLost(Channel channel) {
    SshSession session = sessionOf(channel);
    return session == null ? whyReplaced : session.whyLost();
  }

  private @Nullable SshSession sessionOf(Channel channel) {
    for (SshSession session : all) {
      if (session.owns(channel)) {
        return session;
      }
    }
    return null;
  }

  /** Closes all sessions, and cancels the logins of others. */
  void close() {
    var logins = new ArrayList<CompletableFuture<?>>();
    synchronized (this) {
      closed = true;
      logins.addAll(growing);
      if (reconnecting != null) {
        logins.add(reconnecting);
      }
    }
    Failures failures = settings.failures();
    logins.forEach(
        login -> login.completeExceptionally(failures.connectionClosed("connect", null)));
    SshSession.close(all);
  }
}
