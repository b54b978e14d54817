package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a connection: a first one, in whose place another comes when it is lost, and
 * further ones where the server grants few channels on each, or where each takes all of a
 * processor. Safe for use by several threads.
 */
public final class SessionPool {
  private static final int MOST = 4;

  private final SshSession.Plan plan;
  private final List<SshSession> all = new CopyOnWriteArrayList<>();
  private final ReentrantLock growing = new ReentrantLock();
  private volatile SshSession first;
  private volatile @Nullable Throwable whyReplaced;
  private volatile boolean renewing;
  private volatile int wide = 1; // on how many of them transfers are spread
  private volatile boolean refusedWidth;
  private @Nullable CompletableFuture<SshSession> coming;
  private @Nullable IOException refusal; // of the user or of the host key, which is final
  private @Nullable ConnectionException refusedFurther; // the same for further sessions
  private boolean closed;

  SessionPool(SshSession.Plan plan, SshSession first) {
    this.plan = plan;
    this.first = first;
    all.add(first);
  }

  /** Has a first session that is lost be replaced from now on. */
  void renewFromNowOn() {
    renewing = true;
  }

  /** Returns the first session, which may be lost. */
  SshSession first() {
    return first;
  }

  /**
   * Returns the sessions that live; none when the first one is lost and is not to be replaced,
   * which ends the connection. May block for as long as the limit, to connect. What is refused once
   * is not tried again, since servers lock accounts.
   *
   * @throws AuthenticationException if the server does not let the user in any more
   * @throws HostKeyException if it shows another key
   * @throws ConnectionException if there is no connection to be had for another reason
   */
  List<SshSession> living(Duration limit) throws IOException {
    if (!first.isConnected()) {
      if (!renewing) {
        return List.of();
      }
      renew(limit);
    }
    all.removeIf(session -> !session.isConnected());
    return all;
  }

  /** Puts another session in the place of the first, the same for all who wait for it. */
  private void renew(Duration limit) throws IOException {
    CompletableFuture<SshSession> attempt;
    boolean mine = false;
    synchronized (this) {
      if (closed) {
        throw plan.failures().connectionClosed("connect", null);
      }
      if (first.isConnected()) {
        return;
      }
      if (refusal != null) {
        throw Failures.copyOf(refusal);
      }
      attempt = coming;
      if (attempt == null) {
        attempt = new CompletableFuture<>();
        coming = attempt;
        mine = true;
      }
    }
    if (mine) {
      connect(attempt, limit);
    }
    try {
      Await.result(attempt);
    } catch (SftpException e) {
      throw Failures.copyOf(e);
    }
  }

  private void connect(CompletableFuture<SshSession> attempt, Duration limit) {
    SshSession fresh = null;
    Throwable failure = null;
    try {
      fresh = SshSession.open(plan, limit, attempt);
    } catch (AuthenticationException | HostKeyException e) {
      failure = e;
      synchronized (this) {
        refusal = e;
      }
    } catch (ConnectionException e) {
      String problem = "can't reconnect: " + e.details().problem();
      failure = plan.failures().connection("connect", null, problem, e);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    boolean late;
    synchronized (this) {
      coming = null;
      late = closed;
      if (fresh != null && !late) {
        whyReplaced = first.whyLost();
        first = fresh;
        all.add(0, fresh);
      }
    }
    if (fresh != null && late) {
      fresh.close();
    } else if (fresh != null) {
      plan.log().add(Level.WARNING, "connected again", null);
      attempt.complete(fresh);
    } else {
      if (!late) {
        plan.log().add(Level.WARNING, "can't connect again", failure);
      }
      attempt.completeExceptionally(failure);
    }
  }

  /** Returns how many sessions are worth having for transfers now. */
  int worthwhile() {
    int bound = 0;
    for (SshSession session : all) {
      bound += session.isBound() ? 1 : 0;
    }
    return refusedWidth ? wide : Math.max(wide, Math.min(MOST, bound + 1));
  }

  /**
   * Returns the sessions that live, as {@link #living} does, those with the fewest channels first,
   * and opens a further one before if that is worthwhile. A server that refuses it is not asked
   * again.
   */
  List<SshSession> spread(Duration limit) throws IOException {
    List<SshSession> living = living(limit);
    if (!living.isEmpty() && living.size() < worthwhile()) {
      widen(limit);
    }
    return living.stream().sorted(Comparator.comparingInt(SshSession::channels)).toList();
  }

  private void widen(Duration limit) throws IOException {
    lockGrowing();
    try {
      int worth = worthwhile();
      while (all.size() < worth) {
        open(limit);
      }
      wide = worth;
    } catch (IOException e) {
      refusedWidth = true;
      wide = all.size();
      plan.log().add(Level.DEBUG, "can't open a further session", e);
    } finally {
      growing.unlock();
    }
  }

  /**
   * Opens a further session.
   *
   * @throws AuthenticationException if the server refuses a further login, now or before
   * @throws HostKeyException if a further login shows another key, now or before
   * @throws ConnectionException if there may be none, or none is to be had
   */
  SshSession further(Transport.Refused refusal, Duration limit) throws IOException {
    lockGrowing();
    try {
      if (all.size() >= MOST || first.channels() == 0) {
        throw refused(refusal);
      }
      return open(limit);
    } catch (AuthenticationException e) {
      throw new AuthenticationException(
          noFurther(e), e.host(), e.port(), e.tried(), e.serverAllows(), e);
    } catch (HostKeyException e) {
      throw new HostKeyException(
          noFurther(e), e.host(), e.port(), e.reason(), e.fingerprint(), e.knownHostsLine(), e);
    } catch (ConnectionException e) {
      refusal.addSuppressed(e);
      throw refused(refusal);
    } finally {
      growing.unlock();
    }
  }

  private static SftpException.Details noFurther(ConnectionException e) {
    SftpException.Details details = e.details();
    return details.withProblem(
        "the server grants no further channel, nor a further login: " + details.problem());
  }

  private void lockGrowing() throws IOException {
    try {
      growing.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Opens a further session, unless the server has refused one: servers lock accounts. */
  private SshSession open(Duration limit) throws IOException {
    if (refusedFurther != null) {
      throw Failures.copyOf(refusedFurther);
    }
    SshSession further;
    try {
      further = SshSession.open(plan, limit, new CompletableFuture<>());
    } catch (AuthenticationException | HostKeyException e) {
      refusedFurther = e;
      throw e;
    }
    all.add(further);
    boolean late;
    synchronized (this) {
      late = closed;
    }
    if (late) {
      further.close();
    }
    return further;
  }

  private IOException refused(Transport.Refused refusal) {
    return plan.failures()
        .connection("connect", null, "the server grants no further channel", refusal);
  }

  /**
   * Gives up those from which nothing has come for this long, if they can be replaced; says whether
   * there were any.
   */
  boolean cutSilent(Duration limit) {
    boolean any = false;
    if (!renewing) {
      return any;
    }
    for (SshSession session : all) {
      any |= session.cutIfSilentFor(limit);
    }
    return any;
  }

  /**
   * Asks a session that has been silent for this long for a sign of life, or gives it up.
   *
   * @param sinceAsked how long ago it was asked, at least the limit; zero if it was not
   */
  public boolean isMute(Channel channel, Duration limit, Duration sinceAsked) {
    SshSession session = of(channel);
    return session != null && session.isMute(limit, sinceAsked);
  }

  /** Says whether the session of a channel is lost. */
  public boolean isLost(Channel channel) {
    SshSession session = of(channel);
    return session == null || !session.isConnected();
  }

  /** Returns why a session died, null if none has. */
  @Nullable Throwable whyLost() {
    Throwable why = first.whyLost();
    for (SshSession session : all) {
      why = why == null ? session.whyLost() : why;
    }
    return why;
  }

  /** Returns why the session of a channel died, or null if it has not. */
  public @Nullable Throwable whyLost(Channel channel) {
    SshSession session = of(channel);
    return session == null ? whyReplaced : session.whyLost();
  }

  private @Nullable SshSession of(Channel channel) {
    for (SshSession session : all) {
      if (session.has(channel)) {
        return session;
      }
    }
    return null;
  }

  /** Ends all, and an attempt to connect. */
  void close() {
    CompletableFuture<SshSession> attempt;
    synchronized (this) {
      closed = true;
      attempt = coming;
    }
    if (attempt != null) {
      Failures failures = plan.failures();
      attempt.completeExceptionally(failures.connectionClosed("connect", null));
    }
    SshSession.close(all);
  }
}
