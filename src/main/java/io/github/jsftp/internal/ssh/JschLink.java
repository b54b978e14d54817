package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelSftp;
import io.github.jsftp.internal.pipeline.Link;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** A channel with the sftp subsystem at its far end. */
final class JschLink implements Link {
  private static final Duration USUAL = Duration.ofMillis(100);

  private final Channel channel;
  private final Tasks tasks;
  private final OutputStream requests;
  private final CompletableFuture<Void> granted;

  JschLink(Channel channel, Tasks tasks, CompletableFuture<Void> granted) throws IOException {
    this.channel = channel;
    this.granted = granted;
    this.tasks = tasks;
    requests = new Requests(channel.getOutputStream());
  }

  @Override
  public OutputStream requests() {
    return requests;
  }

  @Override
  public CompletableFuture<Void> granted() {
    return granted;
  }

  /** Says whether JSch has exchanged greetings, as it does on channels of its own SFTP. */
  @Override
  public boolean isGreeted() {
    return channel instanceof ChannelSftp;
  }

  /** Says goodbye on another thread: to a dead peer that may block. */
  @Override
  public void close() {
    if (!channel.isConnected()) {
      channel.disconnect();
      return;
    }
    var closed = new CompletableFuture<Boolean>();
    tasks.execute(
        () -> {
          channel.disconnect();
          closed.complete(true);
        });
    try {
      Tasks.await(closed, USUAL, done -> {});
    } catch (TimeoutException | IOException e) {
      // It ends when the session does, at the latest.
    }
  }

  /** JSch's stream drops what is written after the channel's end without a word. */
  private final class Requests extends OutputStream {
    private final OutputStream out;

    Requests(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      check();
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      check();
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    private void check() throws IOException {
      if (channel.isClosed()) {
        throw new IOException("the channel is closed");
      }
    }
  }
}
