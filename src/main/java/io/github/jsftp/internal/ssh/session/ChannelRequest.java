package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A channel to be opened.
 *
 * @param place on which session
 * @param setUp takes the channel before it is connected
 * @param asked takes it when its request is on its way
 */
record ChannelRequest<C extends Channel>(
    Class<C> type, String name, Place place, Consumer<C> setUp, Consumer<C> asked) {

  ChannelRequest(Class<C> type, String name, Place place, Consumer<C> setUp) {
    this(type, name, place, setUp, granted -> {});
  }

  /** On which session a channel is to be. */
  enum Place {
    /** On one of those that there are. */
    ANY,
    /** On a further one, rather than to be refused. */
    NEEDED,
    /** On the one that has the least to do, a further one where that is worthwhile. */
    SPREAD
  }

  C on(SshSession session, Duration limit) throws IOException {
    return session.channel(type, name, setUp, asked, limit);
  }

  ChannelRequest<C> noting(AtomicReference<C> begun) {
    return new ChannelRequest<>(
        type,
        name,
        place,
        created -> {
          begun.set(created);
          setUp.accept(created);
        },
        asked);
  }
}
