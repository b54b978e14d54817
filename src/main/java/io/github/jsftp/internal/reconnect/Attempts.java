package io.github.jsftp.internal.reconnect;

/** Counts the attempts of a call and the bytes that were sent again. For use on one loop. */
public final class Attempts {
  private int count = 1;
  private long bytesSentAgain;

  /** Records that the call continues after a lost connection. */
  void recordRetry() {
    count++;
  }

  /** Records bytes that are transferred again. */
  public void addBytesSentAgain(long bytes) {
    bytesSentAgain += bytes;
  }

  /** Returns the number of attempts, at least 1. */
  public int count() {
    return count;
  }

  /** Returns how many bytes were transferred again. */
  public long bytesSentAgain() {
    return bytesSentAgain;
  }
}
