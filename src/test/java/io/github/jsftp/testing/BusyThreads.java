package io.github.jsftp.testing;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.stream.Stream;

/** Threads that compute, or would if a CPU core were free. */
final class BusyThreads {
  private static final int STAT_BYTES = 128;

  private BusyThreads() {}

  /**
   * Returns true if the calling thread alone computes, in this JVM and in the processes given. True
   * where the system does not tell, which is anywhere but on Linux.
   */
  static boolean none(Stream<Long> others) {
    return count("self") <= 1 && others.allMatch(pid -> count(String.valueOf(pid)) == 0);
  }

  private static int count(String process) {
    String[] threads = new File("/proc/" + process + "/task").list();
    int count = 0;
    byte[] bytes = new byte[STAT_BYTES];
    for (String thread : threads == null ? new String[0] : threads) {
      try (var in = new FileInputStream("/proc/" + process + "/task/" + thread + "/stat")) {
        count += isBusy(bytes, in.read(bytes)) ? 1 : 0;
      } catch (IOException e) {
        // The thread has ended.
      }
    }
    return count;
  }

  /** Finds the state behind the name, which is in parentheses and may contain some. */
  private static boolean isBusy(byte[] stat, int length) {
    int i = length - 1;
    while (i >= 0 && stat[i] != ')') {
      i--;
    }
    return i >= 0 && i + 2 < length && (stat[i + 2] == 'R' || stat[i + 2] == 'D');
  }
}
