package io.github.jsftp.internal.pipeline;

import io.github.jsftp.SftpException;
import org.jspecify.annotations.Nullable;

/** What a request is made for, in the words of its failures. */
record Call(String operation, @Nullable String path) {

  /** Words the failure of any call that was cut off for the same reason. */
  interface Reason {
    SftpException failure(Call call);
  }
}
