package io.github.jsftp;

import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Calls the package-private constructors of results on behalf of the internals. */
final class ResultFactory extends Results {
  static {
    register(new ResultFactory());
  }

  private ResultFactory() {}

  @Override
  public FileOutcome fileOutcome(
      FileOutcome.Kind kind,
      String path,
      String source,
      String target,
      @Nullable FileInfo info,
      long bytes,
      @Nullable String linkText,
      @Nullable IOException failure) {
    return new FileOutcome(kind, path, source, target, info, bytes, linkText, failure);
  }
}
