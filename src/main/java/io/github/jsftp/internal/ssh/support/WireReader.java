package io.github.jsftp.internal.ssh.support;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data types of RFC 4251 from public keys, certificates and signatures. Every method
 * throws MalformedException if the input ends too early.
 */
public final class WireReader {
  private final ByteBuffer in;

  public WireReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  /** Thrown if bytes are not what they should be. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
      super(message);
    }
  }

  public byte[] string() throws MalformedException {
    need(Integer.BYTES);
    int length = in.getInt();
    if (length < 0) {
      throw new MalformedException("a length is too large");
    }
    return bytes(length);
  }

  public byte[] bytes(int length) throws MalformedException {
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  public String text() throws MalformedException {
    return new String(string(), StandardCharsets.UTF_8);
  }

  public BigInteger positiveNumber() throws MalformedException {
    byte[] bytes = string();
    var number = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    if (number.signum() <= 0) {
      throw new MalformedException("a number is not positive");
    }
    return number;
  }

  public long uint64() throws MalformedException {
    need(Long.BYTES);
    return in.getLong();
  }

  public int uint32() throws MalformedException {
    need(Integer.BYTES);
    return in.getInt();
  }

  public int position() {
    return in.position();
  }

  public boolean hasMore() {
    return in.hasRemaining();
  }

  public void end() throws MalformedException {
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
