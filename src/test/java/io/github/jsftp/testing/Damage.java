package io.github.jsftp.testing;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Damages bytes in each place, as disks, editors and hostile servers do. */
public final class Damage {
  /** Bits whose change makes lengths huge or negative, and letters different. */
  private static final List<Integer> CHANGES = List.of(0x7f, 0x84, 0xff, (int) 'A');

  private Damage() {}

  /**
   * Calls back with each byte of a sample changed, with each byte twice, with the sample cut at
   * each place, and with all of it twice.
   */
  public static void of(byte[] sample, Consumer<byte[]> reader) {
    for (int i = 0; i < sample.length; i++) {
      for (int change : CHANGES) {
        byte[] changed = sample.clone();
        changed[i] = (byte) change;
        reader.accept(changed);
      }
      byte[] longer = Arrays.copyOf(sample, sample.length + 1);
      System.arraycopy(sample, i, longer, i + 1, sample.length - i);
      reader.accept(longer);
      reader.accept(Arrays.copyOf(sample, i));
    }
    byte[] twice = Arrays.copyOf(sample, 2 * sample.length);
    System.arraycopy(sample, 0, twice, sample.length, sample.length);
    reader.accept(twice);
  }
}
