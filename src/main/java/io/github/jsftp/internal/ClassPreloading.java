package io.github.jsftp.internal;

import io.github.jsftp.internal.async.DaemonThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;

/**
 * Loads the classes of a connection and of its first transfer in the background, while the first
 * connection of the JVM waits for the server. A program that copies one file spends much of its
 * time on loading classes.
 */
final class ClassPreloading implements Runnable {
  private static final String NAMES = "classes-at-start.txt";
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private ClassPreloading() {}

  /** Starts to load the classes, unless that was done before. */
  static void start() {
    if (STARTED.compareAndSet(false, true)) {
      DaemonThreads.start("jsftp-classes", new ClassPreloading());
    }
  }

  @Override
  public void run() {
    try (InputStream names = ClassPreloading.class.getResourceAsStream(NAMES)) {
      if (names != null) {
        loadProviders();
        loadClasses(new BufferedReader(new InputStreamReader(names, StandardCharsets.US_ASCII)));
      }
    } catch (IOException e) {
      // Classes that are not loaded here are loaded when they are needed.
    }
  }

  /** Does not initialize the classes: that stays in the order in which they are used. */
  private static void loadClasses(BufferedReader names) throws IOException {
    ClassLoader loader = ClassPreloading.class.getClassLoader();
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      try {
        Class.forName(name, false, loader);
      } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
        // A tool may have renamed it, or an application server has just stopped the application.
      }
    }
  }

  /** Loads the JDK's implementations of the algorithms that most connections use. */
  private static void loadProviders() {
    try {
      KeyPairGenerator.getInstance("XDH");
      KeyAgreement.getInstance("XDH");
      KeyFactory.getInstance("XDH");
      Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      // Algorithms that this JVM lacks are not negotiated either.
    }
  }
}
