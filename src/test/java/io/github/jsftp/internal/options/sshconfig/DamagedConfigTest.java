package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configurations in which some bytes have been changed, inserted or removed. */
class DamagedConfigTest {
  private static final int COUNT = 600;

  @TempDir private Path dir;

  @Test
  @Timeout(300)
  void areReadOrRefused() throws IOException {
    var configs = new ArrayList<GeneratedConfig>();
    for (int seed = 0; seed < 40; seed++) {
      configs.add(new GeneratedConfig(seed, dir.resolve(String.valueOf(seed))));
    }
    int refused = 0;
    for (int seed = 0; seed < COUNT; seed++) {
      GeneratedConfig generated = configs.get(seed % configs.size());
      byte[] damaged = damage(Files.readAllBytes(generated.main()), new Random(seed));
      Path file = Files.write(dir.resolve("damaged"), damaged);
      try {
        ConnectionOptions.fromSshConfig(generated.alias(), file);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContainingAny("\n", "\u001b");
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ":\n" + Files.readString(file), e);
      }
    }
    assertThat(refused).isBetween(COUNT / 10, COUNT - COUNT / 10);
  }

  private static byte[] damage(byte[] config, Random random) {
    byte[] damaged = config.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && damaged.length > 1; i++) {
      int at = random.nextInt(damaged.length);
      damaged[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> damaged[random.nextInt(damaged.length)];
            default -> (byte) "\"\\%${}~!*,=#\u001b/@:[] \t\n-+'".charAt(random.nextInt(24));
          };
      int from = random.nextInt(damaged.length);
      int to = Math.min(damaged.length, from + random.nextInt(8));
      if (random.nextBoolean()) {
        byte[] shorter = new byte[damaged.length - (to - from)];
        System.arraycopy(damaged, 0, shorter, 0, from);
        System.arraycopy(damaged, to, shorter, from, damaged.length - to);
        damaged = shorter;
      }
    }
    return damaged;
  }
}
