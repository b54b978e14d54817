package io.github.jsftp;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.Buffer;
import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What GraalVM's native-image must know: the classes and members that are found by name. */
class NativeImageTest {
  private static final Path ACCEPTED =
      Path.of(
          "src/main/resources/META-INF/native-image/io.github.jsftp/jsftp"
              + "/reachability-metadata.json");
  private static final Path PRESENT = Path.of("target/reachability-metadata.json");
  private static final String JSCH = JSch.class.getPackageName() + ".";

  /** Members of JSch that are accessed by reflection, each class with its entries. */
  private static final Map<String, String> MEMBERS =
      Map.of(
          Channel.class.getName(),
          "\"fields\": [{\"name\": \"lwsize\"}], " + methods("getRecipient"),
          JSCH + "Packet",
          methods("<init>", Buffer.class.getName()),
          Session.class.getName(),
          methods("write", JSCH + "Packet"));

  /** Classes that are looked for, but whose members are not accessed by reflection. */
  private static final Set<String> LOOKED_FOR =
      Set.of("io.github.jsftp.ResultFactory", "org.bouncycastle.crypto.Digest");

  @Test
  void namesEveryClassOfJschsTableOfAlgorithms() throws Exception {
    String present = metadata();
    Files.createDirectories(PRESENT.getParent());
    Files.writeString(PRESENT, present);

    assertThat(Files.exists(ACCEPTED) ? Files.readString(ACCEPTED) : "")
        .as("classes found by name have changed: cp %s %s", PRESENT, ACCEPTED)
        .isEqualTo(present);
  }

  @Test
  void namesMembersThatExist() throws Exception {
    Class<?> packet = Class.forName(JSCH + "Packet");

    assertThat(Channel.class.getDeclaredField("lwsize").getType()).isEqualTo(int.class);
    assertThat(Channel.class.getDeclaredMethod("getRecipient")).isNotNull();
    assertThat(packet.getDeclaredConstructor(Buffer.class)).isNotNull();
    assertThat(Session.class.getDeclaredMethod("write", packet)).isNotNull();
    for (String name : algorithms()) {
      if (!name.startsWith(JSCH + "bc.") && !name.startsWith(JSCH + "jce.MLKEM")) {
        assertThat(Class.forName(name).getDeclaredConstructor()).as(name).isNotNull();
      }
    }
  }

  @Test
  void isPartOfTheLibrary() throws IOException {
    String name = ACCEPTED.toString().replaceAll(".*(META-INF/.*)", "$1");
    try (var stream = Connection.class.getClassLoader().getResourceAsStream(name)) {
      assertThat(stream).hasBinaryContent(Files.readAllBytes(ACCEPTED));
    }
  }

  private static String metadata() throws Exception {
    var entries = new TreeSet<String>();
    for (String name : algorithms()) {
      entries.add(entry(name, ", " + methods("<init>")));
    }
    MEMBERS.forEach((name, members) -> entries.add(entry(name, ", " + members)));
    LOOKED_FOR.forEach(name -> entries.add(entry(name, "")));
    return """
        {
          "reflection": [
        %s
          ]
        }
        """
        .formatted(String.join(",\n", entries));
  }

  private static String entry(String type, String rest) {
    return "    {\"type\": \"%s\"%s}".formatted(type, rest);
  }

  private static String methods(String name, String... parameters) {
    String types = Stream.of(parameters).map("\"%s\""::formatted).collect(joining(", "));
    return "\"methods\": [{\"name\": \"%s\", \"parameterTypes\": [%s]}]".formatted(name, types);
  }

  /**
   * Returns the classes in JSch's configuration, which has no way to list its keys. The
   * configuration depends on the version of Java: a class of Bouncy Castle's may have a counterpart
   * that uses the JDK's own cryptography. Both are returned, so that the result is always the same.
   */
  private static Set<String> algorithms() throws Exception {
    Field config = JSch.class.getDeclaredField("config");
    config.setAccessible(true);
    Set<String> classes = classesOfJsch();
    var names = new TreeSet<String>();
    for (Object value : ((Map<?, ?>) config.get(null)).values()) {
      String name = value.toString();
      if (name.startsWith(JSCH)) {
        Stream.of(name, name.replace(".jce.", ".bc."), name.replace(".bc.", ".jce."))
            .filter(classes::contains)
            .forEach(names::add);
      }
    }
    assertThat(names).hasSizeGreaterThan(100);
    return names;
  }

  /** Returns the names of the classes in JSch's jar, for all versions of Java. */
  private static Set<String> classesOfJsch() throws Exception {
    URI jar = JSch.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    try (var file = new JarFile(Path.of(jar).toFile())) {
      return file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.replaceFirst("META-INF/versions/\\d+/", ""))
          .map(name -> name.replace(".class", "").replace('/', '.'))
          .collect(toSet());
    }
  }
}
