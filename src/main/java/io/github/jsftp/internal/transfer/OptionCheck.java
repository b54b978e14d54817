package io.github.jsftp.internal.transfer;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;

/**
 * Refuses options that a transfer does not support. Each check returns the options, or throws an
 * IllegalArgumentException that names the option.
 */
final class OptionCheck {
  private OptionCheck() {}

  /** Checks the options for a copy without subdirectories. */
  static TransferOptions filesOnly(TransferOptions options) {
    if (options.deleteExtraneous()) {
      throw new IllegalArgumentException(
          "deleteExtraneous(true) needs a whole tree: getR or putR, not single files");
    }
    return options;
  }

  /** Checks the options for a download to a stream. */
  static TransferOptions toStream(TransferOptions options) {
    String problem = " needs a file to write to, not a stream";
    if (options.doneFile().isPresent()) {
      throw new IllegalArgumentException("doneFile(..)" + problem);
    } else if (options.mode().isPresent()) {
      throw new IllegalArgumentException("mode(..)" + problem);
    }
    return forStream(options);
  }

  /** Checks the options for a copy from or to a stream, which can't be resumed or removed. */
  static TransferOptions forStream(TransferOptions options) {
    if (options.resume()) {
      throw new IllegalArgumentException("resume(true) needs a file at both ends, not a stream");
    } else if (options.removeSource()) {
      throw new IllegalArgumentException(
          "removeSource(true) needs a file at both ends, not a stream");
    }
    return options;
  }

  /** Checks the options for a tree that is read without writing it anywhere. */
  static TransferOptions withoutTarget(TransferOptions options) {
    refuse(options.preserveMtime(), "preserveMtime(true) or existing(UPDATE)");
    refuse(options.preserveMode(), "preserveMode(true)");
    refuse(options.existing() != Existing.OVERWRITE, "existing(" + options.existing() + ")");
    refuse(!options.atomic(), "atomic(false)");
    refuse(options.resume(), "resume(true)");
    refuse(options.createParents(), "createParents(true)");
    refuse(options.doneFile().isPresent(), "doneFile(..)");
    refuse(options.mode().isPresent(), "mode(..)");
    refuse(options.removeSource(), "removeSource(true)");
    refuse(options.deleteExtraneous(), "deleteExtraneous(true)");
    refuse(options.symlinks() == Symlinks.COPY, "symlinks(COPY)");
    refuse(options.dryRun(), "dryRun(true)");
    return options;
  }

  private static void refuse(boolean isSet, String option) {
    if (isSet) {
      throw new IllegalArgumentException(
          option + " needs a target, but readTree only passes files to its callback");
    }
  }
}
