package io.github.jsftp.internal.protocol.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A two-way stream of bytes with an SFTP server at its far end. */
public interface Transport {
  /** How long connecting may take where nothing else is said. */
  Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Returns where requests go. Writing may block; only one thread writes. Small pieces are
   * collected until it flushes.
   */
  OutputStream requests();

  /**
   * Returns the server's word that it speaks SFTP here, or why it does not. Requests that leave
   * before it comes save a round trip.
   */
  default CompletableFuture<Void> accepted() {
    return CompletableFuture.completedFuture(null);
  }

  /** Returns how long connecting may still take. */
  default Duration remainingConnectTime() {
    return DEFAULT_CONNECT_TIMEOUT;
  }

  /** Says whether greetings have been exchanged on it already. */
  default boolean isVersionExchanged() {
    return false;
  }

  /**
   * Returns what the server told besides SFTP when it ended the link, such as its error output and
   * exit status, or "". May wait a moment for it.
   */
  default String exitMessage() {
    return "";
  }

  /**
   * Returns true if nothing at all has come for this long from the server, which is asked for a
   * sign of life then. Does not block.
   */
  default boolean isSilent(Duration limit) {
    return true;
  }

  /**
   * Closes the link from any thread, without waiting for the server. A second call does nothing.
   */
  void close();

  /** Opens links. Safe for use by several threads. */
  interface Source {

    /**
     * Opens a link; blocks until the server has granted a channel.
     *
     * @param replies takes what the server sends, on the transport's thread, which must not be held
     *     up; closed when the link is gone, for whatever reason
     * @throws Refused if the server grants no further channel
     */
    Transport open(OutputStream replies) throws IOException;

    /**
     * Returns how many transports are worth having now: more than one where each takes all of a
     * processor, and the server grants them.
     */
    default int usefulTransports() {
      return 1;
    }

    /**
     * Gives up transports from which nothing at all has come for this long, so that the next link
     * is opened on a fresh one.
     *
     * @return whether there were any
     */
    boolean cutSilent(Duration limit);

    /** Returns why the transport below died, as far as is known, or null. */
    @Nullable Throwable whyLost();
  }

  /** The server grants no further channel. */
  final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
