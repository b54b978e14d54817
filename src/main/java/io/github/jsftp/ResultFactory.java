package io.github.jsftp;

import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.time.Instant;
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

  @Override
  public FileInfo fileInfo(
      String path,
      FileInfo.Type type,
      long size,
      int mode,
      long uid,
      long gid,
      @Nullable Instant accessed,
      @Nullable Instant modified,
      @Nullable String longname) {
    return new FileInfo(path, type, size, mode, uid, gid, accessed, modified, longname);
  }
}
