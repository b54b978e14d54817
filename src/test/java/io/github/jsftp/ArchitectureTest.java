package io.github.jsftp;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.jsftp.internal.console.ConsoleProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final String ROOT = "io.github.jsftp";
  private static final String INTERNAL = ROOT + ".internal..";
  private static final String PATH = ROOT + ".internal.path..";
  private static final String INTERNAL_ROOT = ROOT + ".internal.";
  private static final String RESULTS = "results";
  private static final String INBOX = ROOT + ".internal.inbox";
  private static final String OPTIONS = ROOT + ".internal.options..";
  private static final String SSH = ROOT + ".internal.ssh..";
  private static final String JSCH = "com.jcraft..";

  /** A list of methods of a line or two each, with their Javadoc. */
  private static final Set<String> LONG_LISTS =
      Set.of("Connection.java", "ConnectionOptions.java", "TransferOptions.java");

  /** The public types that delegate to internals. */
  private static final Class<?>[] WITH_INTERNALS = {
    Connection.class,
    Inbox.class,
    Negotiated.class,
    ProgressListener.class,
    Prompts.class,
    RemoteFile.class,
    WorkingDirectory.class
  };

  private static final Pattern ROW =
      Pattern.compile("\\| `(?<name>[a-z.]+)` \\|[^|]*\\|(?<known>[^|]*)\\|");

  private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void onlySshKnowsJsch() {
    noClasses()
        .that(not(resideInAPackage(SSH)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(JSCH)
        .check(CLASSES);
  }

  @Test
  void configurationsOfSshAreNotUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("com[.]jcraft[.]jsch[.].*(Pageant|ConfigRepository|OpenSSHConfig).*")
        .check(CLASSES);
  }

  @Test
  void pathsAreJavaOnly() {
    classes()
        .that()
        .resideInAPackage(PATH)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(PATH, "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void packagesKnowWhatTheTableAllows() throws IOException {
    Map<String, Set<String>> table = table();
    assertThat(table.keySet()).isEqualTo(packages());
    table.forEach(
        (name, known) ->
            noClasses()
                .that()
                .resideInAPackage(INTERNAL_ROOT + name)
                .should()
                .dependOnClassesThat(
                    resideInAPackage(INTERNAL)
                        .and(not(resideInAPackage(INTERNAL_ROOT + name)))
                        .and(not(resideInAPackage(INTERNAL_ROOT + RESULTS)))
                        .and(not(resideInAnyPackage(full(known)))))
                .check(CLASSES));
  }

  @Test
  void theTableAllowsNothingInVain() throws IOException {
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      if (isBelowInternal(type)) {
        Set<String> known = used.computeIfAbsent(below(type), name -> new TreeSet<>());
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass())
            .filter(ArchitectureTest::isBelowInternal)
            .map(ArchitectureTest::below)
            .filter(name -> !name.equals(below(type)) && !name.equals(RESULTS))
            .forEach(known::add);
      }
    }
    assertThat(used).isEqualTo(table());
  }

  @Test
  void internalPackagesHaveNoCycles() {
    slices().matching(INTERNAL_ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packagesAreSmall() throws IOException {
    Map<String, String> tooLarge = new TreeMap<>();
    for (Path dir : sources().stream().map(Path::getParent).distinct().toList()) {
      if (dir.endsWith("jsftp")) {
        continue;
      }
      int files = 0;
      int lines = 0;
      for (Path file : sources()) {
        if (file.getParent().equals(dir) && !file.endsWith("package-info.java")) {
          files++;
          lines += Files.readAllLines(file).size();
        }
      }
      if (files > 25 || lines > 3500) {
        tooLarge.put(SOURCES.relativize(dir).toString(), files + " files, " + lines + " lines");
      }
    }
    assertThat(tooLarge).isEmpty();
  }

  @Test
  void thePublicPackageHoldsPublicTypesAndTheirFactoryOnly() {
    classes()
        .that(resideInAPackage(ROOT).and(describe("are not nested", c -> !c.isNestedClass())))
        .and()
        .doNotHaveSimpleName("package-info")
        .and()
        .doNotHaveSimpleName("ResultFactory")
        .should()
        .bePublic()
        .check(CLASSES);
  }

  @Test
  void nobodyKnowsTheFacade() {
    noClasses()
        .that(not(belongToAnyOf(Connection.class, Inbox.class)))
        .and()
        .resideOutsideOfPackage(INBOX)
        .should()
        .dependOnClassesThat(belongToAnyOf(Connection.class, Inbox.class))
        .check(CLASSES);
  }

  @Test
  void publicTypesKnowOfTheInternalsOnlyTextDetailsAndTheSourcesOfOptions() {
    noClasses()
        .that(resideInAPackage(ROOT).and(not(belongToAnyOf(WITH_INTERNALS))))
        .should()
        .dependOnClassesThat(
            resideInAPackage(INTERNAL)
                .and(not(resideInAnyPackage(PATH, OPTIONS, INTERNAL_ROOT + RESULTS))))
        .check(CLASSES);
  }

  @Test
  void publicSignaturesNameNothingInternal() {
    classes()
        .that(resideInAPackage(ROOT).and(describe("are public", ArchitectureTest::isOpen)))
        .should(
            new ArchCondition<>("have signatures of public types only") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                type.getCodeUnits().stream()
                    .filter(ArchitectureTest::isOpen)
                    .filter(unit -> mentioned(unit).anyMatch(HIDDEN))
                    .forEach(
                        unit ->
                            events.add(SimpleConditionEvent.violated(unit, unit.getFullName())));
              }
            })
        .check(CLASSES);
  }

  @Test
  void nothingPrintsButTheProgressListenerForTheConsole() {
    noClasses()
        .that(not(belongToAnyOf(ProgressListener.class, ConsoleProgress.class)))
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void onlyTheUsersNameAndHomeAreSystemProperties() {
    noClasses()
        .that()
        .doNotHaveSimpleName("OptionSources")
        .and()
        .doNotHaveSimpleName("SshDirectory")
        .and()
        .doNotHaveSimpleName("LocalFiles")
        .should()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .check(CLASSES);
  }

  @Test
  void messagesDoNotDependOnTheLocale() {
    noClasses()
        .should()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .check(CLASSES);
  }

  @Test
  void namesSayWhatThingsAre() {
    noClasses()
        .should()
        .haveNameMatching(".*[.$](Abstract|Base|Default)[A-Z][^.$]*")
        .orShould()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
        .check(CLASSES);
  }

  @Test
  void filesAreShort() throws IOException {
    Map<String, Long> tooLong = new TreeMap<>();
    for (Path file : sources()) {
      long lines =
          Files.readAllLines(file).stream().filter(line -> !line.startsWith("import ")).count();
      if (lines > 400 && !LONG_LISTS.contains(file.getFileName().toString())) {
        tooLong.put(SOURCES.relativize(file).toString(), lines);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void theFacadeOnlyDelegates() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    List<String> decides = new ArrayList<>();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var facade = files.getJavaFileObjects(SOURCES.resolve("io/github/jsftp/Connection.java"));
      var task = (JavacTask) compiler.getTask(null, files, null, List.of(), null, facade);
      for (CompilationUnitTree unit : task.parse()) {
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree method, Void nothing) {
            BlockTree body = method.getBody();
            var modifiers = method.getModifiers().getFlags();
            if (body.getStatements().size() > 5 || modifiers.contains(Modifier.SYNCHRONIZED)) {
              decides.add(method.getName().toString());
            }
            return super.visitMethod(method, null);
          }

          @Override
          public Void scan(Tree tree, Void nothing) {
            if (tree != null && DECISIONS.contains(tree.getKind())) {
              decides.add(tree.toString());
            }
            return super.scan(tree, null);
          }
        }.scan(unit, null);
      }
    }
    assertThat(decides).isEmpty();
  }

  private static final Set<Tree.Kind> DECISIONS =
      Set.of(
          Tree.Kind.IF,
          Tree.Kind.FOR_LOOP,
          Tree.Kind.ENHANCED_FOR_LOOP,
          Tree.Kind.WHILE_LOOP,
          Tree.Kind.DO_WHILE_LOOP,
          Tree.Kind.TRY,
          Tree.Kind.SYNCHRONIZED,
          Tree.Kind.SWITCH,
          Tree.Kind.SWITCH_EXPRESSION);

  private static final DescribedPredicate<JavaClass> HIDDEN = resideInAnyPackage(INTERNAL, JSCH);

  private static boolean isOpen(JavaClass type) {
    return Set.of("PUBLIC", "PROTECTED").stream()
            .anyMatch(name -> type.getModifiers().toString().contains(name))
        && type.getEnclosingClass().map(ArchitectureTest::isOpen).orElse(true);
  }

  private static boolean isOpen(JavaCodeUnit unit) {
    return Set.of("PUBLIC", "PROTECTED").stream()
        .anyMatch(name -> unit.getModifiers().toString().contains(name));
  }

  private static Stream<JavaClass> mentioned(JavaCodeUnit unit) {
    var types = new ArrayList<JavaClass>(unit.getReturnType().getAllInvolvedRawTypes());
    unit.getParameterTypes().forEach(type -> types.addAll(type.getAllInvolvedRawTypes()));
    types.addAll(unit.getExceptionTypes());
    return types.stream();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** Returns the table of docs/design.md: each package below internal, and those it may know. */
  private static Map<String, Set<String>> table() throws IOException {
    Map<String, Set<String>> table = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("docs/design.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        table.put(
            row.group("name"),
            NAME.matcher(row.group("known"))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }
    return table;
  }

  private static Set<String> packages() {
    return CLASSES.stream()
        .filter(ArchitectureTest::isBelowInternal)
        .map(ArchitectureTest::below)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isBelowInternal(JavaClass type) {
    return type.getPackageName().startsWith(INTERNAL_ROOT);
  }

  private static String below(JavaClass type) {
    return type.getPackageName().substring(INTERNAL_ROOT.length());
  }

  private static String[] full(Set<String> names) {
    return names.stream().map(name -> INTERNAL_ROOT + name).toArray(String[]::new);
  }
}
