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
  PUT_TREE_MOVE;

  boolean downloads() {
    return name().startsWith("GET");
  }

  boolean isTree() {
    return name().contains("TREE") || mirrors();
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
