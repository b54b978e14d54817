package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@LeakCheck
class SerializedExceptionsTest {
  private static final Details DETAILS =
      new Details("get", "/srv/a", "no space", 14, "disk full", "me@host:22");

  @TempDir Path local;

  private static List<SftpException> exceptions() {
    var cause = new IOException("the cause");
    var attempt = Results.NEW.attempt("publickey", "id_rsa", "SHA256:x", Answer.REFUSED);
    var failure =
        Results.NEW.fileOutcome(
            FileOutcome.Kind.FAILED,
            "dir/a",
            "/srv/dir/a",
            "dir/a",
            null,
            0,
            null,
            Results.NEW.noSuchPathException(DETAILS, null));
    var report =
        Results.NEW.treeResult(
            1, 2, 3, 4, List.of(failure), 5, 6, 7, Duration.ofSeconds(8), List.of("w"), List.of());
    return List.of(
        Results.NEW.sftpException(DETAILS, cause),
        Results.NEW.noSuchPathException(DETAILS, cause),
        Results.NEW.notADirectoryException(DETAILS, cause),
        Results.NEW.directoryNotEmptyException(DETAILS, cause),
        Results.NEW.pathExistsException(DETAILS, cause),
        Results.NEW.permissionDeniedException(DETAILS, cause),
        Results.NEW.operationNotSupportedException(DETAILS, cause),
        Results.NEW.operationTimeoutException(DETAILS, cause),
        Results.NEW.connectionException(DETAILS, "host", 22, cause),
        Results.NEW.authenticationException(
            DETAILS, "host", 22, List.of(attempt), List.of("password"), cause),
        Results.NEW.hostKeyException(
            DETAILS, "host", 22, Reason.CHANGED, "ssh-rsa", "SHA256:x", "line", "command", cause),
        Results.NEW.bulkException(
            DETAILS, Results.NEW.bulkResult(List.of(), 1, Duration.ofSeconds(8)), cause),
        Results.NEW.transferException(DETAILS, "/srv/a", "a", 3, 2, report, cause),
        Results.NEW.verificationException(
            DETAILS, "/srv/a", "a", 3, 2, "4 bytes", "3 bytes", cause));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void keepWhatTheyTell(SftpException thrown) throws Exception {
    SftpException read = copy(thrown);

    assertThat(read).isExactlyInstanceOf(thrown.getClass()).hasMessage(thrown.getMessage());
    assertThat(read.getCause()).hasMessage("the cause");
    assertThat(facts(read)).isEqualTo(facts(thrown)).containsKey("operation");
  }

  @Test
  void areAllTested() throws IOException {
    Set<String> tested =
        exceptions().stream().map(e -> e.getClass().getSimpleName()).collect(Collectors.toSet());

    try (Stream<Path> files = Files.list(Path.of("target/classes/io/github/jsftp"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith("Exception.class"))
          .allMatch(name -> tested.contains(name.replace(".class", "")));
    }
  }

  @Test
  void keepTheReportOfATree(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("good"), "good");
    Files.writeString(folder.local("bad"), "bad");
    Files.createDirectories(local.resolve("bad/dir"));
    var options = TransferOptions.builder().onError(OnError.CONTINUE).build();
    try (var sftp = Connections.connect(server, folder)) {
      var thrown =
          catchThrowableOfType(
              TransferException.class, () -> sftp.getR(folder.path(), local, options));

      TreeResult report = copy(thrown).report().orElseThrow();

      assertThat(report.transferred()).isEqualTo(1);
      assertThat(report.failures()).hasSize(1);
      assertThat(report).hasToString(thrown.report().orElseThrow().toString());
    }
  }

  @Test
  void keepTheOutcomesOfAllPaths(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("good"), "good");
    try (var sftp = Connections.connect(server, folder)) {
      var thrown =
          catchThrowableOfType(
              NoSuchPathException.class, () -> sftp.removeAll(List.of("good", "none")));

      NoSuchPathException read = copy(thrown);

      var failure = (BulkException) read.getSuppressed()[0];
      assertThat(failure.report().outcomes())
          .extracting(FileOutcome::toString)
          .containsExactly("delete good", "fail none: " + thrown.getMessage());
      assertThat(failure.report().failures().get(0).failure()).containsSame(read);
    }
  }

  @Test
  void keepTheirCausesWhenNoConnectionIsMade() throws Exception {
    var options = ConnectionOptions.builder("127.0.0.1").port(1).username("me").build();
    var thrown = catchThrowableOfType(ConnectionException.class, () -> Connection.connect(options));

    assertThat(copy(thrown)).hasMessage(thrown.getMessage()).hasCauseInstanceOf(IOException.class);
  }

  private static Map<String, String> facts(SftpException thrown) throws Exception {
    var facts = new TreeMap<String, String>();
    for (Method method : thrown.getClass().getMethods()) {
      if (method.getDeclaringClass().getName().startsWith("io.github.jsftp.")
          && method.getParameterCount() == 0
          && !Modifier.isStatic(method.getModifiers())) {
        facts.put(method.getName(), String.valueOf(method.invoke(thrown)));
      }
    }
    return facts;
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  private static <T> T copy(T object) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }
}
