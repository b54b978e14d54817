package io.github.jsftp.internal.ssh.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in OpenSSH, PEM or PKCS#8 format, found in the text of its file. As for ssh, what
 * stands before it and blanks at the ends of lines don't matter. Neither do line ends: variables of
 * the environment and YAML make blanks or "\n" of them.
 */
final class KeyText {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----");
  private static final Pattern HEADERS =
      Pattern.compile(
          "\\s*Proc-Type:\\s*4,ENCRYPTED\\s+DEK-Info:\\s*([A-Za-z0-9-]+),([0-9A-Fa-f]+)\\s");
  private static final Pattern PUBLIC =
      Pattern.compile(
          "(ssh-|ecdsa-|sk-)\\S+ AAAA.*|---- BEGIN SSH2 PUBLIC KEY.*|-----BEGIN (RSA )?PUBLIC"
              + " KEY.*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final String label;
  private final String cipher;
  private final byte[] iv;
  private final byte[] body;

  private KeyText(String label, String cipher, byte[] iv, byte[] body) {
    this.label = label;
    this.cipher = cipher;
    this.iv = iv;
    this.body = body;
  }

  /** Returns the text of a key file: line ends restored, and out of base64 if it is in that. */
  static String of(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1).strip();
    if (!text.contains("-----BEGIN ") && !text.startsWith(PuttyKey.START)) {
      try {
        byte[] decoded = Base64.getDecoder().decode(withoutBlanks(text));
        String inside = new String(decoded, StandardCharsets.ISO_8859_1).strip();
        if (inside.startsWith("-----BEGIN ") || inside.startsWith(PuttyKey.START)) {
          text = inside;
        }
      } catch (IllegalArgumentException e) {
        // Not base64.
      }
    }
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? text.replace("\\r", "").replace("\\n", "\n")
        : text;
  }

  /**
   * Finds the key.
   *
   * @throws UnusableKeyException if there is none
   */
  static KeyText find(String text) throws UnusableKeyException {
    Matcher begin = BEGIN.matcher(text);
    if (!begin.find()) {
      throw UnusableKeyException.noKey(
          PUBLIC.matcher(text.lines().findFirst().orElse("")).matches()
              ? "is a public key; the private one is needed"
              : "is not one in OpenSSH, PEM or PuTTY format");
    }
    String label = begin.group(1);
    int end = text.indexOf("-----END " + label + "-----", begin.end());
    if (end < 0) {
      throw UnusableKeyException.damaged();
    }
    String inside = text.substring(begin.end(), end);
    Matcher headers = HEADERS.matcher(inside);
    try {
      return headers.lookingAt()
          ? new KeyText(
              label,
              headers.group(1),
              HexFormat.of().parseHex(headers.group(2)),
              decoded(inside.substring(headers.end())))
          : new KeyText(label, "", new byte[0], decoded(inside));
    } catch (IllegalArgumentException e) {
      // Without the cause, which may quote the key.
      throw UnusableKeyException.damaged();
    }
  }

  /** Returns what stands after BEGIN, such as "RSA PRIVATE KEY". */
  String label() {
    return label;
  }

  /** Returns what the header DEK-Info names, empty without that header. */
  String cipher() {
    return cipher;
  }

  /** Returns the second half of the header DEK-Info. */
  byte[] iv() {
    return iv;
  }

  /** Returns the bytes between the labels. */
  byte[] body() {
    return body;
  }

  /**
   * Decodes base64 that may be cut into lines.
   *
   * @throws IllegalArgumentException if it is none
   */
  static byte[] decoded(String lines) {
    return Base64.getDecoder().decode(withoutBlanks(lines));
  }

  private static String withoutBlanks(String lines) {
    return BLANKS.matcher(lines).replaceAll("");
  }

  /** Writes such a key as JSch reads it. */
  static byte[] write(String label, byte[] body) {
    String lines = Base64.getEncoder().encodeToString(body);
    return ("-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
