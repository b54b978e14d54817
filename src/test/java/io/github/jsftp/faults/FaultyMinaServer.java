package io.github.jsftp.faults;

import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** MINA, whose listeners cause the faults. */
final class FaultyMinaServer implements FaultyServer {
  private static final int MANY_CHANNELS = 10;

  private final MinaServer server;
  private final ServerFaults faults = new ServerFaults();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();

  FaultyMinaServer() throws IOException {
    server =
        MinaServer.start(
            mina -> {
              mina.addChannelListener(new Channels(open));
              mina.getSubsystemFactories()
                  .forEach(sftp -> ((SftpSubsystemFactory) sftp).addSftpEventListener(faults));
            });
    server.limitChannels(MANY_CHANNELS);
  }

  private record Channels(Set<Channel> open) implements ChannelListener {
    @Override
    public void channelOpenSuccess(Channel channel) {
      open.add(channel);
    }

    @Override
    public void channelClosed(Channel channel, Throwable reason) {
      open.remove(channel);
    }
  }

  @Override
  public Path home() {
    return server.home();
  }

  @Override
  public TestServer prepare(Fault fault) {
    faults.plan(fault);
    if (fault.kind() == FaultKind.FEW_CHANNELS) {
      server.limitChannels((int) fault.place());
    }
    return server;
  }

  @Override
  public void killChannel(int which) {
    var channels = new ArrayList<Channel>(open);
    if (!channels.isEmpty()) {
      channels.get(which % channels.size()).close(false);
    }
  }

  @Override
  public boolean hasFired() {
    return faults.fired;
  }

  @Override
  public void heal() {
    faults.end();
    server.limitChannels(MANY_CHANNELS);
  }

  @Override
  public void close() {
    heal();
    server.close();
  }

  /** Causes the planned fault at its n-th occasion. */
  private static final class ServerFaults implements SftpEventListener {
    private volatile boolean fired;
    private Fault fault;
    private CountDownLatch over = new CountDownLatch(0);
    private long left;

    synchronized void plan(Fault planned) {
      fault = planned;
      left = planned.place();
      fired = false;
      over = new CountDownLatch(1);
    }

    synchronized void end() {
      fault = null;
      over.countDown();
    }

    /** Counts down to the fault; returns true if it is due now. */
    private synchronized boolean isTime(long amount, List<FaultKind> kinds) {
      if (fault == null || !kinds.contains(fault.kind())) {
        return false;
      }
      boolean wasLeft = left > 0;
      left -= amount;
      boolean time = fault.kind() == FaultKind.DISK_FULL ? left < 0 : wasLeft && left == 0;
      fired |= time;
      return time;
    }

    @Override
    public void writing(
        ServerSession session,
        String remoteHandle,
        FileHandle handle,
        long offset,
        byte[] data,
        int dataOffset,
        int dataLen)
        throws IOException {
      if (isTime(dataLen, List.of(FaultKind.DISK_FULL))) {
        throw new FileSystemException(handle.getFile().toString(), null, "No space left on device");
      }
    }

    @Override
    public void closed(ServerSession session, String remote, Handle handle, Throwable thrown)
        throws IOException {
      if (isTime(1, List.of(FaultKind.DROP_CLOSE, FaultKind.HOLD_CLOSE))) {
        keepAnswer(session, FaultKind.DROP_CLOSE);
      }
    }

    @Override
    public void moved(
        ServerSession session, Path from, Path to, Collection<CopyOption> options, Throwable thrown)
        throws IOException {
      if (isTime(1, List.of(FaultKind.DROP_RENAME, FaultKind.HOLD_RENAME))) {
        keepAnswer(session, FaultKind.DROP_RENAME);
      }
    }

    private void keepAnswer(ServerSession session, FaultKind drop) throws IOException {
      CountDownLatch until;
      boolean cut;
      synchronized (this) {
        until = over;
        cut = fault.kind() == drop;
      }
      if (cut) {
        session.close(true);
      }
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      session.close(true);
    }
  }
}
