package io.github.jsftp.testing;

import io.github.jsftp.Connection;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSH's sftp-server behind a filter that makes it behave as other servers do. It serves this
 * machine's file system; sessions start in {@link #home()}. Quirks apply to all that comes after
 * they are set.
 */
public final class QuirkyServer implements AutoCloseable {
  /** How many paths requests have. */
  private static final Map<SftpType, Integer> PATHS =
      Map.ofEntries(
          Map.entry(SftpType.OPEN, 1),
          Map.entry(SftpType.LSTAT, 1),
          Map.entry(SftpType.SETSTAT, 1),
          Map.entry(SftpType.OPENDIR, 1),
          Map.entry(SftpType.REMOVE, 1),
          Map.entry(SftpType.MKDIR, 1),
          Map.entry(SftpType.RMDIR, 1),
          Map.entry(SftpType.STAT, 1),
          Map.entry(SftpType.RENAME, 2),
          Map.entry(SftpType.READLINK, 1),
          Map.entry(SftpType.SYMLINK, 2));

  private final Path home;
  private final List<String> command;
  private final HostileServer server;
  private final Set<Quirk> quirks;
  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private volatile @Nullable Runnable beforeEach;

  private record Refusal(Predicate<SftpRequest> when, int status) {}

  /** Starts a server with these quirks. */
  public static QuirkyServer start(Quirk... quirks) throws IOException {
    return new QuirkyServer(List.of(), Set.of(quirks));
  }

  /** Starts a server whose files are another user's of this machine; only root can. */
  public static QuirkyServer startFor(String username, Quirk... quirks) throws IOException {
    String group = Users.run("id", "-gn", username).strip();
    var as = List.of("setpriv", "--reuid=" + username, "--regid=" + group, "--init-groups");
    var server = new QuirkyServer(as, Set.of(quirks));
    Users.run("chown", username + ":", server.home.toString());
    Users.run("chmod", "755", server.home.toString());
    return server;
  }

  private QuirkyServer(List<String> as, Set<Quirk> quirks) throws IOException {
    this.quirks = EnumSet.noneOf(Quirk.class);
    this.quirks.addAll(quirks);
    home = Folders.createTemporary("jsftp-quirky-");
    command = new ArrayList<>(as);
    command.addAll(List.of(OpenSshServer.sftpServer().toString(), "-d", home.toString()));
    server = HostileServer.start(number -> this::serve);
  }

  /** Does something before each request, when those before it on the channel are answered. */
  public QuirkyServer beforeEach(Runnable work) {
    beforeEach = work;
    return this;
  }

  /** Refuses all requests of a type with this status. */
  public QuirkyServer refuse(SftpType type, int status) {
    return refuse(request -> request.type() == type, status);
  }

  /** Refuses all requests of an extension with this status. */
  public QuirkyServer refuse(String extension, int status) {
    return refuse(
        request ->
            request.type() == SftpType.EXTENDED && request.rewound().string().equals(extension),
        status);
  }

  /** Refuses requests with this status; the condition may read their fields from the start. */
  public QuirkyServer refuse(Predicate<SftpRequest> when, int status) {
    refusals.add(new Refusal(when, status));
    return this;
  }

  /** The folder on disk where sessions start. */
  public Path home() {
    return home;
  }

  /** The SSH server in front, to log in to. */
  public TestServer server() {
    return server.server();
  }

  /** Connects as a careful user does. */
  public Connection connect() throws IOException {
    return Connection.connect(Connections.options(server()).build());
  }

  /** Returns the requests so far: the type, and the path where there is one. */
  public List<String> requests() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    server.close();
    Folders.delete(home);
  }

  private boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  private void serve(ServerChannel channel) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      Map<Integer, SftpType> asked = new ConcurrentHashMap<>();
      var in = new DataInputStream(process.getInputStream());
      var thread = new Thread(() -> forward(in, channel, asked), "quirks-" + channel.number());
      thread.setDaemon(true);
      thread.start();
      var out = new DataOutputStream(process.getOutputStream());
      for (SftpRequest request = channel.read(); request != null; request = channel.read()) {
        Runnable work = beforeEach;
        if (work != null) {
          Eventually.until("the requests before are answered", asked::isEmpty);
          work.run();
        }
        seen.add(described(request));
        OptionalInt refused = refusal(request);
        if (refused.isPresent()) {
          channel.status(request.id(), refused.getAsInt(), "refused");
        } else if (request.type() == SftpType.RENAME && has(Quirk.RENAME_REPLACES)) {
          replace(request, channel);
        } else {
          asked.put(request.id(), request.type());
          changed(request).writeTo(out);
          out.flush();
        }
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static String described(SftpRequest request) {
    boolean named =
        PATHS.containsKey(request.type())
            || request.type() == SftpType.EXTENDED
            || request.type() == SftpType.REALPATH;
    return request.type() + (named ? " " + request.rewound().string() : "");
  }

  private OptionalInt refusal(SftpRequest request) {
    return refusals.stream()
        .filter(refusal -> refusal.when.test(request.rewound()))
        .mapToInt(Refusal::status)
        .findFirst();
  }

  private void replace(SftpRequest request, ServerChannel channel) throws IOException {
    SftpRequest names = changed(request).rewound();
    try {
      Files.move(
          Path.of(names.string()), Path.of(names.string()), StandardCopyOption.REPLACE_EXISTING);
      channel.status(request.id(), ScriptedSftp.OK, "Success");
    } catch (IOException e) {
      channel.status(request.id(), ScriptedSftp.FAILURE, "Failure");
    }
  }

  private SftpRequest changed(SftpRequest request) {
    SftpRequest changed = request.rewound();
    boolean permits = request.type() == SftpType.OPEN || request.type() == SftpType.MKDIR;
    if (permits && has(Quirk.IGNORES_PERMISSIONS)) {
      changed = changed.withoutAttributes();
    }
    if (!has(Quirk.CASE_INSENSITIVE)) {
      return changed;
    }
    boolean isExtended = request.type() == SftpType.EXTENDED;
    if (isExtended) {
      String name = request.rewound().string();
      int paths = name.equals("posix-rename@openssh.com") || name.startsWith("hardlink@") ? 2 : 0;
      return changed.withStrings(1, paths, QuirkyServer::onDisk);
    }
    int paths = PATHS.getOrDefault(request.type(), 0);
    boolean links = request.type() == SftpType.SYMLINK;
    return changed.withStrings(links ? 1 : 0, links ? 1 : paths, QuirkyServer::onDisk);
  }

  private static String onDisk(String path) {
    try {
      return QuirkyAnswers.onDisk(Path.of("/").resolve(path)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forward(DataInputStream in, ServerChannel channel, Map<Integer, SftpType> asked) {
    var answers = new QuirkyAnswers(quirks);
    try {
      while (true) {
        byte[] packet = new byte[in.readInt()];
        in.readFully(packet);
        byte[] payload = Arrays.copyOfRange(packet, 1, packet.length);
        int type = packet[0] & 0xff;
        SftpType request = asked.remove(ByteBuffer.wrap(payload).getInt());
        boolean isListing = request == SftpType.READDIR;
        channel.packet(type, answers.changed(type, payload, isListing));
      }
    } catch (IOException e) {
      // One of both has gone; the other is told so by who reads the requests.
    }
  }
}
