package io.github.jsftp.internal.ssh.auth;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An element of ASN.1 in DER. Every length in it has been checked, those of the elements inside
 * too, so that nobody who reads it can be led to ask for more memory than it has bytes.
 */
final class DerElement {
  static final int INTEGER = 0x02;
  static final int OCTETS = 0x04;
  static final int NAME = 0x06; // OBJECT IDENTIFIER
  static final int SEQUENCE = 0x30;

  private static final int CONSTRUCTED = 0x20;
  private static final int MOST_NESTED = 16;
  private static final int MOST_LENGTH_BYTES = 3;

  /** More than any key has; a number that is longer takes JSch very long. */
  private static final int LONGEST_NUMBER = 4096;

  private final int tag;
  private final byte[] content;
  private final List<DerElement> parts;

  private DerElement(int tag, byte[] content, List<DerElement> parts) {
    this.tag = tag;
    this.content = content;
    this.parts = parts;
  }

  /**
   * Reads bytes that are one element, and nothing else.
   *
   * @throws UnusableKeyException if they are not
   */
  static DerElement of(byte[] bytes) throws UnusableKeyException {
    List<DerElement> all = all(ByteBuffer.wrap(bytes), 0);
    if (all.size() != 1) {
      throw UnusableKeyException.damaged();
    }
    return all.get(0);
  }

  /** Returns true if bytes are one element, and nothing else. */
  static boolean isOne(byte[] bytes) {
    try {
      of(bytes);
      return true;
    } catch (UnusableKeyException e) {
      return false;
    }
  }

  private static List<DerElement> all(ByteBuffer in, int depth) throws UnusableKeyException {
    var all = new ArrayList<DerElement>();
    while (in.hasRemaining()) {
      int tag = in.get() & 0xff;
      int length = length(in);
      if (length > in.remaining()
          || depth > MOST_NESTED
          || (tag == INTEGER && length > LONGEST_NUMBER)) {
        throw UnusableKeyException.damaged();
      }
      byte[] content = new byte[length];
      in.get(content);
      boolean constructed = (tag & CONSTRUCTED) != 0;
      all.add(
          new DerElement(
              tag, content, constructed ? all(ByteBuffer.wrap(content), depth + 1) : List.of()));
    }
    return all;
  }

  private static int length(ByteBuffer in) throws UnusableKeyException {
    int first = in.hasRemaining() ? in.get() & 0xff : 0x80;
    int count = first & 0x7f;
    if (first < 0x80) {
      return first;
    }
    if (count == 0 || count > MOST_LENGTH_BYTES || count > in.remaining()) {
      throw UnusableKeyException.damaged();
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (in.get() & 0xff);
    }
    return length;
  }

  /** Returns the tag, with its class and the bit for constructed elements. */
  int tag() {
    return tag;
  }

  /** Returns the bytes after the length. */
  byte[] content() {
    return content;
  }

  /** Returns the elements inside, none if it is not constructed. */
  List<DerElement> parts() {
    return parts;
  }

  /**
   * Returns the element inside at a place.
   *
   * @throws UnusableKeyException if there is none, or it has another tag
   */
  DerElement part(int index, int expected) throws UnusableKeyException {
    if (index >= parts.size() || parts.get(index).tag != expected) {
      throw UnusableKeyException.damaged();
    }
    return parts.get(index);
  }

  /** Returns an OBJECT IDENTIFIER as numbers separated by dots. */
  String name() {
    var name = new StringBuilder();
    long number = 0;
    for (byte next : content) {
      number = (number << 7) | (next & 0x7f);
      if (next >= 0) {
        if (name.isEmpty()) {
          long first = Math.min(number / 40, 2);
          name.append(first).append('.').append(number - 40 * first);
        } else {
          name.append('.').append(number);
        }
        number = 0;
      }
    }
    return name.toString();
  }
}
