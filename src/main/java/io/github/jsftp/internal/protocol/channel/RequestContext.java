package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.SftpException;
import org.jspecify.annotations.Nullable;

/** The user's operation and path that a request belongs to, as named in its failures. */
public record RequestContext(String operation, @Nullable String path) {

  /** Creates the exceptions for all requests that fail because their channel was aborted. */
  public interface AbortReason {
    SftpException failure(RequestContext context);
  }
}
