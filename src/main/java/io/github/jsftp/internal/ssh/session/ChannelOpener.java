package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.session.ChannelSpec.SessionChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens channels on the sessions of a connection, and a further session where the channel asks for
 * it. Safe for use by several threads.
 */
final class ChannelOpener {
  private final SessionSettings settings;
  private final SessionPool sessions;
  private final Set<Channel> sftpChannels;
  private final BooleanSupplier isClosed;

  /**
   * Creates an opener.
   *
   * @param sftpChannels the channels of the SFTP client, which {@code maxChannels} limits
   * @param isClosed returns true once the connection is closed
   */
  ChannelOpener(
      SessionSettings settings,
      SessionPool sessions,
      Set<Channel> sftpChannels,
      BooleanSupplier isClosed) {
    this.settings = settings;
    this.sessions = sessions;
    this.sftpChannels = sftpChannels;
    this.isClosed = isClosed;
  }

  /** Opens a channel on another thread, and waits for it until the limit or an interrupt. */
  <C extends Channel> C openWithin(Duration limit, ChannelSpec<C> request) throws IOException {
    var granted = new CompletableFuture<C>();
    return openWithin(limit, request, granted, granted);
  }

  /**
   * Opens a channel on another thread, and waits for a future until the limit or an interrupt.
   *
   * @param granted completes with the channel when it is open
   * @param until the future to wait for
   */
  <C extends Channel> C openWithin(
      Duration limit,
      ChannelSpec<C> request,
      CompletableFuture<C> granted,
      CompletableFuture<C> until)
      throws IOException {
    var created = new AtomicReference<C>();
    checkOpen();
    try {
      settings
          .executor()
          .start(
              () -> openOnThisThread(request.recordingIn(created), limit),
              granted,
              Channel::disconnect);
      return BlockingExecutor.await(until, limit, Channel::disconnect);
    } catch (RejectedExecutionException e) {
      throw settings.failures().connectionClosed("connect", null); // closed since checkOpen
    } catch (TimeoutException e) {
      C stuck = created.get();
      if (stuck != null) {
        settings.executor().execute(stuck::disconnect);
      }
      sessions.cutSilent(limit);
      throw settings.failures().timedOut("connect", null, limit);
    }
  }

  /**
   * Opens a channel on this thread. Blocks, and ignores interrupts, until the server responds or
   * the channel is disconnected.
   */
  <C extends Channel> C openOnThisThread(ChannelSpec<C> request, Duration limit)
      throws IOException {
    while (true) {
      checkOpen();
      Transport.@Nullable Refused refusal = null;
      boolean leastBusy = request.choice() == SessionChoice.LEAST_BUSY;
      for (SshSession session :
          leastBusy ? sessions.leastBusyFirst(limit) : sessions.connected(limit)) {
        try {
          if (leastBusy) {
            checkMaxChannels(session);
          }
          return request.on(session, limit);
        } catch (Transport.Refused e) {
          refusal = e;
        }
      }
      if (refusal == null) {
        throw settings.failures().connectionLost("connect", null, sessions.whyLost());
      }
      if (request.choice() != SessionChoice.FURTHER_IF_REFUSED) {
        throw refusal;
      }
      SshSession further = sessions.openFurther(refusal, limit);
      try {
        return request.on(further, limit);
      } catch (Transport.Refused e) {
        if (!further.grantsChannels()) {
          throw sessions.refused(e);
        }
        // Other requests have taken the channels of the new session meanwhile.
      }
    }
  }

  /** Refuses a further channel on a session that has all, such as after a refused login. */
  private void checkMaxChannels(SshSession session) throws Transport.Refused {
    int most = settings.options().maxChannels();
    if (sftpChannels.stream().filter(session::owns).count() >= most) {
      String problem = "the session has maxChannels(" + most + ")";
      throw new Transport.Refused(problem, new IOException(problem));
    }
  }

  private void checkOpen() throws IOException {
    if (isClosed.getAsBoolean()) {
      throw settings.failures().connectionClosed("connect", null);
    }
  }
}
