package io.github.jsftp.internal.ssh.keys;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks private keys in PuTTY's format. */
final class PuttyKey {
  static final String START = "PuTTY-User-Key-File-";

  private static final String PUBLIC = "Public-Lines";
  private static final String PRIVATE = "Private-Lines";
  private static final String ENCRYPTION = "Encryption";
  private static final List<String> ARGON2_NUMBERS =
      List.of("Argon2-Memory", "Argon2-Passes", "Argon2-Parallelism");

  /**
   * The largest number accepted, also for Argon2's memory in KiB. PuTTY's default for that is
   * 8,192.
   */
  private static final int MAX_NUMBER = 65_536;

  private final Map<String, String> headers = new LinkedHashMap<>();

  /**
   * Returns the key in a form that JSch reads, re-encoded so that it contains only what was
   * checked.
   *
   * @throws UnusableKeyException if the text is not a valid key
   */
  static byte[] checked(String text) throws UnusableKeyException {
    List<String> lines = text.lines().map(String::stripTrailing).toList();
    if (lines.size() == 1) {
      throw UnusableKeyException.noKey("has lost its line breaks, which PuTTY's format needs");
    }
    try {
      return new PuttyKey().rewrite(lines).getBytes(StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The cause is omitted, since it may contain parts of the key.
      throw UnusableKeyException.damaged();
    }
  }

  private String rewrite(List<String> lines) throws UnusableKeyException {
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String[] header = lines.get(i).split(":", 2);
      String value = header[1].strip();
      headers.put(header[0], value);
      if (header[0].equals(PUBLIC) || header[0].equals(PRIVATE)) {
        int count = number(value);
        byte[] body = KeyText.decoded(String.join("", lines.subList(i + 1, i + 1 + count)));
        if (header[0].equals(PUBLIC)) {
          SshStrings.check(body);
        }
        value = "1\n" + Base64.getEncoder().encodeToString(body);
        i += count;
      }
      text.append(header[0]).append(": ").append(value).append('\n');
    }
    checkHeaders();
    return text.toString();
  }

  private void checkHeaders() throws UnusableKeyException {
    String version = headers.keySet().iterator().next();
    String encryption = headers.getOrDefault(ENCRYPTION, "");
    boolean third = version.equals(START + "3");
    if (!third && !version.equals(START + "2")) {
      throw UnusableKeyException.noKey("is in an unsupported version of PuTTY's format");
    }
    if (!headers.keySet().containsAll(List.of("Comment", PUBLIC, PRIVATE))
        || !(encryption.equals("none") || encryption.equals("aes256-cbc"))) {
      throw UnusableKeyException.damaged();
    }
    if (third && !encryption.equals("none")) {
      for (String name : ARGON2_NUMBERS) {
        number(headers.getOrDefault(name, ""));
      }
    }
  }

  private static int number(String text) {
    int number = Integer.parseInt(text);
    if (number < 1 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("out of bounds");
    }
    return number;
  }
}
