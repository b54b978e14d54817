package io.github.jsftp;

/**
 * The state of the file system that holds a path, as statvfs(2) tells it. Immutable and safe to
 * share between threads.
 *
 * @param blockSize the file system's block size in bytes
 * @param fragmentSize the unit of the block counts, in bytes
 * @param blocks its size in fragments
 * @param freeBlocks free fragments
 * @param availableBlocks free fragments for ordinary users
 * @param files the number of inodes
 * @param freeFiles free inodes
 * @param availableFiles free inodes for ordinary users
 * @param readOnly whether it is mounted read-only
 * @param maxNameLength the longest file name in bytes
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

  /** Returns the free space in bytes, including what only root may use. */
  public long unallocatedSpace() {
    return bytes(freeBlocks);
  }

  /** Returns the free space in bytes that an ordinary user may use. */
  public long usableSpace() {
    return bytes(availableBlocks);
  }

  /** Returns the size of so many fragments, at most what a long can hold. */
  private long bytes(long fragments) {
    boolean fits =
        fragments >= 0
            && fragmentSize >= 0
            && Math.multiplyHigh(fragments, fragmentSize) == 0
            && fragments * fragmentSize >= 0;
    return fits ? fragments * fragmentSize : Long.MAX_VALUE;
  }
}
