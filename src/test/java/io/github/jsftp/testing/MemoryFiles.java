package io.github.jsftp.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Files and directories in memory, by absolute path. Thread-safe. */
final class MemoryFiles {
  private static final int FILE = 0100644;

  private static final class Node {
    private byte[] bytes = new byte[0];
    private int size;
    private SftpEntry attributes;
  }

  private final TreeMap<String, Node> nodes = new TreeMap<>();

  MemoryFiles() {
    mkdir("/");
  }

  /** Makes a path absolute and plain; relative ones start at the root. */
  static String absolute(String path) {
    var names = new ArrayList<String>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return "/" + String.join("/", names);
  }

  private static String parent(String path) {
    return absolute(path + "/..");
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  synchronized SftpEntry stat(String path) {
    Node node = nodes.get(path);
    if (node == null) {
      return null;
    }
    var attributes = node.attributes;
    return new SftpEntry(name(path), node.size, attributes.mode(), attributes.modified());
  }

  synchronized boolean mkdir(String path) {
    return add(path, SftpEntry.directory(""));
  }

  synchronized boolean create(String path) {
    return add(path, new SftpEntry("", 0, FILE, 1_700_000_000));
  }

  private boolean add(String path, SftpEntry attributes) {
    boolean hasParent = path.equals("/") || nodes.containsKey(parent(path));
    if (!hasParent || nodes.containsKey(path)) {
      return false;
    }
    var node = new Node();
    node.attributes = attributes;
    nodes.put(path, node);
    return true;
  }

  synchronized boolean remove(String path) {
    return list(path).isEmpty() && nodes.remove(path) != null;
  }

  synchronized boolean rename(String from, String to, boolean overwrite) {
    Node node = nodes.get(from);
    if (node == null || (nodes.containsKey(to) && !overwrite)) {
      return false;
    }
    var below = new TreeMap<>(nodes.subMap(from + "/", from + "0"));
    nodes.keySet().removeAll(below.keySet());
    nodes.remove(from);
    nodes.put(to, node);
    below.forEach((path, child) -> nodes.put(to + path.substring(from.length()), child));
    return true;
  }

  synchronized List<SftpEntry> list(String path) {
    var entries = new ArrayList<SftpEntry>();
    String prefix = path.equals("/") ? "/" : path + "/";
    for (String child : nodes.tailMap(prefix, false).keySet()) {
      if (!child.startsWith(prefix)) {
        break;
      }
      if (child.indexOf('/', prefix.length()) < 0) {
        entries.add(stat(child));
      }
    }
    return entries;
  }

  synchronized byte[] read(String path, long offset, int length) {
    Node node = nodes.get(path);
    if (node == null || offset >= node.size) {
      return new byte[0];
    }
    int from = (int) offset;
    return Arrays.copyOfRange(node.bytes, from, Math.min(node.size, from + length));
  }

  synchronized boolean write(String path, long offset, byte[] bytes) {
    Node node = nodes.get(path);
    if (node == null) {
      return false;
    }
    int end = Math.toIntExact(offset + bytes.length);
    if (end > node.bytes.length) {
      node.bytes = Arrays.copyOf(node.bytes, Math.max(end, node.bytes.length * 2));
    }
    System.arraycopy(bytes, 0, node.bytes, (int) offset, bytes.length);
    node.size = Math.max(node.size, end);
    return true;
  }

  /** Applies the attributes of a request: size, permissions and times are kept. */
  synchronized boolean setAttributes(String path, SftpRequest request) {
    Node node = nodes.get(path);
    if (node == null) {
      return false;
    }
    int flags = request.uint32();
    if ((flags & 0x1) != 0) {
      node.bytes =
          Arrays.copyOf(Arrays.copyOf(node.bytes, node.size), Math.toIntExact(request.uint64()));
      node.size = node.bytes.length;
    }
    if ((flags & 0x2) != 0) {
      request.uint64(); // owner and group
    }
    var attributes = node.attributes;
    if ((flags & 0x4) != 0) {
      int mode = (attributes.mode() & 0170000) | (request.uint32() & 07777);
      node.attributes = new SftpEntry("", 0, mode, attributes.modified());
    }
    if ((flags & 0x8) != 0) {
      request.uint32();
      node.attributes = new SftpEntry("", 0, node.attributes.mode(), request.uint32());
    }
    return true;
  }
}
