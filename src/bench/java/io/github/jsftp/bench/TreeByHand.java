package io.github.jsftp.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tree copies with a library that copies only single files: one after the other. */
final class TreeByHand {
  private final Peer peer;

  TreeByHand(Peer peer) {
    this.peer = peer;
  }

  void get(String remote, Path local) throws IOException {
    Files.createDirectories(local);
    for (Peer.Entry entry : entries(remote)) {
      String source = remote + "/" + entry.name();
      Path target = local.resolve(entry.name());
      if (entry.isDirectory()) {
        get(source, target);
      } else {
        peer.get(source, target);
      }
    }
  }

  void put(Path local, String remote) throws IOException {
    peer.mkdir(remote);
    for (Path source : children(local)) {
      String target = remote + "/" + source.getFileName();
      if (Files.isDirectory(source)) {
        put(source, target);
      } else {
        peer.put(source, target);
      }
    }
  }

  /** Lists both sides, and compares sizes and times; returns the number of files. */
  long compare(Path local, String remote) throws IOException {
    Map<String, Peer.Entry> there = new HashMap<>();
    peer.list(remote, entry -> there.put(entry.name(), entry));
    long files = 0;
    for (Path here : children(local)) {
      Peer.Entry entry = there.remove(here.getFileName().toString());
      if (entry == null) {
        throw new IOException("missing on the server: " + here);
      }
      if (entry.isDirectory()) {
        files += compare(here, remote + "/" + entry.name());
      } else if (entry.size() != Files.size(here) || entry.modified() != seconds(here)) {
        throw new IOException("different on the server: " + here);
      } else {
        files++;
      }
    }
    if (!there.isEmpty()) {
      throw new IOException("only on the server: " + there.keySet());
    }
    return files;
  }

  private static long seconds(Path file) throws IOException {
    return Files.getLastModifiedTime(file).to(TimeUnit.SECONDS);
  }

  private List<Peer.Entry> entries(String dir) throws IOException {
    var entries = new ArrayList<Peer.Entry>();
    peer.list(dir, entries::add);
    return entries;
  }

  static List<Path> children(Path dir) throws IOException {
    try (var children = Files.list(dir)) {
      return children.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
