package io.github.jsftp;

/**
 * The size and the free space of a file system, as reported by statvfs(2). Immutable and safe to
 * share between threads.
 *
 * @param blockSize the block size of the file system in bytes
 * @param fragmentSize the unit of the block counts, in bytes
 * @param blocks the size of the file system in fragments
 * @param freeBlocks the number of free fragments
 * @param availableBlocks the number of free fragments for ordinary users
 * @param files the number of inodes
 * @param freeFiles the number of free inodes
 * @param availableFiles the number of free inodes for ordinary users
 * @param readOnly whether the file system is mounted read-only
 * @param maxNameLength the maximum length of a file name in bytes
 */
public record StatVfs(
    long blockSize,
    long fragmentSize,
    long blocks,
    long freeBlocks,
    long availableBlocks,
    long files,
    long freeFiles,
    long availableFiles,
    boolean readOnly,
    long maxNameLength) {

  /** Returns the size of the file system in bytes. */
  public long totalSpace() {
    return bytes(blocks);
  }

  /** Returns the free space in bytes, including the space reserved for root. */
  public long unallocatedSpace() {
    return bytes(freeBlocks);
  }

  /** Returns the free space in bytes that an ordinary user can use. */
  public long usableSpace() {
    return bytes(availableBlocks);
  }

  /** Returns the size of a number of fragments in bytes, at most {@code Long.MAX_VALUE}. */
  private long bytes(long fragments) {
    boolean fits =
        fragments >= 0
            && fragmentSize >= 0
            && Math.multiplyHigh(fragments, fragmentSize) == 0
            && fragments * fragmentSize >= 0;
    return fits ? fragments * fragmentSize : Long.MAX_VALUE;
  }
}
