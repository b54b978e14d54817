import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.UUID;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SFTP server inside this process: Apache MINA SSHD on a free port of the loopback interface,
 * with a folder as its root, one user with a random password, and a host key made for this run.
 */
final class EmbeddedServer implements AutoCloseable {
  private final SshServer server;
  private final ConnectionOptions options;

  private EmbeddedServer(SshServer server, ConnectionOptions options) {
    this.server = server;
    this.options = options;
  }

  static EmbeddedServer start(Path root) throws IOException, GeneralSecurityException {
    String password = UUID.randomUUID().toString();
    KeyPair hostKey = KeyPairGenerator.getInstance("EC").generateKeyPair();
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPasswordAuthenticator(
        (user, given, session) -> user.equals("me") && given.equals(password));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    server.start();
    ConnectionOptions options =
        ConnectionOptions.builder(server.getHost())
            .port(server.getPort())
            .username("me")
            .password(password)
            .hostKeys(HostKeys.fingerprint(KeyUtils.getFingerPrint(hostKey.getPublic())))
            .build();
    return new EmbeddedServer(server, options);
  }

  /** Returns what it takes to connect, the host key pinned. */
  ConnectionOptions options() {
    return options;
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
