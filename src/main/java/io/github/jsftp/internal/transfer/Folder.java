package io.github.jsftp.internal.transfer;

import java.util.concurrent.CompletableFuture;

/** A directory to copy into, with what was found in it. Called on the call's thread only. */
interface Folder {

  /** Returns the directory of this name in it, which is made if there is none. */
  CompletableFuture<Folder> enter(String name);

  /** Returns the file of this name in it, which need not be there. */
  Target file(String name);

  /** Makes a link of this name in it; false if the options leave it out. */
  CompletableFuture<Boolean> link(String name, String text);

  /** Gives the directory what the options want to be kept of its source. */
  CompletableFuture<Void> keep(Facts source);
}
