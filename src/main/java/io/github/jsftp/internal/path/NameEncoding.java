package io.github.jsftp.internal.path;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Converts names between bytes and text without loss. A byte from 0x80 on that is invalid in the
 * charset becomes an unpaired surrogate from U+DC80 on, as in Python. Bytes below 0x80 are never
 * escaped, so no escape represents a slash, a dot or a NUL. Each name has only one text: any other
 * text that would encode to the same bytes is rejected.
 */
public final class NameEncoding {
  private static final char ESCAPE = 0xdc00; // plus the byte
  private static final char REPLACEMENT = 0xfffd;

  private NameEncoding() {}

  /** Returns true if the charset encodes the special characters of paths as ASCII does. */
  public static boolean isUsable(Charset charset) {
    String special = "/.\\*?";
    return charset.canEncode()
        && Arrays.equals(special.getBytes(charset), special.getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns the text of a name or path. */
  public static String decode(byte[] bytes, Charset charset) {
    String text = new String(bytes, charset);
    boolean isUnicode = charset.equals(StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0 && (isUnicode || isExact(text, charset, bytes))) {
      return text;
    }
    String escaped = escaped(bytes, charset);
    // Some charsets decode several byte sequences to a character, but encode it to only one.
    return isUnicode || isExact(escaped, charset, bytes)
        ? escaped
        : escaped(bytes, StandardCharsets.US_ASCII);
  }

  /**
   * Returns text that contains names, such as a list of them. In it other bytes may have the same
   * text, as in charsets with several codes of one character.
   */
  public static String text(byte[] bytes, Charset charset) {
    String text = new String(bytes, charset);
    return text.indexOf(REPLACEMENT) < 0 ? text : escaped(bytes, charset);
  }

  /**
   * Returns the bytes of a name or path.
   *
   * @throws CharacterCodingException if the text can't be encoded, or if its bytes belong to
   *     another text
   */
  public static byte[] encode(String text, Charset charset) throws CharacterCodingException {
    if (charset.equals(StandardCharsets.UTF_8) && !hasSurrogates(text)) {
      return text.getBytes(charset); // faster, and UTF-8 encodes all text without surrogates
    }
    byte[] bytes = unescaped(text, charset);
    if (!decode(bytes, charset).equals(text)) {
      throw new MalformedInputException(text.length());
    }
    return bytes;
  }

  private static boolean isExact(String text, Charset charset, byte[] bytes) {
    try {
      return Arrays.equals(unescaped(text, charset), bytes);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String escaped(byte[] bytes, Charset charset) {
    var decoder = charset.newDecoder();
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate((int) (bytes.length * (double) decoder.maxCharsPerByte()) + 1);
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        byte wrong = in.get();
        out.put(wrong < 0 ? (char) (ESCAPE + (wrong & 0xff)) : REPLACEMENT);
        decoder.reset();
      }
    }
    return out.flip().toString();
  }

  private static byte[] unescaped(String text, Charset charset) throws CharacterCodingException {
    var encoder = charset.newEncoder();
    var in = CharBuffer.wrap(text);
    var out = ByteBuffer.allocate((int) (text.length() * (double) encoder.maxBytesPerChar()) + 16);
    while (in.hasRemaining()) {
      CoderResult result = encoder.encode(in, out, true);
      if (result.isError()) {
        char c = in.get();
        if (c < ESCAPE + 0x80 || c > ESCAPE + 0xff) {
          result.throwException();
        }
        out.put((byte) c);
        encoder.reset();
      }
    }
    encoder.encode(CharBuffer.allocate(0), out, true);
    encoder.flush(out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
