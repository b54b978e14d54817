package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jcraft.jsch.JSch;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** Uses the library as a bundle. Its manifest is written by the build, not by every IDE. */
@LeakCheck
class OsgiTest {
  private static final Path CLASSES = origin(Connection.class);
  private static final Path MANIFEST = CLASSES.resolve("META-INF/MANIFEST.MF");

  @TempDir Path local;

  @BeforeEach
  void hasManifest() {
    boolean found = Files.exists(MANIFEST);
    assertThat(found || System.getenv("CI") == null).as("no " + MANIFEST).isTrue();
    assumeTrue(found);
  }

  @Test
  void exportsTheOnePackageAndNeedsNothingButJsch() throws IOException {
    Attributes headers = manifest().getMainAttributes();

    assertThat(headers.getValue(Constants.BUNDLE_SYMBOLICNAME)).isEqualTo("io.github.jsftp");
    assertThat(headers.getValue(Constants.EXPORT_PACKAGE))
        .matches("io\\.github\\.jsftp;version=\"[\\d.]+\"(;uses:=\"org\\.jspecify[.\\w]+\")?");
    assertThat(needed(headers.getValue(Constants.IMPORT_PACKAGE)))
        .containsExactlyInAnyOrder(
            "com.jcraft.jsch;version=\"[2.28,3)\"", "javax.crypto", "javax.crypto.spec");
    assertThat(headers.getValue(Constants.REQUIRE_CAPABILITY)).contains("(version=17)");
  }

  @Test
  void connectsInAFramework(TestServer server, ServerFolder folder) throws Exception {
    Files.createFile(folder.local("file"));
    Map<String, Object> options =
        Map.of(
            "host", server.host(),
            "port", server.port(),
            "username", server.username(),
            "private_key", server.privateKey().toString(),
            "known_hosts", server.knownHosts().toString(),
            "default_path", folder.path());
    Framework framework =
        new FrameworkFactory()
            .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, local.resolve("cache").toString()));
    framework.start();
    try {
      install(framework, origin(JSch.class)).start();
      Bundle bundle = install(framework, jar());
      bundle.start();
      Class<?> connection = bundle.loadClass(Connection.class.getName());
      Class<?> optionsType = bundle.loadClass(ConnectionOptions.class.getName());
      assertThat(connection).isNotSameAs(Connection.class);

      Object given = optionsType.getMethod("fromMap", Map.class).invoke(null, options);
      Object connected = connection.getMethod("connect", optionsType).invoke(null, given);
      try (AutoCloseable sftp = (AutoCloseable) connected) {
        assertThat(connection.getMethod("listdir").invoke(sftp)).isEqualTo(List.of("file"));
      }
    } finally {
      framework.stop();
      framework.waitForStop(0);
    }
  }

  private static Bundle install(Framework framework, Path jar) throws Exception {
    return framework.getBundleContext().installBundle(jar.toUri().toString());
  }

  /** Returns the imported packages without which the bundle can't be used. */
  private static List<String> needed(String imports) {
    return Stream.of(imports.split(",(?=[a-z])"))
        .filter(one -> !one.contains("resolution:=optional"))
        .toList();
  }

  private Path jar() throws IOException {
    Path jar = local.resolve("jsftp.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file, manifest());
        Stream<Path> classes = Files.walk(CLASSES)) {
      for (Path path : (Iterable<Path>) classes.filter(Files::isRegularFile)::iterator) {
        if (!path.equals(MANIFEST)) {
          out.putNextEntry(new ZipEntry(CLASSES.relativize(path).toString()));
          Files.copy(path, out);
        }
      }
    }
    return jar;
  }

  private static Manifest manifest() throws IOException {
    try (var stream = Files.newInputStream(MANIFEST)) {
      return new Manifest(stream);
    }
  }

  private static Path origin(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
