package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths and permissions are POSIX's")
class LoginSettingsTest {
  @TempDir private Path dir;

  @Test
  void keysThatExistAreTriedInOrder() throws IOException {
    Path first = Files.createFile(dir.resolve("first web"));
    Path second = Files.createFile(dir.resolve("second"));
    ConnectionOptions options =
        read(
            "IdentityFile \"" + dir + "/first %h\"",
            "IdentityFile " + dir + "/missing",
            "IdentityFile none",
            "IdentityFile " + second);
    assertThat(options.privateKeys())
        .extracting(each -> each.file().orElseThrow())
        .containsExactly(first, second);
    assertThat(options.agent()).contains(true);
  }

  @Test
  void keysThatCannotBeReadAreSkipped() throws IOException {
    Path key = Files.createFile(dir.resolve("key"));
    assertThat(read("IdentityFile " + dir, "IdentityFile " + key).privateKeys())
        .extracting(each -> each.file().orElseThrow())
        .containsExactly(key);
  }

  @Test
  void keysThatAreSetAfterwardsComeFirst() throws IOException {
    Path key = Files.createFile(dir.resolve("key"));
    ConnectionOptions options =
        read("IdentityFile " + key).toBuilder().privateKey(Path.of("a")).build().toBuilder()
            .privateKey(Path.of("b"))
            .build();
    assertThat(options.privateKeys())
        .extracting(each -> each.file().orElseThrow())
        .containsExactly(Path.of("a"), Path.of("b"), key);
  }

  @Test
  void publicHalfIsEnoughForTheAgent() throws IOException {
    Files.createFile(dir.resolve("key.pub"));
    assertThat(read("IdentityFile " + dir + "/key").privateKeys())
        .extracting(each -> each.file().orElseThrow())
        .containsExactly(dir.resolve("key"));
  }

  @Test
  void defaultKeysAreTriedIfTheFileNamesNone() throws IOException {
    assertThat(read("").defaultKeys()).contains(true);
    assertThat(read("IdentityFile none").defaultKeys()).contains(false);
    assertThat(read("IdentityFile " + dir + "/missing").defaultKeys()).contains(false);
  }

  @Test
  void certificatesThatExistAreOffered() throws IOException {
    Path certificate = Files.createFile(dir.resolve("web-cert.pub"));
    ConnectionOptions options =
        read("CertificateFile " + dir + "/%h-cert.pub", "CertificateFile " + dir + "/missing");
    assertThat(options.certificates()).containsExactly(certificate);
  }

  @Test
  void otherKeysOfTheAgentCanBeExcluded() throws IOException {
    assertThat(read("IdentitiesOnly yes").identitiesOnly()).isTrue();
    assertThat(read("IdentitiesOnly no").identitiesOnly()).isFalse();
  }

  @Test
  void listsOfAlgorithmsKeepTheirSign() throws IOException {
    ConnectionOptions options =
        read("PubkeyAcceptedAlgorithms -ssh-rsa*,*cert*", "Ciphers +aes*cbc,3des-cbc");
    assertThat(options.publicKeyAlgorithms()).containsExactly("-ssh-rsa*", "*cert*");
    assertThat(options.ciphers()).containsExactly("+aes*cbc", "3des-cbc");
  }

  @ParameterizedTest
  @CsvSource({
    "none,false,",
    "/run/%h,true,/run/web",
    "$JSFTP_NOT_SET,false,",
    "$HOME,true,${HOME}",
    "~/agent,true,~/agent",
  })
  void agentIsTheOneOfTheFile(String value, boolean used, String socket) throws IOException {
    ConnectionOptions options = read("IdentityAgent " + value);
    assertThat(options.agent()).contains(used);
    assertThat(options.agentSocket())
        .isEqualTo(
            Optional.ofNullable(socket)
                .map(
                    text ->
                        Path.of(
                            text.replace("~", System.getProperty("user.home"))
                                .replace("${HOME}", System.getenv("HOME")))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PreferredAuthentications password,publickey|password publickey",
        "PreferredAuthentications gssapi-with-mic,keyboard-interactive,x|gssapi-with-mic"
            + " keyboard-interactive",
        "PasswordAuthentication no|publickey keyboard-interactive",
        "PubkeyAuthentication no|password keyboard-interactive",
        "KbdInteractiveAuthentication no|publickey password",
        "NumberOfPasswordPrompts 0|publickey",
        "PasswordAuthentication yes|",
        "PreferredAuthentications publickey,password,keyboard-interactive|",
        "PubkeyAuthentication unbound|",
      })
  void methodsAreThoseThatAreNotSwitchedOff(String line, String methods) throws IOException {
    assertThat(read(line).authentications())
        .isEqualTo(methods == null ? List.of() : List.of(methods.split(" ")));
  }

  @Test
  void oneMethodMustBeLeft() {
    assertThatThrownBy(() -> read("PreferredAuthentications publickey", "PubkeyAuthentication no"))
        .isInstanceOf(IOException.class)
        .hasMessage("no method of authentication is left by the configuration for web");
  }

  @Test
  void promptsAreRepeatedAsOftenAsTheFileAllows() throws IOException {
    assertThat(read("NumberOfPasswordPrompts 7").numberOfPasswordPrompts()).isEqualTo(7);
    assertThat(read("NumberOfPasswordPrompts 1000").numberOfPasswordPrompts()).isEqualTo(100);
  }

  private ConnectionOptions read(String... lines) throws IOException {
    Path file = Files.write(dir.resolve("config"), List.of(lines));
    return ConnectionOptions.fromSshConfig("web", file);
  }
}
