package io.github.jsftp;

/**
 * The size and the free space of a file system, as reported by statvfs(2). Immutable and safe to
 * share between threads.
 */
public final class StatVfs {
  private final long blockSize;
  private final long fragmentSize;
  private final long blocks;
  private final long freeBlocks;
  private final long availableBlocks;
  private final long files;
  private final long freeFiles;
  private final long availableFiles;
  private final boolean readOnly;
  private final long maxNameLength;

  StatVfs(
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
    this.blockSize = blockSize;
    this.fragmentSize = fragmentSize;
    this.blocks = blocks;
    this.freeBlocks = freeBlocks;
    this.availableBlocks = availableBlocks;
    this.files = files;
    this.freeFiles = freeFiles;
    this.availableFiles = availableFiles;
    this.readOnly = readOnly;
    this.maxNameLength = maxNameLength;
  }

  /** Returns the block size of the file system in bytes. */
  public long blockSize() {
    return blockSize;
  }

  /** Returns the unit of the block counts, in bytes. */
  public long fragmentSize() {
    return fragmentSize;
  }

  /** Returns the size of the file system in fragments. */
  public long blocks() {
    return blocks;
  }

  /** Returns the number of free fragments. */
  public long freeBlocks() {
    return freeBlocks;
  }

  /** Returns the number of free fragments for ordinary users. */
  public long availableBlocks() {
    return availableBlocks;
  }

  /** Returns the number of inodes. */
  public long files() {
    return files;
  }

  /** Returns the number of free inodes. */
  public long freeFiles() {
    return freeFiles;
  }

  /** Returns the number of free inodes for ordinary users. */
  public long availableFiles() {
    return availableFiles;
  }

  /** Returns true if the file system is mounted read-only. */
  public boolean readOnly() {
    return readOnly;
  }

  /** Returns the maximum length of a file name in bytes. */
  public long maxNameLength() {
    return maxNameLength;
  }

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

  @Override
  public String toString() {
    return "StatVfs[blockSize="
        + blockSize
        + ", fragmentSize="
        + fragmentSize
        + ", blocks="
        + blocks
        + ", freeBlocks="
        + freeBlocks
        + ", availableBlocks="
        + availableBlocks
        + ", files="
        + files
        + ", freeFiles="
        + freeFiles
        + ", availableFiles="
        + availableFiles
        + ", readOnly="
        + readOnly
        + ", maxNameLength="
        + maxNameLength
        + "]";
  }
}
