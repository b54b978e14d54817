package io.github.jsftp.internal.transfer.resume;

import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.RESUMING;
import static io.github.jsftp.internal.transfer.resume.InterruptedCopy.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.transfer.resume.InterruptedCopy.TransferDirection;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResumePlacesTest {
  private static final String OTHERS = ".b.jsftp-abcd0123abcd0123abcd.part";

  @TempDir Path local;

  @Test
  void followsNoLocalLink() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      copy.loseConnection();
      byte[] left = copy.part();
      Path part = local.resolve(copy.parts().get(0));
      Path victim = Files.move(part, local.resolve("victim"));
      Files.createSymbolicLink(part, victim);
      copy.assertNotResumed(RESUMING);
      Trees.assertSameBytes(victim, left);
      assertThat(part).doesNotExist();
    }
  }

  @Test
  void followsNoRemoteLink() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      copy.loseConnection();
      byte[] left = copy.part();
      String part = "/r/" + copy.parts().get(0);
      MemoryStore store = copy.memory.store();
      store.remove(part).join();
      store.file("/r/victim", left).link(part, "victim");
      copy.assertNotResumed(RESUMING);
      assertThat(store.bytes("/r/victim")).isEqualTo(left);
    }
  }

  @Test
  void checksAgainWhetherARemotePartIsALink() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      copy.loseConnection();
      byte[] left = copy.part();
      String part = "/r/" + copy.parts().get(0);
      MemoryStore store = copy.memory.store();
      store.file("/r/victim", left);
      var renames = new AtomicInteger();
      copy.memory
          .server()
          .failWhen(
              request -> {
                if (request.name().equals("rename") && renames.getAndIncrement() == 0) {
                  store.link(part, "victim"); // between the listing and the rename
                }
                return false;
              },
              request -> new AssertionError());
      copy.assertNotResumed(RESUMING);
      assertThat(store.bytes("/r/victim")).isEqualTo(left);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesADirectoryNamedLikeAPartAlone(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      String part = copy.parts().get(0);
      if (direction == TransferDirection.GET) {
        Files.delete(local.resolve(part));
        Files.createDirectory(local.resolve(part));
      } else {
        copy.memory.store().remove("/r/" + part).join();
        copy.memory.store().directory("/r/" + part);
      }
      assertThat(copy.copy(RESUMING).resumedFrom()).isZero();
      assertThat(copy.target()).isEqualTo(copy.bytes);
      assertThat(copy.parts()).containsExactly(part);
      Files.deleteIfExists(local.resolve(part));
      if (direction == TransferDirection.PUT) {
        copy.memory.store().rmdir("/r/" + part).join();
      }
    }
  }

  @Test
  void resumesNoFileWithASecondLinkInASharedDirectory() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      copy.loseConnection();
      byte[] left = copy.part();
      Path part = local.resolve(copy.parts().get(0));
      Path victim = Files.createLink(local.resolve("victim"), part);
      Files.setPosixFilePermissions(local, PosixFilePermissions.fromString("rwxrwxrwx"));
      copy.assertNotResumed(RESUMING);
      Trees.assertSameBytes(victim, left);
    }
  }

  @Test
  void resumesItsOwnFileInASharedDirectory() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      copy.loseConnection();
      Files.setPosixFilePermissions(local, PosixFilePermissions.fromString("rwxrwxrwx"));
      copy.assertResumed(RESUMING);
    }
  }

  @Test
  void leavesALocalPartInUseAlone() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      copy.addFile("b", new byte[0]);
      copy.loseConnection();
      byte[] left = copy.part();
      Path part = local.resolve(copy.parts().get(0));
      try (var other = FileChannel.open(part, StandardOpenOption.WRITE);
          var lock = other.lock()) {
        assertThat(lock.isValid()).isTrue();
        assertThat(copy.copy(RESUMING).resumedFrom()).isZero();
        assertThat(copy.target()).isEqualTo(copy.bytes);
        assertThat(copy.part()).isEqualTo(left);
      }
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void allowsTwoEqualCopiesAtTheSameTime(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      var asked = new AtomicInteger();
      var server = copy.memory.server();
      server.hold(r -> r.name().equals(direction.request) && asked.getAndIncrement() == 40);
      var transfers = copy.memory.transfers();
      var first = copy.inBackground(transfers, RESUMING);
      Eventually.until("one is held", () -> !server.held().isEmpty());
      assertThat(copy.copy(transfers, RESUMING).resumedFrom()).isZero();
      assertThat(copy.target()).isEqualTo(copy.bytes);
      assertThat(copy.parts()).hasSize(1);
      server.release();
      assertThat(first.join().bytes()).isEqualTo(SIZE);
      copy.assertComplete();
    }
  }

  @Test
  void keepsAPartLockedWhileAnotherTransferChecksIt() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      var asked = new AtomicInteger();
      var server = copy.memory.server();
      server.hold(r -> r.name().equals("read") && asked.getAndIncrement() == 40);
      var transfers = copy.memory.transfers();
      var first = copy.inBackground(transfers, RESUMING);
      Eventually.until("one is held", () -> !server.held().isEmpty());
      Path part = local.resolve(copy.parts().get(0));
      assertThat(OtherProgram.locks(part)).isFalse();
      copy.copy(transfers, RESUMING);
      assertThat(OtherProgram.locks(part)).isFalse();
      server.release();
      first.join();
      copy.assertComplete();
    }
  }

  /** A second JVM that tries to lock a part file. */
  static final class OtherProgram {
    private OtherProgram() {}

    /** Runs the program and returns true if it could lock the part file. */
    static boolean locks(Path part) throws Exception {
      Process program =
          new ProcessBuilder(
                  ChildJvm.command(
                      List.of(), OtherProgram.class.getName(), List.of(part.toString())))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(program.waitFor()).isZero();
      return Boolean.parseBoolean(said.strip());
    }

    public static void main(String[] args) throws IOException {
      Path part = Path.of(args[0]);
      try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        System.out.println(LocalParts.lock(part, channel));
      }
    }
  }

  @Test
  void takesOverARemotePartStillBeingWritten() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      var asked = new AtomicInteger();
      var server = copy.memory.server();
      server.hold(r -> r.name().equals("write") && asked.getAndIncrement() == 60);
      var first = copy.inBackground(RESUMING);
      Eventually.until("one is held", () -> !server.held().isEmpty());
      Eventually.until("the rest waits", () -> server.inFlight() == 1);
      copy.assertResumed(RESUMING);
      server.release();
      assertThatThrownBy(first::join).hasStackTraceContaining("the server has moved the file away");
      copy.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesPartsOfOtherVersionsOfTheSource(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.addFile(OTHERS, new byte[] {1});
      copy.addFile(".c.jsftp-abcd0123abcd0123abcd.part", new byte[] {2});
      copy.addFile(".b.jsftp-abcd0123.part", new byte[] {3});
      TransferResult result = copy.copy(RESUMING);
      assertThat(result.warnings()).isEmpty();
      assertThat(copy.parts())
          .containsExactlyInAnyOrder(
              ".c.jsftp-abcd0123abcd0123abcd.part", ".b.jsftp-abcd0123.part");
      copy.removeParts();
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesNothingBeforeTheTargetIsComplete(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.addFile(OTHERS, new byte[] {1});
      copy.loseConnection();
      assertThat(copy.parts()).hasSize(2).contains(OTHERS);
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tmp-{random}", "{name}{random}", "{random}.{name}.{random}"})
  void worksWithAnyPattern(String pattern) throws Exception {
    for (TransferDirection direction : TransferDirection.values()) {
      var options = RESUMING.toBuilder().temporaryName(pattern + ".part").build();
      try (var copy =
          new InterruptedCopy(Files.createDirectory(local.resolve("" + direction)), direction)) {
        copy.loseConnection(options);
        copy.assertResumed(options);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "\\E.*\\Q", "{random}", "$1", "*?[x]", "ü\n日"})
  void resumesWhateverTheName(String name) throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.PUT)) {
      copy.memory.server().window = 8;
      copy.setTarget(name);
      copy.loseConnection();
      copy.assertResumed(RESUMING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isNeverMoreReadableThanTheFileItReplaces(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.addFile("b", new byte[0]);
      copy.setPermissions("b", 0644);
      copy.loseConnection();
      assertThat(copy.permissions(copy.parts().get(0))).isEqualTo(0644);
      copy.setPermissions("b", 0440);
      copy.loseConnection();
      assertThat(copy.parts()).hasSize(2);
      // The part file may have another group than the replaced file.
      assertThat(copy.parts()).anyMatch(name -> copy.permissions(name) == 0600);
      copy.assertResumed(RESUMING);
      assertThat(copy.permissions("b")).isEqualTo(0440);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resumesTheFileThatALinkLeadsTo(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      if (direction == TransferDirection.GET) {
        Files.createDirectory(local.resolve("sub"));
        Files.createSymbolicLink(local.resolve("b"), Path.of("sub/real"));
      } else {
        copy.memory.store().directory("/r/sub").link("/r/b", "sub/real");
      }
      copy.loseConnection();
      assertThat(copy.parts()).isEmpty();
      copy.assertResumed(RESUMING);
      assertThat(
              direction == TransferDirection.GET
                  ? Files.isSymbolicLink(local.resolve("b"))
                  : copy.memory.store().info("/r/b").isLink())
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void resumesAMirrorAndCleansUp(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      Path tree = Files.createDirectories(local.resolve("tree"));
      Files.write(tree.resolve("b"), copy.bytes);
      copy.memory.store().file("/r/tree/b", copy.bytes);
      copy.loseConnection(copy.afterMostBlocks(), () -> mirror(copy));
      assertThat(inTarget(copy)).singleElement().asString().endsWith(".part");
      var others = List.of(OTHERS, ".gone.jsftp-abcd0123abcd0123abcd.part");
      for (String other : others) {
        copy.addFile("to/" + other, new byte[] {1});
      }
      int lists = copy.memory.server().count("list");
      TreeResult result = mirror(copy);
      assertThat(result.bytes()).isLessThan(SIZE);
      assertThat(result.deleted()).isEqualTo(1);
      assertThat(inTarget(copy)).containsExactly("b");
      assertThat(copy.memory.server().count("list") - lists).isEqualTo(1);
    }
  }

  private TreeResult mirror(InterruptedCopy copy) throws IOException {
    var options = RESUMING.toBuilder().existing(Existing.UPDATE).deleteExtraneous(true).build();
    var transfers = copy.memory.transfers();
    return copy.direction == TransferDirection.GET
        ? transfers.trees().getR("/r/tree", local.resolve("to"), options)
        : transfers.trees().putR(local.resolve("tree"), "/r/to", options);
  }

  private List<String> inTarget(InterruptedCopy copy) {
    return copy.direction == TransferDirection.GET
        ? List.of(local.resolve("to").toFile().list())
        : copy.memory.store().names("/r/to");
  }

  @Test
  void refusesStreams() throws Exception {
    try (var copy = new InterruptedCopy(local, TransferDirection.GET)) {
      String message = "resume(true) needs a file at both ends, not a stream";
      var transfers = copy.memory.transfers();
      assertThatThrownBy(() -> transfers.get("/r/a", new ByteArrayOutputStream(), RESUMING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      var in = new ByteArrayInputStream(new byte[1]);
      assertThatThrownBy(() -> transfers.put(in, "/r/b", RESUMING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThat(copy.memory.server().requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void changesNothingInADryRun(TransferDirection direction) throws Exception {
    try (var copy = new InterruptedCopy(local, direction)) {
      copy.loseConnection();
      byte[] left = copy.part();
      var dry = RESUMING.toBuilder().dryRun(true).build();
      assertThat(copy.copy(dry).bytes()).isEqualTo(SIZE);
      assertThat(copy.part()).isEqualTo(left);
      copy.assertResumed(RESUMING);
    }
  }
}
