package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The description of a channel to open.
 *
 * @param name JSch's name of the channel type
 * @param choice the session to open it on
 * @param setUp is called with the channel before it is connected
 * @param requested is called with the channel once its request has been sent
 */
record ChannelSpec<C extends Channel>(
    Class<C> type, String name, SessionChoice choice, Consumer<C> setUp, Consumer<C> requested) {

  ChannelSpec(Class<C> type, String name, SessionChoice choice, Consumer<C> setUp) {
    this(type, name, choice, setUp, granted -> {});
  }

  /** The session on which a channel is opened. */
  enum SessionChoice {
    /** An existing session. */
    EXISTING,
    /** An existing session, or a further one if the server grants no channel on those. */
    FURTHER_IF_REFUSED,
    /**
     * The session with the fewest channels; a further one is opened first if that is worthwhile.
     */
    LEAST_BUSY
  }

  /** Opens the channel on a session. */
  C on(SshSession session, Duration limit) throws IOException {
    return session.channel(type, name, setUp, requested, limit);
  }

  /** Returns this request with a reference that is set to the channel before it is connected. */
  ChannelSpec<C> recordingIn(AtomicReference<C> created) {
    return new ChannelSpec<>(
        type,
        name,
        choice,
        channel -> {
          created.set(channel);
          setUp.accept(channel);
        },
        requested);
  }
}
