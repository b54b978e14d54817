package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.results.Results;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileInfoTest {

  private static FileInfo info(String path, FileInfo.Type type, int mode, String longname) {
    return Results.NEW.fileInfo(
        path, type, 12, mode, 1000, 100, Instant.EPOCH, Instant.EPOCH, longname);
  }

  @ParameterizedTest
  @CsvSource({
    "644, rw-r--r--",
    "4755, rwsr-xr-x",
    "2644, rw-r-Sr--",
    "1777, rwxrwxrwt",
    "7000, --S--S--T",
    "0, ---------",
    "-1, ?????????"
  })
  void writesPermissionsAsLsDoes(int mode, String text) {
    assertThat(info("/a", FileInfo.Type.FILE, mode, null).toString()).startsWith("-" + text + " ");
  }

  @Test
  void isNamedAfterTheLastPartOfItsPath() {
    assertThat(info("/a/b c", FileInfo.Type.FILE, 644, null).name()).isEqualTo("b c");
    assertThat(info("/", FileInfo.Type.DIRECTORY, 755, null).name()).isEqualTo("/");
  }

  @Test
  void showsTheServersOwnLineWhereThereIsOne() {
    String line = "-rw-r--r--    1 me       users          12 Jan  1 00:00 a";

    assertThat(info("/a", FileInfo.Type.FILE, 644, line)).hasToString(line);
  }

  @Test
  void hidesControlCharactersThatWouldReachATerminal() {
    assertThat(info("/a", FileInfo.Type.FILE, 644, "evil\u001b[2J\nname"))
        .hasToString("evil?[2J?name");
    assertThat(info("/x\ny", FileInfo.Type.FILE, 644, null).toString()).endsWith(" x?y");
    assertThat(info("/a\u202egpj", FileInfo.Type.FILE, 644, null).toString()).endsWith(" a?gpj");
  }

  @Test
  void tellsKindsApart() {
    assertThat(info("/a", FileInfo.Type.LINK, 777, null).isLink()).isTrue();
    assertThat(info("/a", FileInfo.Type.LINK, 777, null).isFile()).isFalse();
    assertThat(info("/a", FileInfo.Type.DIRECTORY, 777, null).isDir()).isTrue();
    assertThat(info("/a", FileInfo.Type.OTHER, 777, null).isFile()).isFalse();
  }

  @Test
  void isEqualWhateverTheLongName() {
    FileInfo file = info("/a", FileInfo.Type.FILE, 644, null);

    assertThat(file)
        .isEqualTo(info("/a", FileInfo.Type.FILE, 644, "-rw-r--r-- 1 me me 12 Jan 1 00:00 a"))
        .hasSameHashCodeAs(info("/a", FileInfo.Type.FILE, 644, "a line"))
        .isNotEqualTo(info("/b", FileInfo.Type.FILE, 644, null))
        .isNotEqualTo(info("/a", FileInfo.Type.OTHER, 644, null))
        .isNotEqualTo(info("/a", FileInfo.Type.FILE, 645, null))
        .isNotEqualTo("/a");
    Instant later = Instant.ofEpochSecond(1);
    assertThat(file)
        .isNotEqualTo(with(13, 1000, 100, Instant.EPOCH, Instant.EPOCH))
        .isNotEqualTo(with(12, 1001, 100, Instant.EPOCH, Instant.EPOCH))
        .isNotEqualTo(with(12, 1000, 101, Instant.EPOCH, Instant.EPOCH))
        .isNotEqualTo(with(12, 1000, 100, later, Instant.EPOCH))
        .isNotEqualTo(with(12, 1000, 100, Instant.EPOCH, later))
        .isEqualTo(with(12, 1000, 100, Instant.EPOCH, Instant.EPOCH));
  }

  private static FileInfo with(long size, long uid, long gid, Instant accessed, Instant modified) {
    return Results.NEW.fileInfo(
        "/a", FileInfo.Type.FILE, size, 644, uid, gid, accessed, modified, null);
  }

  @Test
  void tellsWhatIsUnknown() {
    var full = info("/a", FileInfo.Type.FILE, 0, null);
    var bare = Results.NEW.fileInfo("/a", FileInfo.Type.OTHER, -1, -1, -1, -1, null, null, null);

    assertThat(full.hasSize() && full.hasMode() && full.hasOwner() && full.hasTimes()).isTrue();
    assertThat(bare.hasSize() || bare.hasMode() || bare.hasOwner() || bare.hasTimes()).isFalse();
    assertThat(bare.modified()).isNotEqualTo(Instant.EPOCH);
    assertThat(bare.toString()).matches("[?]{10} +[?] +[?] +[?] +[?] [?] a");
  }
}
