package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs classes below as a build does; they note the servers that they get. */
class SftpServerExtensionTest {
  private static final List<TestSftpServer> SEEN = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static EngineExecutionResults run(Class<?>... types) {
    return run(Map.of(), types);
  }

  private static EngineExecutionResults run(Map<String, String> configuration, Class<?>... types) {
    var results =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameters(configuration)
            .selectors(
                List.of(types).stream().map(it -> selectClass(it)).toArray(ClassSelector[]::new))
            .execute();
    assertThat(SEEN).allMatch(TestSftpServer::isClosed).allMatch(it -> Files.notExists(it.root()));
    return results;
  }

  private static void passes(int tests, Class<?>... types) {
    run(types).testEvents().assertStatistics(events -> events.started(tests).succeeded(tests));
  }

  private static String failure(Class<?> type) {
    return run(type).allEvents().failed().stream()
        .map(SftpServerExtensionTest::message)
        .findFirst()
        .orElseThrow();
  }

  private static String message(Event event) {
    return event
        .getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
        .getThrowable()
        .orElseThrow()
        .getMessage();
  }

  private static void sees(TestSftpServer server) {
    SEEN.add(server);
    assertThat(server.isClosed()).isFalse();
  }

  @SftpServer
  static class OneForTheClass {
    OneForTheClass(TestSftpServer server) {
      sees(server);
    }

    @BeforeAll
    static void before(TestSftpServer server) throws IOException {
      sees(server);
      Files.writeString(server.root().resolve("given.txt"), "hello");
    }

    @BeforeEach
    void beforeEach(TestSftpServer server) {
      sees(server);
    }

    @RepeatedTest(2)
    void connects(TestSftpServer server, ConnectionOptions options) throws IOException {
      sees(server);
      try (Connection sftp = Connection.connect(options)) {
        assertThat(sftp.readString("given.txt")).isEqualTo("hello");
      }
      server.fail(Operation.OPEN, Status.FAILURE); // removed before the second time
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void takesArguments(int number, TestSftpServer server) {
      sees(server);
    }

    @AfterEach
    void afterEach(TestSftpServer server) {
      sees(server);
    }

    @AfterAll
    static void after(TestSftpServer server) {
      sees(server);
    }
  }

  @Test
  void givesTheTestsOfAClassOneServer() {
    passes(4, OneForTheClass.class);
    assertThat(new HashSet<>(SEEN)).hasSize(1);
  }

  static class Inherits extends OneForTheClass {
    Inherits(TestSftpServer server) {
      super(server);
    }
  }

  @Test
  void givesEachSubclassAServer() {
    passes(8, Inherits.class, OneForTheClass.class);
    assertThat(new HashSet<>(SEEN)).hasSize(2);
  }

  @SftpServer(perMethod = true)
  static class OneForEachTest {
    @BeforeEach
    void before(TestSftpServer server) {
      assertThat(server.root()).isEmptyDirectory();
    }

    @RepeatedTest(2)
    void has(TestSftpServer server) throws IOException {
      sees(server);
      Files.writeString(server.root().resolve("a.txt"), "hello");
    }

    @Nested
    class Inner {
      @Test
      void has(TestSftpServer server) {
        sees(server);
      }
    }
  }

  @Test
  void givesEachTestAServer() {
    passes(3, OneForEachTest.class);
    assertThat(SEEN).hasSize(3).doesNotHaveDuplicates();
  }

  static class OneForAMethod {
    @Test
    @SftpServer
    void has(TestSftpServer server) {
      sees(server);
    }

    @Test
    void hasNone() {}
  }

  @Test
  void givesASingleTestAServer() {
    passes(2, OneForAMethod.class);
    assertThat(SEEN).hasSize(1);
  }

  @SftpServer
  static class Outer {
    @Test
    void has(TestSftpServer server) {
      sees(server);
    }

    @Nested
    class Inner {
      @Test
      void hasThatOfTheOuterClass(TestSftpServer server) {
        sees(server);
      }

      @Test
      @SftpServer
      void hasItsOwn(TestSftpServer server) {
        sees(server);
      }
    }

    @Nested
    @SftpServer
    class Other {
      @RepeatedTest(2)
      void hasThatOfItsClass(TestSftpServer server) {
        sees(server);
      }
    }
  }

  @Test
  void givesNestedClassesTheServerAroundThem() {
    passes(5, Outer.class);
    assertThat(new HashSet<>(SEEN)).hasSize(3);
  }

  static class InAStaticField {
    @SftpServer private static TestSftpServer server;

    @RepeatedTest(2)
    void has(TestSftpServer parameter) {
      sees(server);
      assertThat(parameter).isSameAs(server);
    }
  }

  static class InAnInheritedField extends InAStaticField {}

  @Test
  void fillsStaticFields() {
    passes(4, InAStaticField.class, InAnInheritedField.class);
    assertThat(new HashSet<>(SEEN)).hasSize(2);
  }

  static class InAField {
    @SftpServer TestSftpServer server;

    @RepeatedTest(2)
    void has(TestSftpServer parameter) {
      sees(server);
      assertThat(parameter).isSameAs(server);
    }

    @Nested
    class Inner {
      @Test
      void has() {
        sees(server);
      }
    }
  }

  @Test
  void fillsOtherFieldsWithAServerForEachTest() {
    passes(3, InAField.class);
    assertThat(SEEN).hasSize(3).doesNotHaveDuplicates();
  }

  static class WithSettings {
    @SftpServer
    static final TestSftpServer SERVER = TestSftpServer.builder().user("ann", "a").start();

    @RepeatedTest(2)
    void has(ConnectionOptions options) throws IOException {
      sees(SERVER);
      assertThat(options.username()).isEqualTo("ann");
      Connection.connect(options).close();
    }
  }

  static class WithSettingsAgain extends WithSettings {}

  @Test
  void takesAServerThatTheTestHasStarted() {
    passes(2, WithSettings.class);
    assertThat(new HashSet<>(SEEN)).hasSize(1);
    assertThat(failure(WithSettingsAgain.class))
        .startsWith("the server in static final ")
        .contains("was closed after an earlier test class");
  }

  static class WithSettingsForEachTest {
    @SftpServer final TestSftpServer server = TestSftpServer.builder().user("ann", "a").start();

    @RepeatedTest(2)
    void has(ConnectionOptions options) throws IOException {
      sees(server);
      assertThat(options.port()).isEqualTo(server.port());
      Connection.connect(options).close();
    }
  }

  @TestInstance(Lifecycle.PER_CLASS)
  static class WithSettingsInOneInstance extends WithSettingsForEachTest {}

  @Test
  void takesAServerThatWasStartedForTheTest() {
    passes(2, WithSettingsForEachTest.class);
    assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
    assertThat(failure(WithSettingsInOneInstance.class))
        .contains("was closed after an earlier test of the same instance")
        .contains("start it in a static field");
  }

  @TestInstance(Lifecycle.PER_CLASS)
  static class InAFieldOfOneInstance {
    @SftpServer TestSftpServer server;

    @BeforeAll
    void before() {
      assertThat(server).isNull();
    }

    @RepeatedTest(2)
    void has(TestSftpServer parameter) {
      sees(server);
      assertThat(parameter).isSameAs(server);
    }
  }

  @Test
  void givesEachTestOfOneInstanceAServer() {
    passes(2, InAFieldOfOneInstance.class);
    assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
  }

  private static final CountDownLatch BOTH_RUN = new CountDownLatch(2);
  private static final CountDownLatch FIRST_HAS_ENDED = new CountDownLatch(1);

  private static void meet(CountDownLatch event) throws InterruptedException {
    event.countDown();
    assertThat(event.await(1, TimeUnit.MINUTES)).isTrue();
  }

  static class EndsFirst extends InAStaticField {
    @RegisterExtension static final AfterAllCallback LAST = context -> FIRST_HAS_ENDED.countDown();

    @Test
    void meets() throws InterruptedException {
      meet(BOTH_RUN);
    }
  }

  static class EndsLast extends InAStaticField {
    @Test
    void hasItsServerStill(TestSftpServer parameter) throws InterruptedException {
      meet(BOTH_RUN);
      assertThat(FIRST_HAS_ENDED.await(1, TimeUnit.MINUTES)).isTrue();
      sees(parameter);
      sees(InAStaticField.server);
    }
  }

  @Test
  void servesTestsInParallel() {
    var parallel =
        Map.of(
            "junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.mode.default", "concurrent",
            "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "8");
    run(
            parallel,
            EndsFirst.class,
            EndsLast.class,
            InAField.class,
            Outer.class,
            WithSettingsForEachTest.class,
            InAFieldOfOneInstance.class)
        .testEvents()
        .assertStatistics(events -> events.started(18).succeeded(18));
  }

  @SftpServer(perMethod = true)
  static class TooEarly {
    @BeforeAll
    static void before(TestSftpServer server) {}

    @Test
    void has() {}
  }

  static class OfAnotherType {
    @SftpServer static String server;

    @Test
    void has() {}
  }

  @Test
  void explainsWhyThereIsNone() {
    assertThat(failure(TooEarly.class))
        .isEqualTo(
            "no SFTP server here: with a server for each test, only tests, @BeforeEach and"
                + " @AfterEach have one");
    assertThat(failure(OfAnotherType.class))
        .isEqualTo(
            "@SftpServer is for fields of type TestSftpServer, not for static java.lang.String"
                + " io.github.jsftp.testing.SftpServerExtensionTest$OfAnotherType.server");
  }
}
