package io.github.jsftp.internal.ssh.keys;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in OpenSSH, PEM or PKCS#8 format. As in ssh, text before the key and blanks at line
 * ends are ignored. Line breaks may also be blanks or a literal "\n", as environment variables and
 * YAML produce them.
 */
final class KeyText {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----");
  private static final String HEADERS =
      "\\s*Proc-Type:\\s*4,ENCRYPTED\\s+DEK-Info:\\s*([A-Za-z0-9-]+),([0-9A-Fa-f]+)\\s";
  private static final String PUBLIC =
      "(ssh-|ecdsa-|sk-)\\S+ AAAA.*|---- BEGIN SSH2 PUBLIC KEY.*|-----BEGIN (RSA )?PUBLIC KEY.*";
  private static final String CERTIFICATE = "\\S+-cert-v\\d+@openssh\\.com AAAA.*";
  private static final char DER_SEQUENCE = '0';
  private static final String BLANKS = " \t\n\u000b\f\r";

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

  /**
   * Returns the text of a key file, decoded if all of it is base64, and with literal "\n" turned
   * into line breaks.
   */
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
        // The text is not base64.
      }
    }
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? text.replace("\\r", "").replace("\\n", "\n")
        : text;
  }

  /**
   * Finds the key in a text.
   *
   * @throws UnusableKeyException if there is none, or it is damaged
   */
  static KeyText find(String text) throws UnusableKeyException {
    Matcher begin = BEGIN.matcher(text);
    if (!begin.find()) {
      throw UnusableKeyException.noKey(whatItIs(text));
    }
    String label = begin.group(1);
    int end = text.indexOf("-----END " + label + "-----", begin.end());
    if (end < 0) {
      throw UnusableKeyException.damaged();
    }
    String inside = text.substring(begin.end(), end);
    try {
      if (inside.indexOf(':') < 0) {
        return new KeyText(label, "", new byte[0], decoded(inside));
      }
      Matcher headers = Pattern.compile(HEADERS).matcher(inside);
      return headers.lookingAt()
          ? new KeyText(
              label,
              headers.group(1),
              HexFormat.of().parseHex(headers.group(2)),
              decoded(inside.substring(headers.end())))
          : new KeyText(label, "", new byte[0], decoded(inside));
    } catch (IllegalArgumentException e) {
      // The cause is omitted, since it may contain parts of the key.
      throw UnusableKeyException.damaged();
    }
  }

  /** Returns what a text without a private key is, to follow its name. */
  private static String whatItIs(String text) {
    String first = text.lines().findFirst().orElse("");
    if (text.isEmpty()) {
      return "is empty";
    }
    if (first.matches(CERTIFICATE)) {
      return "is a certificate; give the private key here, and the certificate by certificate(..)";
    }
    if (first.matches(PUBLIC)) {
      return "is a public key; the private one is needed";
    }
    if (text.contains("-----BEGIN CERTIFICATE-----")) {
      return "is an X.509 certificate; the private key is needed";
    }
    return text.charAt(0) == DER_SEQUENCE
        ? "is in a binary format, such as PKCS#12 or DER; openssl pkcs12 -nocerts or openssl pkey"
            + " -inform DER writes it as PEM"
        : "is not in OpenSSH, PEM or PuTTY format";
  }

  /** Returns the label of the BEGIN line, such as "RSA PRIVATE KEY". */
  String label() {
    return label;
  }

  /** Returns the cipher from the DEK-Info header, or "" if there is no such header. */
  String cipher() {
    return cipher;
  }

  /** Returns the initialization vector from the DEK-Info header. */
  byte[] iv() {
    return iv;
  }

  /** Returns the decoded bytes between the BEGIN and END lines. */
  byte[] body() {
    return body;
  }

  /**
   * Decodes base64, ignoring line breaks and blanks.
   *
   * @throws IllegalArgumentException if the text is not base64
   */
  static byte[] decoded(String lines) {
    return Base64.getDecoder().decode(withoutBlanks(lines));
  }

  private static String withoutBlanks(String lines) {
    var text = new StringBuilder(lines.length());
    for (int i = 0; i < lines.length(); i++) {
      if (BLANKS.indexOf(lines.charAt(i)) < 0) {
        text.append(lines.charAt(i));
      }
    }
    return text.toString();
  }

  /** Encodes a key in the form that JSch reads. */
  static byte[] write(String label, byte[] body) {
    String lines = Base64.getEncoder().encodeToString(body);
    return ("-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
