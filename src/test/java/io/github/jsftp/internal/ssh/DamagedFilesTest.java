package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.KeyPair;
import io.github.jsftp.testing.SmallHeap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Damaged files are read, or refused, and take neither memory nor time. */
class DamagedFilesTest {
  private static final int MEBIBYTES = 128;
  private static final List<Integer> CHANGES = List.of(0x7f, 0x84, 0xff, (int) 'A');

  @Test
  void keysAskForNoMoreMemoryThanTheyHaveBytes() throws Exception {
    assertThat(SmallHeap.run(MEBIBYTES, Keys.class)).matches("[1-9]\\d* refused, [1-9]\\d* read");
  }

  @Test
  void knownHostsAskForNoMoreMemoryThanTheyHaveBytes() throws Exception {
    assertThat(SmallHeap.run(MEBIBYTES, Hosts.class)).matches("[1-9]\\d* read");
  }

  /** Calls back with every byte of a sample changed, doubled, and with the sample cut there. */
  private static void damage(byte[] sample, Consumer<byte[]> reader) {
    for (int i = 0; i < sample.length; i++) {
      for (int change : CHANGES) {
        byte[] changed = sample.clone();
        changed[i] = (byte) change;
        reader.accept(changed);
      }
      byte[] longer = Arrays.copyOf(sample, sample.length + 1);
      System.arraycopy(sample, i, longer, i + 1, sample.length - i);
      reader.accept(longer);
      reader.accept(Arrays.copyOf(sample, i));
    }
    byte[] twice = Arrays.copyOf(sample, 2 * sample.length);
    System.arraycopy(sample, 0, twice, sample.length, sample.length);
    reader.accept(twice);
  }

  /** Reads damaged keys: damage to the text, and to the bytes that it encodes. */
  static final class Keys {
    private static final List<String> SAMPLES =
        List.of(
            "ed25519",
            "ed25519-enc",
            "gcm",
            "ec",
            "dsa-pem",
            "rsa",
            "rsa-pem",
            "rsa-pem-des3",
            "ec-pem",
            "ec-pem-aes",
            "ec-pkcs8",
            "ec-pkcs8-enc",
            "ed25519-pkcs8",
            "rsa-pkcs8",
            "ed25519-ppk2",
            "ed25519-ppk3-enc",
            "ec-ppk3",
            "rsa-ppk2-enc");

    private static int refused;
    private static int read;

    public static void main(String[] args) throws Exception {
      for (String name : SAMPLES) {
        byte[] sample = KeyFileTest.sample(name);
        String text = new String(sample, StandardCharsets.ISO_8859_1);
        // OpenSSH's rounds are slow, and changed ones may be many more.
        String passphrase = text.contains("OPENSSH") ? "" : KeyFileTest.PASSPHRASE;
        damage(sample, damaged -> read(damaged, passphrase));
        if (!name.contains("ppk") && !text.contains("DEK-Info")) {
          KeyText key = KeyText.find(KeyText.of(sample));
          damage(key.body(), body -> read(KeyText.write(key.label(), body), passphrase));
        }
      }
      System.out.println(refused + " refused, " + read + " read");
    }

    private static void read(byte[] file, String passphrase) {
      try {
        KeyPair key = KeyFile.read(file, passphrase);
        key.getPublicKeyBlob();
        if (read++ % 100 == 0) {
          key.getSignature(new byte[32]);
        }
      } catch (UnusableKeyException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(new String(file, StandardCharsets.ISO_8859_1), e);
      }
    }
  }

  /** Reads damaged known_hosts files. */
  static final class Hosts {
    private static final String KEY =
        "AAAAC3NzaC1lZDI1NTE5AAAAIPDxAyFyX8r4gCMxsrqYFFwCySa6k0oGvrdmlnEMsHVn";
    private static final String SAMPLE =
        "# comment\n|1|jRlgIDAqMJKc4GGLVRiVfAV6Hzk=|VRXVp4Z3FUvYKzYcQGXGAGCHzqM= ssh-ed25519 "
            + KEY
            + "\n@revoked [host]:2222,*.example.com,!a?b ssh-ed25519 "
            + KEY
            + " me\n@cert-authority * ssh-ed25519 "
            + KEY
            + "\n";

    private static final List<String> HOSTS = List.of("[host]:2222", "a.example.com", "b");

    private static int read;

    public static void main(String[] args) {
      damage(SAMPLE.getBytes(StandardCharsets.ISO_8859_1), Hosts::read);
      System.out.println(read + " read");
    }

    private static void read(byte[] file) {
      try {
        var known = new KnownHosts(HOSTS);
        known.read(new ByteArrayInputStream(file), Path.of("known_hosts"));
        for (String host : HOSTS) {
          known.about(host).forEach(KnownHosts.Line::blob);
        }
        read++;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
