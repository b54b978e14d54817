package io.github.jsftp.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The work of a client in one measurement. */
enum Action {
  GET_FILE(Unit.MEGABYTES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      peer.get(task.remote(), task.local());
      return 1;
    }
  },
  PUT_FILE(Unit.MEGABYTES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      peer.put(task.local(), task.remote());
      return 1;
    }
  },
  GET_TREE(Unit.FILES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      peer.getTree(task.remote(), task.local());
      return task.items();
    }
  },
  PUT_TREE(Unit.FILES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      peer.putTree(task.local(), task.remote());
      return task.items();
    }
  },
  LIST(Unit.ENTRIES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      var count = new long[1];
      peer.list(task.remote(), entry -> count[0]++);
      return count[0];
    }
  },
  STAT(Unit.CALLS) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      long found = 0;
      for (int i = 0; i < task.items(); i++) {
        if (peer.size(task.remote() + "/" + Sources.wideName(i)) >= 0) {
          found++;
        }
      }
      return found;
    }
  },
  /** Connects, gets one small file, and closes. */
  CONNECT(Unit.CALLS) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      peer.get(task.remote(), task.local());
      return 1;
    }
  },
  /** Deletes all files of a directory, which are named. */
  REMOVE(Unit.FILES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      List<String> files = new ArrayList<>();
      for (int i = 0; i < task.items(); i++) {
        files.add(task.remote() + "/" + Sources.wideName(i));
      }
      peer.removeAll(files);
      return task.items();
    }
  },
  /** A mirror, upwards, of a tree that is there already. */
  MIRROR(Unit.FILES) {
    @Override
    long run(Peer peer, Task task) throws IOException {
      return peer.mirror(task.local(), task.remote());
    }
  };

  /** What a rate counts. */
  enum Unit {
    MEGABYTES("MB/s"),
    FILES("files/s"),
    ENTRIES("entries/s"),
    CALLS("per s");

    private final String title;

    Unit(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final Unit unit;

  Action(Unit unit) {
    this.unit = unit;
  }

  /** Runs it on a client that is connected; returns how many items it saw. */
  abstract long run(Peer peer, Task task) throws IOException;

  Unit unit() {
    return unit;
  }

  /** Whether it is the time with connecting and closing that matters. */
  boolean isWhole() {
    return this == CONNECT;
  }

  boolean downloads() {
    return this == GET_FILE || this == GET_TREE || this == CONNECT;
  }

  boolean uploads() {
    return this == PUT_FILE || this == PUT_TREE;
  }

  /** Returns true if files are copied in either direction: what every client can do. */
  boolean copies() {
    return downloads() || uploads();
  }

  boolean isTree() {
    return this == GET_TREE || this == PUT_TREE;
  }
}
