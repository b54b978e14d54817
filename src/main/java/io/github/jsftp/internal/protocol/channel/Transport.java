package io.github.jsftp.internal.protocol.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A two-way byte stream to an SFTP server. */
public interface Transport {
  /** The time limit for connecting, unless another is set. */
  Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Returns the stream for requests. Writing may block, and only one thread writes. Small writes
   * are buffered until the next flush.
   */
  OutputStream requests();

  /**
   * Returns a future that completes when the server has started SFTP, or fails if it has not.
   * Requests may be sent before that, which saves a round trip.
   */
  default CompletableFuture<Void> accepted() {
    return CompletableFuture.completedFuture(null);
  }

  /** Returns the time that is left for connecting. */
  default Duration remainingConnectTime() {
    return DEFAULT_CONNECT_TIMEOUT;
  }

  /** Returns true if the version exchange has already been completed on this transport. */
  default boolean isVersionExchanged() {
    return false;
  }

  /**
   * Returns the server's error output and exit status after it has ended the transport, or "" if
   * there are none. May wait a moment for them.
   */
  default String exitMessage() {
    return "";
  }

  /**
   * Returns true if no byte has arrived from the server for this long. If so, requests a keep-alive
   * from the server. Does not block.
   */
  default boolean isSilent(Duration limit) {
    return true;
  }

  /** Makes room for another transport: this one is about to be closed. Does not block. */
  default void release() {}

  /**
   * Closes the transport from any thread, without waiting for the server. A second call does
   * nothing.
   */
  void close();

  /** Opens transports. Safe for use by several threads. */
  interface Source {

    /**
     * Opens a transport; blocks until the server has opened a channel.
     *
     * @param replies receives the server's bytes on the transport's thread, so it must not block;
     *     it is closed when the transport has ended, for whatever reason
     * @throws Refused if the server refuses a further channel
     */
    Transport open(OutputStream replies) throws IOException;

    /** Returns how many sessions may be open, as far as is known. */
    default int allowedSessions() {
      return 1;
    }

    /**
     * Sets over how many sessions further transports are spread. They are opened together with the
     * next transport, if they are allowed.
     */
    default void useSessions(int number) {}

    /**
     * Closes transports from which no byte has arrived for this long, so that the next one is
     * opened on a new session.
     *
     * @return true if there were any
     */
    boolean cutSilent(Duration limit);

    /** Returns why the underlying session has died, or null if that is not known. */
    @Nullable Throwable whyLost();
  }

  /** The server refuses a further channel. */
  final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
