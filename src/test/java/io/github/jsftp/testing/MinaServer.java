package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.sshd.common.PropertyResolverUtils;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.nativefs.NativeFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** Apache MINA SSHD inside this JVM. */
public final class MinaServer implements TestServer {
  /** One for all servers of this JVM, since generating it takes longer than most tests. */
  private static final KeyPair RSA = Keys.rsa();

  /** The default length of handles in MINA, in bytes. */
  public static final int USUAL_HANDLE_BYTES = 4;

  /** The length of handles in tests, in bytes. */
  public static final int HANDLE_BYTES = 16;

  private static final String HOST = "127.0.0.1";
  private static final String USERNAME = "me";
  private static final String PASSWORD = "secret";

  private final Path folder;
  private final Path home;
  private final Path privateKey;
  private final SshServer server;
  private final List<PublicHostKey> hostKeys;
  private final Path knownHosts;
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();

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
    KeyPair clientKey = Keys.ecdsa();
    privateKey = Keys.write(clientKey, folder.resolve("id_ecdsa"));

    server = SshServer.setUpDefaultServer();
    // Without it each answer may wait for the client's kernel to acknowledge the one before.
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    // Of the usual four bytes it gives two open files the same handle once an OPEN has failed.
    handleSize(HANDLE_BYTES);
    server.setHost(HOST);
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(Keys.ecdsa(), RSA));
    server.setPasswordAuthenticator(
        (username, password, session) -> username.equals(USERNAME) && password.equals(PASSWORD));
    server.setPublickeyAuthenticator(
        (username, key, session) ->
            username.equals(USERNAME) && KeyUtils.compareKeys(key, clientKey.getPublic()));
    server.setFileSystemFactory(NativeFileSystemFactory.INSTANCE);
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    var sftp = new SftpSubsystemFactory();
    sftp.setFileSystemAccessor(new StartsAtHome(home));
    sftp.addSftpEventListener(new CountsHandles(handles));
    server.setSubsystemFactories(List.of(sftp));
    PropertyResolverUtils.updateProperty(
        server, SftpFileSystemAccessor.PROP_AUTO_SYNC_FILE_ON_CLOSE, false);
    settings.accept(server);
    server.start();

    hostKeys = shownKeys();
    knownHosts =
        PublicHostKey.writeKnownHosts(
            folder.resolve("known_hosts"), HOST, server.getPort(), hostKeys);
  }

  private List<PublicHostKey> shownKeys() throws IOException {
    var shown = new ArrayList<PublicHostKey>();
    try {
      for (KeyPair pair : server.getKeyPairProvider().loadKeys(null)) {
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
    return HOST;
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public String username() {
    return USERNAME;
  }

  @Override
  public Optional<String> password() {
    return Optional.of(PASSWORD);
  }

  @Override
  public Path privateKey() {
    return privateKey;
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
    return server.getActiveSessions().size();
  }

  @Override
  public int openHandles() {
    handles.removeIf(handle -> !handle.isOpen());
    return handles.size();
  }

  @Override
  public List<String> leftovers() {
    var found = new ArrayList<String>();
    server.getActiveSessions().forEach(session -> found.add(session.toString()));
    if (openHandles() > 0) {
      handles.forEach(handle -> found.add("handle of " + handle.getFile()));
    }
    return found;
  }

  @Override
  public void disconnectAll() {
    server.getActiveSessions().forEach(session -> session.close(true));
  }

  /** Sets how many bytes the handles of open files have, on connections to come. */
  public void handleSize(int bytes) {
    SftpModuleProperties.FILE_HANDLE_SIZE.set(server, bytes);
  }

  /** Returns the MINA server, for what this class does not offer. */
  public SshServer unwrap() {
    return server;
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      // Nobody needs it any more; its port goes with the JVM.
    }
    Folders.delete(folder);
  }

  private record StartsAtHome(Path home) implements SftpFileSystemAccessor {
    @Override
    public Path resolveLocalFilePath(SftpSubsystemProxy sftp, Path rootDir, String remotePath) {
      return home.resolve(remotePath);
    }
  }

  private record CountsHandles(Set<Handle> handles) implements SftpEventListener {
    @Override
    public void open(ServerSession session, String remoteHandle, Handle handle) {
      handles.add(handle);
    }

    @Override
    public void closed(
        ServerSession session, String remoteHandle, Handle handle, Throwable thrown) {
      handles.remove(handle);
    }
  }
}
