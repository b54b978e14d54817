package io.github.jsftp.internal.ssh.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlgorithmListTest {
  private static final List<String> LISTS =
      List.of(
          "ssh-ed25519",
          "ssh-rsa,ssh-ed25519,ssh-rsa",
          "+ssh-rsa",
          "+ssh-ed25519,ssh-rsa",
          "+ssh-dss*",
          "+ssh-rsa*,*dss*",
          "^ssh-rsa",
          "^rsa-sha2-256,ssh-ed25519",
          "^rsa-*",
          "^ssh-???",
          "-ssh-ed25519",
          "-*cert*",
          "-*cert*,sk-*",
          "-none-such",
          "-ecdsa-sha2-nistp???",
          "-rsa-sha2-*,ecdsa*256",
          "*",
          "ssh-*,*",
          "rsa-sha2-???,*nistp*",
          "*cert*",
          "e*-*2*-*5*6");

  @Test
  void assemblesListsAsSshDoes() throws IOException {
    List<String> known = Users.run("ssh", "-Q", "HostKeyAlgorithms").lines().toList();
    List<String> defaults = effective();
    for (String list : LISTS) {
      assertThat(AlgorithmList.of(List.of(list.split(","))).assemble(defaults, known))
          .as(list)
          .isEqualTo(effective("-o", "HostKeyAlgorithms=" + list));
    }
  }

  @Test
  void tellsTheNamesThatNothingMatches() {
    List<String> known = List.of("aes128-ctr", "aes256-ctr");
    assertThat(AlgorithmList.of(List.of("+aes128-ctr", "aes512", "b*")).unknown(known))
        .containsExactly("aes512", "b*");
    assertThat(AlgorithmList.of(List.of("-aes512")).unknown(known)).isEmpty();
  }

  /** Returns the host key algorithms that ssh offers. */
  private static List<String> effective(String... options) throws IOException {
    String[] command = new String[options.length + 5];
    System.arraycopy(new String[] {"ssh", "-F", "none", "-G"}, 0, command, 0, 4);
    System.arraycopy(options, 0, command, 4, options.length);
    command[command.length - 1] = "host";
    return Users.run(command)
        .lines()
        .filter(line -> line.startsWith("hostkeyalgorithms "))
        .map(line -> List.of(line.split(" ", 2)[1].split(",", -1)))
        .findFirst()
        .orElseThrow();
  }
}
