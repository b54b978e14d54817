package io.github.jsftp.internal.transfer.context;

import java.io.IOException;

/** A step that accesses local files and has no result. */
@FunctionalInterface
public interface DiskAction {
  /** Runs the step. */
  void run() throws IOException;
}
