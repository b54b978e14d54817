package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.PropertyResolverUtils;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.DirectTcpipFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** The MINA server of a {@link TestSftpServer}. */
final class EmbeddedMina {
  static final String HOST = "127.0.0.1";

  /** MINA's usual four bytes give two open files the same handle once an OPEN has failed. */
  private static final int HANDLE_BYTES = 16;

  private final Path folder;
  private final Path root;
  private final Path privateKey;
  private final Path knownHosts;
  private final KeyPair hostKey;
  private final SshServer server = SshServer.setUpDefaultServer();
  private final Incoming incoming;
  private final Set<Handle> handles = ConcurrentHashMap.newKeySet();

  EmbeddedMina(TestSftpServer.Builder settings, Faults faults) throws IOException {
    KeyPair clientKey = ServerKeys.generate();
    authenticate(settings, clientKey.getPublic());
    Path given = settings.root;
    if (given != null && !Files.isDirectory(given)) {
      throw new NotDirectoryException("not a directory: " + given);
    }
    folder = Folders.createTemporary("jsftp-testing-");
    // MINA lists nothing below a relative path.
    root = given != null ? given.toRealPath() : Files.createDirectory(folder.resolve("root"));
    privateKey = ServerKeys.write(clientKey, folder.resolve("id_ecdsa"));
    hostKey = settings.hostKey != null ? settings.hostKey : ServerKeys.fixed();
    // Without it each answer may wait for the client's kernel to acknowledge the one before.
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    SftpModuleProperties.FILE_HANDLE_SIZE.set(server, HANDLE_BYTES);
    PropertyResolverUtils.updateProperty(
        server, SftpFileSystemAccessor.PROP_AUTO_SYNC_FILE_ON_CLOSE, false);
    server.setHost(HOST);
    server.setPort(settings.port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    var sftp = new Sftp(faults);
    sftp.addSftpEventListener(new OpenHandles(handles));
    server.setSubsystemFactories(List.of(sftp));
    limitChannels(faults);
    incoming = new Incoming(server);
    server.setSessionFactory(incoming);
    try {
      if (settings.settings != null) {
        settings.settings.accept(server);
      }
      server.start();
      knownHosts =
          Files.writeString(
              folder.resolve("known_hosts"),
              "[" + HOST + "]:" + port() + " " + PublicKeyEntry.toString(hostKey.getPublic()));
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void authenticate(TestSftpServer.Builder settings, PublicKey clientKey)
      throws IOException {
    Map<String, String> passwords = new HashMap<>(settings.passwords);
    Map<String, List<PublicKey>> keys = new HashMap<>();
    for (String user : passwords.keySet()) {
      var accepted = new ArrayList<PublicKey>();
      accepted.add(clientKey);
      for (String line : settings.authorizedKeys.getOrDefault(user, List.of())) {
        accepted.add(ServerKeys.parse(line));
      }
      keys.put(user, accepted);
    }
    server.setPasswordAuthenticator(
        (user, password, session) -> Objects.equals(password, passwords.get(user)));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            keys.getOrDefault(user, List.of()).stream()
                .anyMatch(accepted -> KeyUtils.compareKeys(accepted, key)));
  }

  private void limitChannels(Faults faults) {
    Set<Channel> open = ConcurrentHashMap.newKeySet();
    server.addChannelListener(new OpenChannels(open));
    server.setChannelFactories(
        List.of(new LimitedChannels(open, faults), DirectTcpipFactory.INSTANCE));
  }

  int port() {
    return server.getPort();
  }

  Path root() {
    return root;
  }

  Path privateKey() {
    return privateKey;
  }

  Path knownHosts() {
    return knownHosts;
  }

  String fingerprint() {
    return KeyUtils.getFingerPrint(hostKey.getPublic());
  }

  SshServer unwrap() {
    return server;
  }

  int openConnections() {
    return incoming.count();
  }

  int held() {
    return incoming.held();
  }

  Set<Handle> openFiles() {
    handles.removeIf(handle -> !handle.isOpen());
    return handles;
  }

  List<String> leftovers() {
    var found = new ArrayList<String>();
    server.getActiveSessions().forEach(session -> found.add(session.toString()));
    openFiles().forEach(handle -> found.add("handle of " + handle.getFile()));
    return found;
  }

  void delay(long nanos) {
    incoming.delay(nanos);
  }

  void mute(boolean newMute) {
    incoming.mute(newMute);
  }

  void disconnectAll() {
    incoming.closeAll();
  }

  void close() {
    incoming.end();
    try {
      server.stop(true);
    } catch (IOException e) {
      // Nobody needs it any more; its port goes with the JVM.
    }
    Folders.delete(folder);
  }

  /** The subsystem {@code sftp}, with faults. */
  private static final class Sftp extends SftpSubsystemFactory {
    private final Faults faults;

    Sftp(Faults faults) {
      this.faults = faults;
    }

    @Override
    public Command createSubsystem(ChannelSession channel) throws IOException {
      var subsystem = new FaultySubsystem(channel, this, faults);
      getRegisteredListeners().forEach(subsystem::addSftpEventListener);
      return subsystem;
    }
  }

  private record OpenHandles(Set<Handle> handles) implements SftpEventListener {
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

  private record OpenChannels(Set<Channel> open) implements ChannelListener {
    @Override
    public void channelOpenSuccess(Channel channel) {
      open.add(channel);
    }

    @Override
    public void channelClosed(Channel channel, Throwable reason) {
      open.remove(channel);
    }
  }

  /** Refuses channels beyond the limit, whereas MINA's own limit closes the connection. */
  private static final class LimitedChannels extends ChannelSessionFactory {
    private final Set<Channel> open;
    private final Faults faults;

    LimitedChannels(Set<Channel> open, Faults faults) {
      this.open = open;
      this.faults = faults;
    }

    @Override
    @SuppressWarnings("NullAway") // null: refused
    public Channel createChannel(Session session) throws IOException {
      long already = open.stream().filter(channel -> channel.getSession() == session).count();
      return already < faults.maxChannels() ? super.createChannel(session) : null;
    }
  }
}
