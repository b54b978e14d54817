package io.github.jsftp.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpSubsystem;
import org.apache.sshd.sftp.server.SftpSubsystemConfigurator;
import org.jspecify.annotations.Nullable;

/** The SFTP server of one channel, with the faults of a {@link TestSftpServer}. */
final class FaultySubsystem extends SftpSubsystem {
  private static final String POSIX_RENAME = "posix-rename@openssh.com";

  private final Faults faults;
  private int request;

  FaultySubsystem(ChannelSession channel, SftpSubsystemConfigurator settings, Faults faults) {
    super(channel, settings);
    this.faults = faults;
  }

  @Override
  protected void doProcess(Buffer buffer, int length, int type, int id) throws IOException {
    request = type;
    int start = buffer.rpos();
    Status refusal = refusal(buffer, type);
    if (refusal != null) {
      sendStatus(prepareReply(buffer), id, refusal.code(), refusal.message());
      return;
    }
    buffer.rpos(start);
    super.doProcess(buffer, length, type, id);
  }

  private @Nullable Status refusal(Buffer buffer, int type) {
    if (!faults.hasRefusals() && !faults.has(Quirk.NO_POSIX_RENAME)) {
      return null;
    }
    String extension = type == SftpConstants.SSH_FXP_EXTENDED ? buffer.getString() : "";
    if (extension.equals(POSIX_RENAME) && faults.has(Quirk.NO_POSIX_RENAME)) {
      return Status.OP_UNSUPPORTED;
    }
    Operation operation = Operation.of(type, extension);
    return operation == null ? null : faults.refusal(operation, paths(buffer, type, operation));
  }

  /** Returns the absolute paths that a request is about. */
  private List<String> paths(Buffer buffer, int type, Operation operation) {
    var found = new ArrayList<String>();
    switch (type) {
      case SftpConstants.SSH_FXP_CLOSE,
          SftpConstants.SSH_FXP_READ,
          SftpConstants.SSH_FXP_WRITE,
          SftpConstants.SSH_FXP_FSTAT,
          SftpConstants.SSH_FXP_FSETSTAT,
          SftpConstants.SSH_FXP_READDIR -> {
        Handle handle = handles.get(buffer.getString(StandardCharsets.ISO_8859_1));
        if (handle != null) {
          found.add(shown(handle.getFile()));
        }
      }
      default -> {
        boolean hasTwo = operation == Operation.RENAME || operation == Operation.LINK;
        for (int i = 0; i < (hasTwo ? 2 : 1); i++) {
          try {
            found.add(shown(super.resolveFile(buffer.getString())));
          } catch (IOException | InvalidPathException e) {
            // MINA refuses the request in its own way.
          }
        }
      }
    }
    return found;
  }

  private static String shown(Path path) {
    return path.toAbsolutePath().normalize().toString().replace(File.separatorChar, '/');
  }

  @Override
  protected int doRead(
      int id,
      String handle,
      long offset,
      int length,
      byte[] data,
      int dataOffset,
      AtomicReference<Boolean> eof)
      throws IOException {
    int read = super.doRead(id, handle, offset, length, data, dataOffset, eof);
    if (faults.beforeCut(Math.max(0, read)) >= 0) {
      throw cut();
    }
    return read;
  }

  @Override
  protected void doWrite(
      int id, String handle, long offset, int length, byte[] data, int dataOffset, int remaining)
      throws IOException {
    int allowed = faults.beforeCut(length);
    if (allowed < 0) {
      super.doWrite(id, handle, offset, length, data, dataOffset, remaining);
      return;
    }
    if (allowed > 0) {
      super.doWrite(id, handle, offset, allowed, data, dataOffset, remaining);
    }
    throw cut();
  }

  private IOException cut() {
    getServerSession().close(true);
    return new IOException("the connection was cut");
  }

  @Override
  protected Path resolveFile(String remotePath) throws IOException {
    Path path = super.resolveFile(remotePath);
    return faults.has(Quirk.CASE_INSENSITIVE) ? QuirkyAnswers.onDisk(path) : path;
  }

  @Override
  protected void doRename(int id, String from, String to, Collection<CopyOption> options)
      throws IOException {
    boolean replaces = options.isEmpty() && faults.has(Quirk.RENAME_REPLACES);
    super.doRename(id, from, to, replaces ? List.of(StandardCopyOption.REPLACE_EXISTING) : options);
  }

  @Override
  protected String doOpen(
      int id, String path, int flags, int access, Map<String, Object> attributes)
      throws IOException {
    return super.doOpen(id, path, flags, access, permitted(attributes));
  }

  @Override
  protected void doMakeDirectory(int id, String path, Map<String, ?> attributes)
      throws IOException {
    super.doMakeDirectory(id, path, permitted(attributes));
  }

  private <V> Map<String, V> permitted(Map<String, V> attributes) {
    return faults.has(Quirk.IGNORES_PERMISSIONS) ? Map.of() : attributes;
  }

  @Override
  protected void send(Buffer buffer) throws IOException {
    if (faults.quirks().isEmpty()) {
      super.send(buffer);
      return;
    }
    byte[] packet = buffer.getCompactData();
    int type = packet[Integer.BYTES] & 0xff;
    byte[] payload = Arrays.copyOfRange(packet, Integer.BYTES + 1, packet.length);
    boolean isListing = request == SftpConstants.SSH_FXP_READDIR;
    byte[] changed = new QuirkyAnswers(faults.quirks()).changed(type, payload, isListing);
    var answer = new ByteArrayBuffer(changed.length + Integer.BYTES + 1, false);
    answer.putInt(0);
    answer.putByte((byte) type);
    answer.putRawBytes(changed);
    super.send(answer);
  }
}
