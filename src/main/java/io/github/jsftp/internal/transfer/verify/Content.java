package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The content of the source or the target, to be digested. Used on the call's thread only. */
public interface Content {
  /** The algorithms for a comparison, the strongest first. */
  List<String> ALGORITHMS = List.of("SHA-256", "SHA-1", "MD5");

  /** Returns the algorithms that this content can be digested with, the strongest first. */
  List<String> algorithms();

  /** Returns true if the content is on the server, which may support only some algorithms. */
  boolean isRemote();

  /**
   * Digests the content from its beginning.
   *
   * @param algorithms the algorithms to choose from, in order of preference
   * @param bytes the number of bytes to digest; all bytes if there are fewer
   */
  CompletableFuture<Digests> digest(List<String> algorithms, long bytes);
}
