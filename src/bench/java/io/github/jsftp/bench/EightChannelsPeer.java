package io.github.jsftp.bench;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpProgressMonitor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Raw JSch at its best: eight {@code ChannelSftp} of one or several sessions, with one thread each,
 * share the files of a tree, or copy a part each of one big file.
 */
final class EightChannelsPeer implements Peer {
  static final int CHANNELS = 8;

  private static final int COPY_BYTES = 32 * 1024;

  private final JschPeer first;
  private final List<Session> sessions;
  private final List<ChannelSftp> channels;
  private final ExecutorService threads = Executors.newFixedThreadPool(CHANNELS);

  /** The work for one file on one channel. */
  private interface Copy {
    void run(ChannelSftp sftp) throws SftpException, IOException;
  }

  private EightChannelsPeer(List<Session> sessions, List<ChannelSftp> channels) {
    this.first = new JschPeer(sessions.get(0), channels.get(0));
    this.sessions = sessions;
    this.channels = channels;
  }

  /** Connects with eight channels in all. */
  static Peer connect(Login login, int port, int sessions) throws IOException {
    try {
      var opened = new ArrayList<Session>();
      for (int i = 0; i < sessions; i++) {
        opened.add(JschPeer.session(login, port));
      }
      var channels = new ArrayList<ChannelSftp>();
      for (int i = 0; i < CHANNELS; i++) {
        Session session = opened.get(i % sessions);
        channels.add(sessions == 1 ? JschPeer.channel(session) : JschPeer.channelForParts(session));
      }
      return new EightChannelsPeer(opened, channels);
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

  /** One part of a file, written to its place as it comes. */
  private static final class Part extends OutputStream implements SftpProgressMonitor {
    private final FileChannel target;
    private final long end;
    private long position;

    Part(FileChannel target, long position, long end) {
      this.target = target;
      this.position = position;
      this.end = end;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      var part = ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - position));
      while (part.hasRemaining()) {
        position += target.write(part, position);
      }
    }

    @Override
    public void init(int op, String src, String dest, long max) {}

    /** Ends the download at the end of the part. */
    @Override
    public boolean count(long bytes) {
      return position < end;
    }

    @Override
    public void end() {}
  }

  /** The beginning of a part of a file, one for each channel, and its end. */
  private static long begin(long size, int part) {
    return size * part / CHANNELS;
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    long size = size(remote);
    try (var target =
        FileChannel.open(local, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var copies = new ArrayList<Copy>();
      for (int i = 0; i < CHANNELS; i++) {
        long begin = begin(size, i);
        var part = new Part(target, begin, begin(size, i + 1));
        copies.add(sftp -> sftp.get(remote, part, part, ChannelSftp.RESUME, begin));
      }
      runAll(copies);
    }
  }

  /** JSch adds the size that it finds to the offset, so all streams are opened before any write. */
  @Override
  public void put(Path local, String remote) throws IOException {
    long size = Files.size(local);
    var copies = new ArrayList<Copy>();
    try (var source = FileChannel.open(local)) {
      first.create(remote);
      for (int i = 0; i < CHANNELS; i++) {
        long begin = begin(size, i);
        long end = begin(size, i + 1);
        OutputStream out = channels.get(i).put(remote, null, ChannelSftp.RESUME, begin);
        copies.add(sftp -> copy(source, begin, end, out));
      }
      runAll(copies);
    } catch (SftpException e) {
      throw new IOException(remote, e);
    }
  }

  private static void copy(FileChannel source, long begin, long end, OutputStream out)
      throws IOException {
    var buffer = ByteBuffer.allocate(COPY_BYTES);
    try (out) {
      for (long at = begin; at < end; at += buffer.limit()) {
        buffer.clear().limit((int) Math.min(COPY_BYTES, end - at));
        source.read(buffer, at);
        buffer.flip();
        out.write(buffer.array(), 0, buffer.limit());
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
    sessions.forEach(Session::disconnect);
  }
}
