package io.github.jsftp.bench;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Raw JSch at its best: eight {@code ChannelSftp}, one thread each, share the files of a tree. */
final class EightChannelsPeer implements Peer {
  static final int CHANNELS = 8;

  private final JschPeer first;
  private final List<ChannelSftp> channels;
  private final ExecutorService threads = Executors.newFixedThreadPool(CHANNELS);

  /** The work for one file on one channel. */
  private interface Copy {
    void run(ChannelSftp sftp) throws SftpException;
  }

  private EightChannelsPeer(JschPeer first, List<ChannelSftp> channels) {
    this.first = first;
    this.channels = channels;
  }

  static Peer connect(Login login, int port) throws IOException {
    try {
      Session session = JschPeer.session(login, port);
      var channels = new ArrayList<ChannelSftp>();
      for (int i = 0; i < CHANNELS; i++) {
        channels.add(JschPeer.channel(session));
      }
      return new EightChannelsPeer(new JschPeer(session, channels.get(0)), channels);
    } catch (JSchException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void getTree(String remote, Path local) throws IOException {
    var copies = new ArrayList<Copy>();
    collectGets(remote, local, copies);
    runAll(copies);
  }

  private void collectGets(String remote, Path local, List<Copy> copies) throws IOException {
    Files.createDirectories(local);
    var entries = new ArrayList<Entry>();
    list(remote, entries::add);
    for (Entry entry : entries) {
      String source = remote + "/" + entry.name();
      Path target = local.resolve(entry.name());
      if (entry.isDirectory()) {
        collectGets(source, target, copies);
      } else {
        copies.add(sftp -> sftp.get(source, target.toString()));
      }
    }
  }

  @Override
  public void putTree(Path local, String remote) throws IOException {
    var copies = new ArrayList<Copy>();
    collectPuts(local, remote, copies);
    runAll(copies);
  }

  private void collectPuts(Path local, String remote, List<Copy> copies) throws IOException {
    mkdir(remote);
    for (Path source : TreeByHand.children(local)) {
      String target = remote + "/" + source.getFileName();
      if (Files.isDirectory(source)) {
        collectPuts(source, target, copies);
      } else {
        copies.add(sftp -> sftp.put(source.toString(), target));
      }
    }
  }

  private void runAll(List<Copy> copies) throws IOException {
    var queue = new ConcurrentLinkedQueue<>(copies);
    var lanes = new ArrayList<Future<?>>();
    for (ChannelSftp sftp : channels) {
      Callable<Boolean> lane =
          () -> {
            for (Copy copy = queue.poll(); copy != null; copy = queue.poll()) {
              copy.run(sftp);
            }
            return true;
          };
      lanes.add(threads.submit(lane));
    }
    for (Future<?> lane : lanes) {
      try {
        lane.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    first.get(remote, local);
  }

  @Override
  public void put(Path local, String remote) throws IOException {
    first.put(local, remote);
  }

  @Override
  public long size(String file) throws IOException {
    return first.size(file);
  }

  @Override
  public void remove(String file) throws IOException {
    first.remove(file);
  }

  @Override
  public void mkdir(String dir) throws IOException {
    first.mkdir(dir);
  }

  @Override
  public void list(String dir, Consumer<Entry> each) throws IOException {
    first.list(dir, each);
  }

  @Override
  public void close() {
    threads.shutdown();
    first.close();
  }
}
