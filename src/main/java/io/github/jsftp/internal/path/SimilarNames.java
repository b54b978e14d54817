package io.github.jsftp.internal.path;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A set of names, in which names are found that some file system takes for the same: those that
 * differ only in case, in the form of Unicode characters, or in dots and blanks at the end. It
 * holds a hash of each name, so that large directories cost little. A hit has to be checked.
 */
public final class SimilarNames {
  private static final int MIN_CAPACITY = 16;

  private int[] hashes = new int[MIN_CAPACITY]; // 0 is a free place
  private int size;

  /** Returns a text that similar names have in common. */
  public static String key(String name) {
    String plain =
        isAscii(name)
            ? name
            : Normalizer.normalize(name, Normalizer.Form.NFKC)
                .replaceAll("\\p{Cf}", "")
                .toUpperCase(Locale.ROOT);
    String lower = plain.toLowerCase(Locale.ROOT);
    int end = lower.length();
    while (end > 0 && (lower.charAt(end - 1) == '.' || lower.charAt(end - 1) == ' ')) {
      end--;
    }
    return lower.substring(0, end);
  }

  /** Adds the text that a name has in common with others; returns false if it is there. */
  public boolean add(String key) {
    int place = slot(key);
    if (hashes[place] != 0) {
      return false;
    }
    hashes[place] = hash(key);
    size++;
    if (size > hashes.length / 2) {
      grow();
    }
    return true;
  }

  /** Returns true if such a text was added, and in rare cases if it was not. */
  public boolean mayContain(String key) {
    return hashes[slot(key)] != 0;
  }

  private void grow() {
    int[] old = hashes;
    hashes = new int[old.length * 2];
    for (int hash : old) {
      if (hash != 0) {
        hashes[slot(hash)] = hash;
      }
    }
  }

  private int slot(String key) {
    return slot(hash(key));
  }

  private int slot(int hash) {
    int place = hash & (hashes.length - 1);
    while (hashes[place] != 0 && hashes[place] != hash) {
      place = (place + 1) & (hashes.length - 1);
    }
    return place;
  }

  private static int hash(String key) {
    int hash = key.hashCode() * 0x9E3779B9;
    hash ^= hash >>> 16;
    return hash == 0 ? 1 : hash;
  }

  private static boolean isAscii(String name) {
    return name.chars().allMatch(c -> c < 0x80);
  }
}
