package io.github.jsftp.internal.ssh.hostkeys;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data types of RFC 4251 from public keys, certificates and signatures. Every method
 * throws MalformedException if the input ends too early.
 */
final class WireReader {
  private final ByteBuffer in;

  WireReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  /** Thrown if bytes are not what they should be. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  byte[] string() throws MalformedException {
    need(Integer.BYTES);
    int length = in.getInt();
    if (length < 0) {
      throw new MalformedException("a length is too large");
    }
    return bytes(length);
  }

  byte[] bytes(int length) throws MalformedException {
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  String text() throws MalformedException {
    return new String(string(), StandardCharsets.UTF_8);
  }

  BigInteger positiveNumber() throws MalformedException {
    byte[] bytes = string();
    var number = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    if (number.signum() <= 0) {
      throw new MalformedException("a number is not positive");
    }
    return number;
  }

  long uint64() throws MalformedException {
    need(Long.BYTES);
    return in.getLong();
  }

  int uint32() throws MalformedException {
    need(Integer.BYTES);
    return in.getInt();
  }

  int position() {
    return in.position();
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  void end() throws MalformedException {
    if (in.hasRemaining()) {
      throw new MalformedException("there are " + in.remaining() + " bytes too many");
    }
  }

  private void need(int length) throws MalformedException {
    if (length > in.remaining()) {
      throw new MalformedException("it ends too early");
    }
  }
}
