package io.github.jsftp.faults;

/** A kind of copy. */
enum CopyKind {
  GET,
  PUT,
  GET_TREE,
  PUT_TREE,
  GET_MIRROR,
  PUT_MIRROR,
  /** A file from one connection to another; both lead to the same server. */
  COPY_TO,
  COPY_TO_TREE,
  COPY_TO_MIRROR,
  GET_MOVE,
  PUT_MOVE,
  GET_TREE_MOVE,
  PUT_TREE_MOVE,
  /** Files of a list into one directory. */
  GET_ALL,
  PUT_ALL,
  GET_ALL_MOVE,
  PUT_ALL_MOVE,
  /** A poll of an inbox, which archives the files that its handler has copied to the target. */
  INBOX;

  boolean downloads() {
    return name().startsWith("GET") || this == INBOX;
  }

  boolean isTree() {
    return name().contains("TREE") || mirrors();
  }

  /** Returns true if several files are copied from one directory to another. */
  boolean isFlat() {
    return name().contains("ALL") || this == INBOX;
  }

  boolean hasManyFiles() {
    return isTree() || isFlat();
  }

  boolean moves() {
    return name().endsWith("MOVE");
  }

  boolean mirrors() {
    return this == GET_MIRROR || this == PUT_MIRROR || this == COPY_TO_MIRROR;
  }

  boolean isBetweenServers() {
    return this == COPY_TO || this == COPY_TO_TREE || this == COPY_TO_MIRROR;
  }
}
