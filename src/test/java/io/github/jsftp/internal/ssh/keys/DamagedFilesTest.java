package io.github.jsftp.internal.ssh.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.KeyPair;
import io.github.jsftp.internal.ssh.hostkeys.KnownHosts;
import io.github.jsftp.testing.Damage;
import io.github.jsftp.testing.SmallHeap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged files are read or refused without using much memory or time. */
@Timeout(300)
class DamagedFilesTest {
  private static final int MEBIBYTES = 128;

  @Test
  void keysNeedLittleMemory() throws Exception {
    assertThat(SmallHeap.run(MEBIBYTES, Keys.class)).matches("[1-9]\\d* refused, [1-9]\\d* read");
  }

  @Test
  void knownHostsNeedLittleMemory() throws Exception {
    assertThat(SmallHeap.run(MEBIBYTES, Hosts.class)).matches("[1-9]\\d* read");
  }

  /** Reads keys with damage to the text, and to the bytes that it encodes. */
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

    /** The text of larger keys is not damaged, which would take long and test nothing new. */
    private static final int SMALL = 500;

    private static int refused;
    private static int read;

    public static void main(String[] args) throws Exception {
      for (String name : SAMPLES) {
        byte[] sample = KeyFileTest.sample(name);
        String text = new String(sample, StandardCharsets.ISO_8859_1);
        // OpenSSH's key derivation is slow, and a damaged number of rounds may be much larger.
        String passphrase = text.contains("OPENSSH") ? "" : KeyFileTest.PASSPHRASE;
        boolean whole = name.contains("ppk") || text.contains("DEK-Info");
        if (whole || sample.length < SMALL) {
          Damage.of(sample, damaged -> read(damaged, passphrase));
        }
        if (!whole) {
          KeyText key = KeyText.find(KeyText.of(sample));
          Damage.of(key.body(), body -> read(KeyText.write(key.label(), body), passphrase));
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
      Damage.of(SAMPLE.getBytes(StandardCharsets.ISO_8859_1), Hosts::read);
      System.out.println(read + " read");
    }

    private static void read(byte[] file) {
      try {
        var known = new KnownHosts(HOSTS);
        known.read(new ByteArrayInputStream(file), Path.of("known_hosts"));
        for (String host : HOSTS) {
          for (KnownHosts.Marker marker : KnownHosts.Marker.values()) {
            known.about(host, marker);
          }
        }
        read++;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
