package io.github.jsftp.internal.ssh.keys;

import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The line of a public key or a certificate in OpenSSH format, as in {@code id_ed25519.pub}. */
public final class PublicKeyText {
  private static final Pattern LINE =
      Pattern.compile("\\s*(\\S+)[ \t]+(AAAA[A-Za-z0-9+/=]+)\\s?.*");

  private PublicKeyText() {}

  /**
   * Returns the bytes of the public key or certificate on the first line, or null if there is none.
   */
  public static byte @Nullable [] decode(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    Matcher line = LINE.matcher(text.lines().findFirst().orElse(""));
    if (!line.matches()) {
      return null;
    }
    try {
      byte[] key = Base64.getDecoder().decode(line.group(2));
      return Fingerprint.type(key).equals(line.group(1)) ? key : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
