package io.github.jsftp.testing;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.results.Results;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file system in memory with the rules of POSIX; not safe for use by several threads at once. */
final class MemoryTree {
  private static final int MOST_LINKS = 40;

  private final Node root = Node.directory();

  /** Whether names that differ in case only are the same, as on Windows and macOS. */
  boolean ignoresCase;

  /** Returns how many bytes all files have. */
  long bytes() {
    long bytes = 0;
    var nodes = new ArrayDeque<Node>(List.of(root));
    while (!nodes.isEmpty()) {
      Node node = nodes.remove();
      bytes += node.size;
      nodes.addAll(node.children.values());
    }
    return bytes;
  }

  /** What a server would answer instead of a result. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    final int status;

    Refusal(int status) {
      this.status = status;
    }
  }

  /** A file, a directory or a link. */
  static final class Node {
    final FileInfo.Type type;
    final Map<String, Node> children = new TreeMap<>();
    String target = "";
    byte[] data = new byte[0];
    int size;
    int permissions;
    long uid = 1000;
    long gid = 1000;
    Instant accessed = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant modified = accessed;

    private Node(FileInfo.Type type, int permissions) {
      this.type = type;
      this.permissions = permissions;
    }

    static Node directory() {
      return new Node(FileInfo.Type.DIRECTORY, 0755);
    }

    static Node file() {
      return new Node(FileInfo.Type.FILE, 0644);
    }

    static Node link(String target) {
      var link = new Node(FileInfo.Type.LINK, 0777);
      link.target = target;
      return link;
    }

    static Node other() {
      return new Node(FileInfo.Type.OTHER, 0644);
    }

    boolean isDirectory() {
      return type == FileInfo.Type.DIRECTORY;
    }

    FileInfo info(String path) {
      return Results.NEW.fileInfo(
          path, type, size, OctalMode.digits(permissions), uid, gid, accessed, modified, null);
    }

    void write(int offset, byte[] bytes) {
      resize(Math.max(size, offset + bytes.length));
      System.arraycopy(bytes, 0, data, offset, bytes.length);
      modified = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    byte[] read(int offset, int length) {
      return Arrays.copyOfRange(data, offset, Math.min(size, offset + length));
    }

    void set(AttributeChanges attributes) {
      if (attributes.size() != null) {
        resize(Math.toIntExact(attributes.size()));
      }
      if (attributes.uid() != null && attributes.gid() != null) {
        uid = attributes.uid();
        gid = attributes.gid();
      }
      if (attributes.permissions() != null) {
        permissions = attributes.permissions();
      }
      if (attributes.accessed() != null && attributes.modified() != null) {
        accessed = attributes.accessed().truncatedTo(ChronoUnit.SECONDS);
        modified = attributes.modified().truncatedTo(ChronoUnit.SECONDS);
      }
    }

    private void resize(int bytes) {
      if (bytes > data.length) {
        data = Arrays.copyOf(data, Math.max(bytes, data.length * 2));
      } else if (bytes < size) {
        Arrays.fill(data, bytes, size, (byte) 0);
      }
      size = bytes;
    }
  }

  /** Returns the node at a path, the last link followed or not. */
  Node find(String path, boolean follow) throws Refusal {
    Node node = locate(path, follow, new StringBuilder());
    if (node == null) {
      throw new Refusal(2);
    }
    return node;
  }

  /** Returns the path without links, the last name of which need not exist. */
  String realpath(String path) throws Refusal {
    var real = new StringBuilder();
    locate(path, true, real);
    return real.isEmpty() ? "/" : real.toString();
  }

  /** Returns the directory that a path's last name is in. */
  Node parent(String path) throws Refusal {
    Node parent = find(RemotePath.parent(path), true);
    if (!parent.isDirectory()) {
      throw new Refusal(2);
    }
    return parent;
  }

  /** Adds a node where nothing is. */
  void add(String path, Node node) throws Refusal {
    if (path.equals("/") || put(parent(path), name(path), node) != null) {
      throw new Refusal(4);
    }
  }

  /** Removes a node, an empty directory or anything else. */
  void remove(String path, boolean directory) throws Refusal {
    Node node = find(path, false);
    if (node.isDirectory() != directory) {
      throw new Refusal(directory ? 2 : 4);
    }
    if (!node.children.isEmpty() || path.equals("/")) {
      throw new Refusal(4);
    }
    Node parent = parent(path);
    parent.children.remove(stored(parent, name(path)));
  }

  /** Renames, over a file if that is wanted. */
  void rename(String from, String to, boolean over) throws Refusal {
    Node node = find(from, false);
    Node target = parent(to);
    String stored = stored(target, name(to));
    Node there = target.children.get(stored);
    if (there == node) {
      return;
    }
    if (there != null && (!over || there.isDirectory() || node.isDirectory())) {
      throw new Refusal(4);
    }
    Node source = parent(from);
    source.children.remove(stored(source, name(from)));
    target.children.put(stored, node);
  }

  private Node put(Node parent, String name, Node node) {
    return parent.children.putIfAbsent(stored(parent, name), node);
  }

  /** Returns the name in a directory that this one stands for, or the name itself if it is new. */
  private String stored(Node parent, String name) {
    return ignoresCase
        ? parent.children.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name)
        : name;
  }

  private static String name(String path) {
    return RemotePath.name(path);
  }

  private Node locate(String path, boolean follow, StringBuilder real) throws Refusal {
    var names = new ArrayDeque<>(List.of(path.split("/", -1)));
    var above = new ArrayDeque<Node>();
    var walked = new ArrayDeque<String>();
    Node node = root;
    int links = 0;
    while (!names.isEmpty()) {
      String name = names.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (node == null || !node.isDirectory()) {
        throw new Refusal(2);
      }
      if (name.equals("..")) {
        node = above.isEmpty() ? root : above.pop();
        walked.pollLast();
        continue;
      }
      Node child = node.children.get(stored(node, name));
      if (child != null && child.type == FileInfo.Type.LINK && (follow || !names.isEmpty())) {
        if (++links > MOST_LINKS) {
          throw new Refusal(4);
        }
        List<String> target = List.of(child.target.split("/", -1));
        for (int i = target.size() - 1; i >= 0; i--) {
          names.addFirst(target.get(i));
        }
        if (child.target.startsWith("/")) {
          node = root;
          above.clear();
          walked.clear();
        }
        continue;
      }
      above.push(node);
      walked.addLast(name);
      node = child;
    }
    walked.forEach(name -> real.append('/').append(name));
    return node;
  }
}
