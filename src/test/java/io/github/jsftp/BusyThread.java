package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Does everything that a connection can, in random order, in a directory of its own and with files
 * that all threads read; knows each answer beforehand.
 */
final class BusyThread {
  private static final int MOST_FILES = 6;
  private static final int MOST_BYTES = 100_000;

  private interface Work {
    void run() throws IOException;
  }

  private final Connection sftp;
  private final String name;
  private final Path local;
  private final Map<String, byte[]> shared;
  private final Random random;
  private final Map<String, byte[]> own = new TreeMap<>();
  private final List<Work> works =
      List.of(
          this::put,
          this::put,
          this::get,
          this::getShared,
          this::copyTrees,
          this::stat,
          this::list,
          this::walk,
          this::rename,
          this::chmod,
          this::read,
          this::append,
          this::glob,
          this::checksum,
          this::execute);
  private int made;

  /** A thread whose directories do not exist yet. */
  BusyThread(Connection sftp, String name, Path local, Map<String, byte[]> shared, long seed)
      throws IOException {
    this.sftp = sftp;
    this.name = name;
    this.local = Files.createDirectory(local.resolve(name));
    this.shared = shared;
    random = new Random(seed);
    sftp.mkdir(name);
  }

  /** Does one thing and checks what comes of it. */
  void work() throws IOException {
    works.get(random.nextInt(works.size())).run();
  }

  /** Takes its directory away. */
  void leave() throws IOException {
    sftp.rmtree(name);
    assertThat(sftp.isDir(name)).isFalse();
  }

  private String newName() {
    return name + "/f" + made++ + (random.nextBoolean() ? ".a" : ".b");
  }

  private byte[] newBytes() {
    return Trees.bytes(random.nextLong(), random.nextInt(MOST_BYTES));
  }

  private <V> Map.Entry<String, V> any(Map<String, V> files) {
    return new ArrayList<>(files.entrySet()).get(random.nextInt(files.size()));
  }

  private Map.Entry<String, byte[]> anyOwn() throws IOException {
    if (own.isEmpty()) {
      put();
    }
    return any(own);
  }

  private void put() throws IOException {
    if (own.size() >= MOST_FILES) {
      String old = any(own).getKey();
      sftp.remove(old);
      own.remove(old);
    }
    String file = newName();
    byte[] bytes = newBytes();
    sftp.put(Files.write(local.resolve("up"), bytes), file);
    own.put(file, bytes);
  }

  private void get() throws IOException {
    var file = anyOwn();
    sftp.get(file.getKey(), local.resolve("down"));
    Trees.assertSameBytes(local.resolve("down"), file.getValue());
  }

  private void getShared() throws IOException {
    var file = any(shared);
    sftp.get(file.getKey(), local.resolve("down"));
    Trees.assertSameBytes(local.resolve("down"), file.getValue());
  }

  private void copyTrees() throws IOException {
    Path tree = local.resolve("tree" + made);
    Path back = local.resolve("back" + made++);
    Trees.create(tree, random.nextLong(), 5, 3_000);
    sftp.putR(tree, name + "/tree");
    sftp.getR(name + "/tree", back);
    Trees.assertEqual(back, tree);
    sftp.rmtree(name + "/tree");
  }

  private void stat() throws IOException {
    var file = anyOwn();
    assertThat(sftp.stat(file.getKey()).size()).isEqualTo(file.getValue().length);
    assertThat(sftp.exists(name + "/none")).isFalse();
    assertThat(sftp.isDir(name)).isTrue();
  }

  private void list() throws IOException {
    assertThat(sftp.listdir(name).stream().map(file -> name + "/" + file).toList())
        .isEqualTo(new ArrayList<>(own.keySet()));
  }

  private void walk() throws IOException {
    var found = new TreeMap<String, Long>();
    sftp.walkTree(
        name, file -> found.put(name + "/" + file.name(), file.size()), dir -> {}, other -> {});
    var expected = new TreeMap<String, Long>();
    own.forEach((file, bytes) -> expected.put(file, (long) bytes.length));
    assertThat(found).isEqualTo(expected);
  }

  private void rename() throws IOException {
    String from = anyOwn().getKey();
    String to = newName();
    sftp.rename(from, to);
    own.put(to, own.remove(from));
    assertThat(sftp.exists(from)).isFalse();
  }

  private void chmod() throws IOException {
    String file = anyOwn().getKey();
    int mode = random.nextBoolean() ? 640 : 600;
    sftp.chmod(file, mode);
    assertThat(sftp.lstat(file).mode()).isEqualTo(mode);
  }

  private void read() throws IOException {
    var file = any(shared);
    int from = random.nextInt(file.getValue().length);
    byte[] rest = Arrays.copyOfRange(file.getValue(), from, file.getValue().length);
    try (var open = sftp.open(file.getKey(), StandardOpenOption.READ)) {
      open.position(from);
      assertThat(open.in().readAllBytes()).isEqualTo(rest);
    }
  }

  private void append() throws IOException {
    var file = anyOwn();
    byte[] more = newBytes();
    try (var open = sftp.open(file.getKey(), StandardOpenOption.WRITE)) {
      open.position(file.getValue().length);
      for (var rest = ByteBuffer.wrap(more); rest.hasRemaining(); ) {
        open.write(rest);
      }
    }
    byte[] all = Arrays.copyOf(file.getValue(), file.getValue().length + more.length);
    System.arraycopy(more, 0, all, file.getValue().length, more.length);
    own.put(file.getKey(), all);
    assertThat(sftp.readBytes(file.getKey())).isEqualTo(all);
  }

  private void glob() throws IOException {
    assertThat(sftp.glob(name + "/*.a").stream().map(FileInfo::name).toList())
        .isEqualTo(
            own.keySet().stream()
                .filter(file -> file.endsWith(".a"))
                .map(file -> file.substring(name.length() + 1))
                .toList());
  }

  private void checksum() throws IOException {
    var file = random.nextBoolean() ? any(shared) : anyOwn();
    assertThat(sftp.checksum(file.getKey(), "SHA-256")).isEqualTo(sha256(file.getValue()));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void execute() throws IOException {
    String word = name + "-" + random.nextInt();
    var result = sftp.execute("echo " + word);
    assertThat(result.stdout()).isEqualTo(word + "\n");
    assertThat(result.stderr().getBytes(StandardCharsets.UTF_8)).isEmpty();
    assertThat(result.succeeded()).isTrue();
  }
}
