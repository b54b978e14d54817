package io.github.jsftp;

import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublicApiTest {
  private static final Path ACCEPTED = Path.of("src/test/resources");
  private static final Path PRESENT = Path.of("target");
  private static final String PACKAGE = "io/github/jsftp";

  @Test
  void changesOnlyOnPurpose() throws Exception {
    compare("public-api.txt", Path.of("src/main/java", PACKAGE));
  }

  @Test
  void ofTheTestServerChangesOnlyOnPurpose() throws Exception {
    compare("public-api-testing.txt", Path.of("src/testing/java", PACKAGE, "testing"));
  }

  private static void compare(String list, Path sources) throws Exception {
    Path presentList = PRESENT.resolve(list);
    Path acceptedList = ACCEPTED.resolve(list);
    List<String> present = dump(sources);
    Files.write(presentList, present);
    List<String> accepted =
        Files.exists(acceptedList) ? Files.readAllLines(acceptedList) : List.of();
    if (!present.equals(accepted)) {
      fail(
          "the public API changed:\n%s\nif that is meant: cp %s %s\n"
              .formatted(difference(accepted, present), presentList, acceptedList));
    }
  }

  private static String difference(List<String> accepted, List<String> present) {
    var lines = new ArrayList<String>();
    String type = "";
    for (String line : present) {
      if (!line.startsWith(" ")) {
        type = line;
      }
      if (!accepted.contains(line)) {
        lines.add("+ " + line + (line.startsWith(" ") ? "   in " + type : ""));
      }
    }
    accepted.stream().filter(line -> !present.contains(line)).forEach(l -> lines.add("- " + l));
    return String.join("\n", lines);
  }

  private static List<String> dump(Path sources) throws IOException, ClassNotFoundException {
    var types = new TreeMap<String, Class<?>>();
    for (String name : classNames(sources)) {
      addWithMembers(Class.forName(name, false, PublicApiTest.class.getClassLoader()), types);
    }
    var lines = new ArrayList<String>();
    for (Class<?> type : types.values()) {
      lines.add(header(type));
      lines.addAll(members(type));
    }
    return lines;
  }

  private static void addWithMembers(Class<?> type, Map<String, Class<?>> types) {
    if (isOpen(type)) {
      types.put(type.getName(), type);
      for (Class<?> member : type.getDeclaredClasses()) {
        addWithMembers(member, types);
      }
    }
  }

  private static List<String> classNames(Path sources) throws IOException {
    String parent =
        sources.subpath(3, sources.getNameCount()).toString().replace(File.separatorChar, '.');
    try (Stream<Path> files = Files.list(sources)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java") && !name.contains("-info"))
          .map(name -> parent + "." + name.substring(0, name.length() - 5))
          .toList();
    }
  }

  private static boolean isOpen(Class<?> type) {
    return isOpen(type.getModifiers())
        && (type.getDeclaringClass() == null || isOpen(type.getDeclaringClass()));
  }

  private static boolean isOpen(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String header(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    int shown = type.getModifiers() & (Modifier.FINAL | Modifier.STATIC | Modifier.PUBLIC);
    String parents =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(PublicApiTest::text)
            .filter(parent -> !parent.matches("Object|Record|Enum<.*>"))
            .collect(Collectors.joining(", "));
    return Modifier.toString(shown)
        + " "
        + kind
        + " "
        + text(type)
        + (parents.isEmpty() ? "" : " extends " + parents);
  }

  private static List<String> members(Class<?> type) {
    var members = new ArrayList<String>();
    for (Field field : type.getDeclaredFields()) {
      if (isOpen(field.getModifiers()) && !field.isSynthetic()) {
        members.add(
            Modifier.toString(field.getModifiers())
                + " "
                + text(field.getAnnotatedType())
                + " "
                + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isOpen(constructor.getModifiers())) {
        members.add(signature(constructor, "", type.getSimpleName()));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isOpen(method.getModifiers()) && !method.isSynthetic()) {
        members.add(
            signature(method, text(method.getAnnotatedReturnType()) + " ", method.getName()));
      }
    }
    members.sort(Comparator.comparing(PublicApiTest::name).thenComparing(member -> member));
    return members.stream().map(member -> "  " + member).toList();
  }

  private static String name(String member) {
    return member.replaceFirst("\\(.*", "").replaceFirst(".* ", "");
  }

  private static String signature(Executable member, String returns, String name) {
    String parameters =
        Arrays.stream(member.getAnnotatedParameterTypes())
            .map(PublicApiTest::text)
            .collect(Collectors.joining(", "));
    String exceptions =
        Arrays.stream(member.getGenericExceptionTypes())
            .map(PublicApiTest::text)
            .collect(Collectors.joining(", "));
    return Modifier.toString(member.getModifiers() & ~Modifier.TRANSIENT & ~Modifier.SYNCHRONIZED)
        + " "
        + returns
        + name
        + "("
        + parameters
        + ")"
        + (exceptions.isEmpty() ? "" : " throws " + exceptions);
  }

  /** The name of a type, with a question mark if it may be null. */
  private static String text(AnnotatedType type) {
    return text(type.getType()) + (type.isAnnotationPresent(Nullable.class) ? "?" : "");
  }

  /** The name of a type without our own packages and java.lang. */
  private static String text(Type type) {
    return type.getTypeName()
        .replaceAll("\\b(io\\.github\\.jsftp(\\.testing)?|java\\.lang)\\.(?=[A-Z])", "")
        .replace('$', '.');
  }
}
