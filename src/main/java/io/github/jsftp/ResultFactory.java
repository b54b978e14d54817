package io.github.jsftp;

import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
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

  @Override
  public TransferResult transferResult(
      String source,
      String target,
      boolean skipped,
      long bytes,
      long resumedFrom,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings) {
    return new TransferResult(
        source, target, skipped, bytes, resumedFrom, attempts, bytesSentAgain, elapsed, warnings);
  }

  @Override
  public Progress progress(
      String file,
      long fileBytes,
      OptionalLong fileSize,
      long files,
      OptionalLong totalFiles,
      long bytes,
      OptionalLong totalBytes,
      long resumedBytes,
      Duration elapsed,
      boolean done) {
    return new Progress(
        file,
        fileBytes,
        fileSize,
        files,
        totalFiles,
        bytes,
        totalBytes,
        resumedBytes,
        elapsed,
        done);
  }

  @Override
  public StatVfs statVfs(
      long blockSize,
      long fragmentSize,
      long blocks,
      long freeBlocks,
      long availableBlocks,
      long files,
      long freeFiles,
      long availableFiles,
      boolean readOnly,
      long maxNameLength) {
    return new StatVfs(
        blockSize,
        fragmentSize,
        blocks,
        freeBlocks,
        availableBlocks,
        files,
        freeFiles,
        availableFiles,
        readOnly,
        maxNameLength);
  }

  @Override
  public OfferedAlgorithms offeredAlgorithms(
      List<String> keyExchanges,
      List<String> hostKeyAlgorithms,
      List<String> ciphers,
      List<String> macs,
      List<String> compression) {
    return new OfferedAlgorithms(keyExchanges, hostKeyAlgorithms, ciphers, macs, compression);
  }

  @Override
  public ServerKey serverKey(String type, String base64, String fingerprint) {
    return new ServerKey(type, base64, fingerprint);
  }

  @Override
  public TreeResult treeResult(
      long transferred,
      long skipped,
      long deleted,
      long failed,
      List<TreeResult.Failure> failures,
      long bytes,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings,
      List<String> plan) {
    return new TreeResult(
        transferred,
        skipped,
        deleted,
        failed,
        failures,
        bytes,
        attempts,
        bytesSentAgain,
        elapsed,
        warnings,
        plan);
  }

  @Override
  public TreeResult.Failure treeFailure(String path, IOException cause) {
    return new TreeResult.Failure(path, cause);
  }
}
