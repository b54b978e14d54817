package io.github.jsftp.testing;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.testing.MemoryTree.Node;
import io.github.jsftp.testing.MemoryTree.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A remote file system in memory. Requests take effect in the order in which they are made, as on a
 * server; their replies come in another order, on another thread. {@link #server()} records the
 * requests, and makes some fail.
 */
public final class MemoryStore implements RemoteStore {
  private final MemoryServer server;
  private final String operation;

  private MemoryStore(MemoryServer server, String operation) {
    this.server = server;
    this.operation = operation;
  }

  /** Creates an empty file system; the seed decides the order of answers. */
  public static MemoryStore create(long seed) {
    return new MemoryStore(new MemoryServer(seed), "call");
  }

  /** Returns what answers. */
  public MemoryServer server() {
    return server;
  }

  /** Adds a directory and those above it. */
  public MemoryStore directory(String path) {
    if (!path.equals("/")) {
      directory(RemotePath.parent(path));
      server.arrange(tree -> tree.parent(path).children.putIfAbsent(name(path), Node.directory()));
    }
    return this;
  }

  /** Adds a file and the directories above it, or replaces its bytes. */
  public MemoryStore file(String path, byte[] bytes) {
    directory(RemotePath.parent(path));
    Node file = Node.file();
    file.write(0, bytes);
    server.arrange(tree -> tree.parent(path).children.put(name(path), file));
    return this;
  }

  /** Adds a file with a text. */
  public MemoryStore file(String path, String text) {
    return file(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a link and the directories above it. */
  public MemoryStore link(String path, String target) {
    directory(RemotePath.parent(path));
    server.arrange(tree -> tree.parent(path).children.put(name(path), Node.link(target)));
    return this;
  }

  /** Adds something that is no file, such as a pipe. */
  public MemoryStore other(String path) {
    directory(RemotePath.parent(path));
    server.arrange(tree -> tree.parent(path).children.put(name(path), Node.other()));
    return this;
  }

  /** Sets attributes beforehand. */
  public MemoryStore with(String path, AttributeChanges attributes) {
    server.arrange(
        tree -> {
          tree.find(path, true).set(attributes);
          return path;
        });
    return this;
  }

  /** Returns a file's bytes. */
  public byte[] bytes(String path) {
    return server.arrange(tree -> tree.find(path, true).read(0, Integer.MAX_VALUE / 2));
  }

  /** Returns a file's text. */
  public String text(String path) {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** Returns what a path is, links not followed. */
  public FileInfo info(String path) {
    return server.arrange(tree -> tree.find(path, false).info(path));
  }

  /** Says whether there is something at a path, links not followed. */
  public boolean exists(String path) {
    return server.arrange(
        tree -> {
          try {
            tree.find(path, false);
            return true;
          } catch (Refusal e) {
            return false;
          }
        });
  }

  /** Returns the names in a directory, sorted. */
  public List<String> names(String dir) {
    return server.arrange(tree -> List.copyOf(tree.find(dir, true).children.keySet()));
  }

  private static String name(String path) {
    return RemotePath.name(path);
  }

  @Override
  public MemoryStore named(String other) {
    return new MemoryStore(server, other);
  }

  @Override
  public Details details(@Nullable String path, String problem) {
    return MemoryServer.FAILURES.details(operation, path, problem);
  }

  @Override
  public CompletableFuture<FileInfo> stat(String path) {
    return ask("stat", path, Expected.ANY, tree -> server.sized(tree.find(path, true).info(path)));
  }

  @Override
  public CompletableFuture<FileInfo> lstat(String path) {
    return ask(
        "lstat", path, Expected.ANY, tree -> server.sized(tree.find(path, false).info(path)));
  }

  @Override
  public CompletableFuture<String> realpath(String path) {
    return ask(
        "realpath",
        path,
        Expected.ANY,
        tree -> server.resolvesLinks ? tree.realpath(path) : RemotePath.normalize(path));
  }

  @Override
  public CompletableFuture<String> readlink(String link) {
    return ask(
        "readlink",
        link,
        Expected.LINK,
        tree -> {
          Node node = tree.find(link, false);
          if (node.type != FileInfo.Type.LINK) {
            throw new Refusal(5);
          }
          return node.target;
        });
  }

  @Override
  public CompletableFuture<Void> symlink(String target, String link) {
    return act("symlink", link, Expected.ABSENT, tree -> tree.add(link, Node.link(target)));
  }

  @Override
  public CompletableFuture<Void> hardlink(String file, String link) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<StatVfs> statvfs(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> mkdir(String dir, AttributeChanges attributes) {
    Node made = Node.directory();
    made.set(attributes);
    return act("mkdir", dir, Expected.ABSENT, tree -> tree.add(dir, made));
  }

  @Override
  public CompletableFuture<Void> rmdir(String dir) {
    return act("rmdir", dir, Expected.EMPTY_DIRECTORY, tree -> tree.remove(dir, true));
  }

  @Override
  public CompletableFuture<Void> remove(String path) {
    return act("remove", path, Expected.FILE, tree -> server.remove(tree, path));
  }

  @Override
  public CompletableFuture<Void> rename(String from, String to) {
    return act("rename", from, Expected.ANY, tree -> tree.rename(from, to, false))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof SftpException refused
                            && refused.status().orElse(0) == 4
                            && exists(to)
                        ? MemoryServer.FAILURES.renameRefused(
                            operation, from, to, false, 4, null, info(from), info(to))
                        : failure));
  }

  @Override
  public CompletableFuture<Void> replace(String from, String to, String aside) {
    return act("replace", from, Expected.ANY, tree -> tree.rename(from, to, true));
  }

  @Override
  public CompletableFuture<Void> setAttributes(String path, AttributeChanges attributes) {
    return act("setAttributes", path, Expected.ANY, tree -> tree.find(path, true).set(attributes));
  }

  @Override
  public CompletableFuture<Digests> hash(
      String path, List<String> algorithms, long size, long piece) {
    return ask(
        "hash",
        path,
        Expected.FILE,
        tree -> {
          for (String algorithm : algorithms) {
            if (server.hashes.contains(algorithm)) {
              byte[] bytes = tree.find(path, true).read(0, Math.toIntExact(size));
              return new Digests(algorithm, digests(algorithm, bytes, piece));
            }
          }
          throw new Refusal(8);
        });
  }

  private static List<byte[]> digests(String algorithm, byte[] bytes, long piece) {
    var pieces = new ArrayList<byte[]>();
    for (int from = 0; from < bytes.length; from += (int) Math.min(piece, bytes.length)) {
      int to = (int) Math.min(bytes.length, from + piece);
      try {
        var digest = MessageDigest.getInstance(algorithm);
        pieces.add(digest.digest(Arrays.copyOfRange(bytes, from, to)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    return pieces;
  }

  @Override
  public CompletableFuture<RemoteListing> list(String dir) {
    return ask(
        "list",
        dir,
        Expected.DIRECTORY,
        tree -> {
          Node node = tree.find(dir, true);
          if (!node.isDirectory()) {
            throw new Refusal(2);
          }
          var entries = new ArrayList<FileInfo>();
          new TreeMap<>(node.children)
              .descendingMap()
              .forEach(
                  (name, child) ->
                      entries.add(
                          server.told(server.sized(child.info(RemotePath.child(dir, name))))));
          return new MemoryListing(server, operation, dir, entries);
        });
  }

  @Override
  public CompletableFuture<RemoteHandle> open(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return open(path, flags, attributes, "open");
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return CompletableFuture.failedFuture(
        MemoryServer.FAILURES.connection(
            operation, path, "the server grants no further channel", null));
  }

  @Override
  public List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, int stripes) {
    return IntStream.range(0, stripes)
        .mapToObj(
            i ->
                i < server.channels
                    ? open(path, flags, attributes, i == 0 ? "open" : "openStripe")
                    : CompletableFuture.<RemoteHandle>failedFuture(
                        MemoryServer.FAILURES.connection(
                            operation, path, "the server grants no further channel", null)))
        .toList();
  }

  CompletableFuture<RemoteHandle> open(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, String request) {
    return ask(
        request,
        path,
        flags.contains(OpenFlag.EXCLUSIVE) ? Expected.ABSENT : Expected.FILE,
        tree -> new MemoryHandle(this, path, server.opened(tree, path, flags, attributes), flags));
  }

  @Override
  public CompletableFuture<Void> reconnect(String path) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public Duration timeout() {
    return server.timeout;
  }

  @Override
  public long roundTrip() {
    return server.roundTrip;
  }

  @Override
  public int maxInFlight() {
    return server.window;
  }

  @Override
  public int maxStripes(long left) {
    return server.channels;
  }

  <T> CompletableFuture<T> ask(
      String request, String path, Expected expected, MemoryServer.Effect<T> effect) {
    return server.ask(operation, request, path, expected, effect, value -> {});
  }

  private CompletableFuture<Void> act(
      String request, String path, Expected expected, MemoryServer.Change change) {
    return ask(
        request,
        path,
        expected,
        tree -> {
          change.make(tree);
          return null;
        });
  }

  String operation() {
    return operation;
  }

  /** Returns the wording of failures. */
  public static Failures failures() {
    return MemoryServer.FAILURES;
  }
}
