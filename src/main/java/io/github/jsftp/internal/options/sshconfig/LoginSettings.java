package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** The settings about keys, the agent and the methods of authentication. */
final class LoginSettings {
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  /** ssh's methods of authentication. The first two are not supported. */
  private static final Set<String> METHODS =
      Set.of("gssapi-with-mic", "hostbased", "publickey", "password", "keyboard-interactive");

  private static final String DEFAULT_METHODS = "publickey,password,keyboard-interactive";

  private static final Map<String, String> SWITCHES =
      Map.of(
          "publickey", "PubkeyAuthentication",
          "password", "PasswordAuthentication",
          "keyboard-interactive", "KbdInteractiveAuthentication");

  private LoginSettings() {}

  static void apply(SshConfig config, ConnectionOptions.Builder builder) throws IOException {
    applyKeys(config, builder);
    applyMethods(config, builder);
  }

  private static void applyKeys(SshConfig config, ConnectionOptions.Builder builder)
      throws IOException {
    for (Setting setting : config.settings().all("IdentityFile")) {
      if (!setting.isNone()) {
        addKey(config.files(setting).get(0), setting, builder);
      }
    }
    for (Setting setting : config.settings().all("CertificateFile")) {
      Path file = config.files(setting).get(0);
      if (Files.exists(file)) {
        builder.certificate(file);
      }
    }
    config.apply("IdentitiesOnly", choice -> builder.identitiesOnly(choice.equals("yes")));
    config.apply("PubkeyAcceptedAlgorithms", names -> builder.publicKeyAlgorithms(names));
    builder.defaultKeys(config.settings().all("IdentityFile").isEmpty());
    Setting agent = config.settings().first("IdentityAgent");
    if (agent != null && agent.isNone()) {
      builder.agent(false);
    } else if (agent != null && !agent.value().equals(VARIABLE)) {
      applyAgent(config, builder, agent);
    } else {
      builder.agent(true);
    }
  }

  /** Adds a private key. Like ssh, skips one that is missing or can't be read. */
  private static void addKey(Path file, Setting setting, ConnectionOptions.Builder builder) {
    if (!Files.exists(file)) {
      if (Files.exists(Path.of(file + ".pub"))) {
        builder.privateKey(file); // an agent may have the other half
      }
    } else if (Files.isReadable(file) && !Files.isDirectory(file)) {
      builder.privateKey(file);
    } else if (setting.line() != null) {
      SshConfigOptions.logOnce(setting.line().where() + ": can't read the private key " + file);
    }
  }

  private static void applyAgent(SshConfig config, ConnectionOptions.Builder builder, Setting agent)
      throws IOException {
    String value = agent.value();
    if (value.startsWith("$") && !value.startsWith("${")) {
      value = config.account().environment().getOrDefault(value.substring(1), "");
      if (value.isEmpty()) { // ssh has no agent then
        builder.agent(false);
        return;
      }
      builder.agent(SshConfig.file(value, agent));
    } else {
      builder.agent(config.files(agent).get(0));
    }
  }

  /** Sets the methods if they differ from the default. Like ssh, skips unknown names. */
  private static void applyMethods(SshConfig config, ConnectionOptions.Builder builder)
      throws IOException {
    Settings settings = config.settings();
    boolean prompts = !settings.value("NumberOfPasswordPrompts", "3").equals("0");
    var methods = new ArrayList<String>();
    for (String method :
        settings.value("PreferredAuthentications", DEFAULT_METHODS).split(",", -1)) {
      String enabled = settings.value(SWITCHES.getOrDefault(method, ""), "yes");
      boolean isEnabled = !enabled.equals("no") && !enabled.equals("false");
      if (METHODS.contains(method) && isEnabled && (prompts || method.equals("publickey"))) {
        methods.add(method);
      }
    }
    if (methods.stream().noneMatch(SWITCHES::containsKey)) {
      throw new IOException(
          "no method of authentication is left by the configuration for " + config.host());
    }
    if (!String.join(",", methods).equals(DEFAULT_METHODS)) {
      builder.authentications(methods.toArray(String[]::new));
    }
    if (prompts) {
      config.apply(
          "NumberOfPasswordPrompts",
          number -> builder.numberOfPasswordPrompts(Math.min(100, Integer.parseInt(number))));
    }
  }
}
