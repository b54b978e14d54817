package io.github.jsftp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.sshd.common.file.nativefs.NativeFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** Apache MINA SSHD inside this JVM, through {@link TestSftpServer}. */
public final class MinaServer implements TestServer {
  /** One for all servers of this JVM, since generating it takes longer than most tests. */
  private static final KeyPair RSA = Keys.rsa();

  /** The default length of handles in MINA, in bytes. */
  public static final int USUAL_HANDLE_BYTES = 4;

  /** The length of handles in tests, in bytes. */
  public static final int HANDLE_BYTES = 16;

  private final Path folder;
  private final Path home;
  private final TestSftpServer embedded;
  private final List<PublicHostKey> hostKeys;
  private final Path knownHosts;

  /** Starts a server of its own with the usual settings. */
  public static MinaServer start() throws IOException {
    return start(server -> {});
  }

  /** Starts a server of its own; the settings given are applied last, just before it starts. */
  public static MinaServer start(Consumer<SshServer> settings) throws IOException {
    return new MinaServer(settings);
  }

  private MinaServer(Consumer<SshServer> settings) throws IOException {
    folder = Folders.createTemporary("jsftp-mina-");
    home = Files.createDirectory(folder.resolve("home"));
    try {
      embedded =
          TestSftpServer.builder().root(home).configure(mina -> start(mina, settings)).start();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    hostKeys = shownKeys();
    knownHosts =
        PublicHostKey.writeKnownHosts(folder.resolve("known_hosts"), host(), port(), hostKeys);
  }

  /** Serves the whole file system, from the home directory, with host keys of its own. */
  private void start(SshServer server, Consumer<SshServer> settings) {
    server.setKeyPairProvider(KeyPairProvider.wrap(Keys.ecdsa(), RSA));
    server.setFileSystemFactory(NativeFileSystemFactory.INSTANCE);
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    server
        .getSubsystemFactories()
        .forEach(
            sftp -> ((SftpSubsystemFactory) sftp).setFileSystemAccessor(new StartsAtHome(home)));
    settings.accept(server);
  }

  private List<PublicHostKey> shownKeys() throws IOException {
    var shown = new ArrayList<PublicHostKey>();
    try {
      for (KeyPair pair : unwrap().getKeyPairProvider().loadKeys(null)) {
        shown.add(PublicHostKey.parse(Keys.publicLine(pair)));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return List.copyOf(shown);
  }

  @Override
  public Kind kind() {
    return Kind.MINA;
  }

  @Override
  public String host() {
    return embedded.host();
  }

  @Override
  public int port() {
    return embedded.port();
  }

  @Override
  public String username() {
    return embedded.username();
  }

  @Override
  public Optional<String> password() {
    return Optional.of(embedded.password());
  }

  @Override
  public Path privateKey() {
    return embedded.privateKey();
  }

  @Override
  public List<PublicHostKey> hostKeys() {
    return hostKeys;
  }

  @Override
  public Path knownHosts() {
    return knownHosts;
  }

  @Override
  public Path home() {
    return home;
  }

  @Override
  public int openSessions() {
    return unwrap().getActiveSessions().size();
  }

  @Override
  public int openHandles() {
    return embedded.openFiles();
  }

  @Override
  public List<String> leftovers() {
    return embedded.leftovers();
  }

  @Override
  public void disconnectAll() {
    embedded.disconnectAll();
  }

  /** Sets how many channels each connection may have. */
  public void limitChannels(int n) {
    embedded.limitChannels(n);
  }

  /** Sets how many bytes the handles of open files have, on connections to come. */
  public void handleSize(int bytes) {
    SftpModuleProperties.FILE_HANDLE_SIZE.set(unwrap(), bytes);
  }

  /** Returns the MINA server, for what this class does not offer. */
  public SshServer unwrap() {
    return embedded.unwrap();
  }

  @Override
  public void close() {
    embedded.close();
    Folders.delete(folder);
  }

  private record StartsAtHome(Path home) implements SftpFileSystemAccessor {
    @Override
    public Path resolveLocalFilePath(SftpSubsystemProxy sftp, Path rootDir, String remotePath) {
      return home.resolve(remotePath);
    }
  }
}
