package io.github.jsftp.internal.reconnect;

/** Counts how often a call was tried, and what that cost. For use on one loop. */
public final class Attempts {
  private int count = 1;
  private long bytesSentAgain;

  /** Takes down that the call goes on after a lost connection. */
  void recordRetry() {
    count++;
  }

  /** Takes down bytes that have to cross the line once more. */
  public void addBytesSentAgain(long bytes) {
    bytesSentAgain += bytes;
  }

  /** Returns how often it was tried, at least 1. */
  public int count() {
    return count;
  }

  /** Returns how many bytes had to cross the line once more. */
  public long bytesSentAgain() {
    return bytesSentAgain;
  }
}
