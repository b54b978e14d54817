package io.github.jsftp.faults;

/** A kind of copy. */
enum CopyKind {
  GET,
  PUT,
  GET_TREE,
  PUT_TREE,
  GET_MIRROR,
  PUT_MIRROR;

  boolean downloads() {
    return this == GET || this == GET_TREE || this == GET_MIRROR;
  }

  boolean isTree() {
    return this != GET && this != PUT;
  }

  boolean mirrors() {
    return this == GET_MIRROR || this == PUT_MIRROR;
  }
}
