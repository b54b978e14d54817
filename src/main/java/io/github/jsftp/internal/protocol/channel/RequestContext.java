package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.SftpException;
import org.jspecify.annotations.Nullable;

/** What a request is made for, in the words of its failures. */
public record RequestContext(String operation, @Nullable String path) {

  /** Words the failure of any call that was cut off for the same reason. */
  public interface AbortReason {
    SftpException failure(RequestContext context);
  }
}
