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
  COPY_TO_MIRROR;

  boolean downloads() {
    return this == GET || this == GET_TREE || this == GET_MIRROR;
  }

  boolean isTree() {
    return this != GET && this != PUT && this != COPY_TO;
  }

  boolean mirrors() {
    return this == GET_MIRROR || this == PUT_MIRROR || this == COPY_TO_MIRROR;
  }

  boolean isBetweenServers() {
    return this == COPY_TO || this == COPY_TO_TREE || this == COPY_TO_MIRROR;
  }
}
