package io.github.jsftp.testing;

/** What some SFTP servers do differently from OpenSSH, for {@link TestSftpServer#quirks}. */
public enum Quirk {
  /** No type bits in the permissions, in any answer. */
  NO_TYPES,
  /** No permissions in any answer. */
  NO_PERMISSIONS,
  /** No sizes in any answer. */
  NO_SIZES,
  /** A size of 0 in every answer. */
  ZERO_SIZES,
  /** A size of -2 in every answer: invalid, and other than -1, which stands for an unknown size. */
  NEGATIVE_SIZES,
  /** No times in any answer. */
  NO_TIMES,
  /** No owners in any answer. */
  NO_OWNERS,
  /** Owner and group 4000000000 in every answer. */
  HUGE_OWNERS,
  /** Nothing but names in listings. */
  BARE_LISTINGS,
  /** Empty lines of {@code ls -l} in listings. */
  EMPTY_LONG_NAMES,
  /** No type bits for devices and pipes, and lines of {@code ls -l} that call them files. */
  HIDDEN_SPECIALS,
  /** Neither "." nor ".." in listings. */
  NO_DOTS,
  /** No extensions in the greeting. */
  NO_EXTENSIONS,
  /** No {@code posix-rename@openssh.com}, so that a rename to a name that exists fails. */
  NO_POSIX_RENAME,
  /** A rename to a name that exists replaces what is there. */
  RENAME_REPLACES,
  /** The permissions in OPEN and MKDIR are ignored. */
  IGNORES_PERMISSIONS,
  /** Names that differ in case only are one. */
  CASE_INSENSITIVE
}
