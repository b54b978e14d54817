package io.github.jsftp.internal.ssh.keys;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An ASN.1 element in DER encoding. All lengths are checked, also those of nested elements, so a
 * damaged length can't make a reader allocate more memory than the input has bytes.
 */
final class DerElement {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;

  private static final int CONSTRUCTED = 0x20;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_LENGTH_BYTES = 3;

  /**
   * The maximum length of an INTEGER in bytes, longer than in any real key. JSch takes very long
   * for longer numbers.
   */
  private static final int MAX_INTEGER_LENGTH = 4096;

  private final int tag;
  private final byte[] content;
  private final List<DerElement> children;

  private DerElement(int tag, byte[] content, List<DerElement> children) {
    this.tag = tag;
    this.content = content;
    this.children = children;
  }

  /**
   * Parses bytes that hold exactly one element.
   *
   * @throws UnusableKeyException if they do not
   */
  static DerElement of(byte[] bytes) throws UnusableKeyException {
    List<DerElement> all = all(ByteBuffer.wrap(bytes), 0);
    if (all.size() != 1) {
      throw UnusableKeyException.damaged();
    }
    return all.get(0);
  }

  /** Returns true if the bytes hold exactly one element. */
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
          || depth > MAX_DEPTH
          || (tag == INTEGER && length > MAX_INTEGER_LENGTH)) {
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
    if (count == 0 || count > MAX_LENGTH_BYTES || count > in.remaining()) {
      throw UnusableKeyException.damaged();
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (in.get() & 0xff);
    }
    return length;
  }

  /** Returns the tag byte, with the bits for the class and for constructed elements. */
  int tag() {
    return tag;
  }

  /** Returns the content bytes, without tag and length. */
  byte[] content() {
    return content;
  }

  /** Returns the nested elements; none if the element is primitive. */
  List<DerElement> children() {
    return children;
  }

  /**
   * Returns a nested element.
   *
   * @param expected the tag that it must have
   * @throws UnusableKeyException if there is no such element, or it has another tag
   */
  DerElement child(int index, int expected) throws UnusableKeyException {
    if (index >= children.size() || children.get(index).tag != expected) {
      throw UnusableKeyException.damaged();
    }
    return children.get(index);
  }

  /** Returns the value of an OBJECT IDENTIFIER in dotted notation. */
  String objectIdentifier() {
    var identifier = new StringBuilder();
    long number = 0;
    for (byte next : content) {
      number = (number << 7) | (next & 0x7f);
      if (next >= 0) {
        if (identifier.isEmpty()) {
          long first = Math.min(number / 40, 2);
          identifier.append(first).append('.').append(number - 40 * first);
        } else {
          identifier.append('.').append(number);
        }
        number = 0;
      }
    }
    return identifier.toString();
  }
}
