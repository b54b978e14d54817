package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What one end of a copy holds, to be compared with the other. Used on the call's thread only. */
public interface Content {
  /** The algorithms for a comparison, the best first. */
  List<String> ALGORITHMS = List.of("SHA-256", "SHA-1", "MD5");

  /** Returns the algorithms that this content can be digested with, the best first. */
  List<String> algorithms();

  /** Says whether it is on the server, which may know only some of the algorithms. */
  boolean isRemote();

  /**
   * Digests as many bytes from the beginning, or as many as there are.
   *
   * @param wanted the algorithms to choose from, the best first
   */
  CompletableFuture<Digests> digest(List<String> wanted, long bytes);
}
