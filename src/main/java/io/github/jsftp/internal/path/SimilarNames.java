package io.github.jsftp.internal.path;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A set that finds names which some file system considers equal: names that differ only in case, in
 * Unicode normalization, or in trailing dots and spaces. It stores one hash for each name, so large
 * directories use little memory. A hit has to be verified.
 */
public final class SimilarNames {
  private static final int MIN_CAPACITY = 16;

  private int[] hashes = new int[MIN_CAPACITY]; // 0 marks a free slot
  private int size;

  /** Returns the key of a name, which is equal for all similar names. */
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

  /** Adds a key; returns false if it is already there. */
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

  /** Returns true if the key was added, and in rare cases if it was not. */
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
