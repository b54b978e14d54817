package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A channel to be opened.
 *
 * @param needed whether to open a further session rather than to be refused
 * @param setUp takes the channel before it is connected
 * @param asked takes it when its request is on its way
 */
record Wish<C extends Channel>(
    Class<C> type, String name, boolean needed, Consumer<C> setUp, Consumer<C> asked) {

  Wish(Class<C> type, String name, boolean needed, Consumer<C> setUp) {
    this(type, name, needed, setUp, granted -> {});
  }

  C on(SshSession session, Duration limit) throws IOException {
    return session.channel(type, name, setUp, asked, limit);
  }

  Wish<C> noting(AtomicReference<C> begun) {
    return new Wish<>(
        type,
        name,
        needed,
        created -> {
          begun.set(created);
          setUp.accept(created);
        },
        asked);
  }
}
