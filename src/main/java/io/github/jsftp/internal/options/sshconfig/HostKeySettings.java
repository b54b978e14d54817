package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings about trust in the server. */
final class HostKeySettings {
  /** As in the file, this word stands for no file. */
  private static final Path NONE = Path.of("none");

  private static final Path NOWHERE = Path.of(File.separatorChar == '\\' ? "NUL" : "/dev/null");

  private HostKeySettings() {}

  /**
   * Unlike ssh, never accepts a changed key, not even with "no" or "off", and never asks. Unknown
   * keys are accepted where ssh accepts them without asking.
   */
  static void apply(SshConfig config, ConnectionOptions.Builder builder) throws IOException {
    Setting users = config.settings().first("UserKnownHostsFile");
    Setting systems = config.settings().first("GlobalKnownHostsFile");
    Path[] files = {};
    if (users != null || systems != null) {
      files =
          Stream.concat(
                  knownHosts(config, users, SshDirectory.files("known_hosts", "known_hosts2"))
                      .stream(),
                  knownHosts(
                      config,
                      systems,
                      SshDirectory.systemFiles("ssh_known_hosts", "ssh_known_hosts2"))
                      .stream())
              .toArray(Path[]::new);
    }
    String strict = config.settings().value("StrictHostKeyChecking", "ask");
    if (strict.equals("true") || strict.equals("ask")) {
      builder.knownHosts(files);
    } else {
      if (files.length > 0 && files[0].equals(NONE)) {
        files[0] = NOWHERE; // new keys are accepted, but added to no file
      }
      builder.hostKeys(HostKeys.acceptNew(files));
    }
    config.apply("HostKeyAlias", alias -> builder.hostKeyAlias(alias.toLowerCase(Locale.ROOT)));
    Setting revoked = config.settings().first("RevokedHostKeys");
    if (revoked != null && !revoked.isNone()) {
      builder.revokedHostKeys(config.files(revoked).toArray(Path[]::new));
    }
  }

  private static List<Path> knownHosts(
      SshConfig config, @Nullable Setting setting, List<Path> missing) throws IOException {
    if (setting == null) {
      return missing;
    }
    return setting.isNone() ? List.of(NONE) : config.files(setting);
  }
}
