package io.github.jsftp.bench;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The Java libraries, and how they are used. */
enum Library {
  JSFTP("jsftp"),
  JSCH("JSch"),
  JSCH_TUNED("JSch, 128 requests"),
  JSCH_EIGHT("JSch, 8 channels"),
  JSCH_SESSIONS("JSch, 4 sessions"),
  SSHJ("sshj"),
  MINA("MINA SSHD");

  private static final int SESSIONS = 4;

  private final String title;

  Library(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  Peer connect(Login login, int port) throws IOException {
    return switch (this) {
      case JSFTP -> JsftpPeer.connect(login, port);
      case JSCH -> JschPeer.connect(login, port);
      case JSCH_TUNED -> JschPeer.connectTuned(login, port);
      case JSCH_EIGHT -> EightChannelsPeer.connect(login, port, 1);
      case JSCH_SESSIONS -> EightChannelsPeer.connect(login, port, SESSIONS);
      case SSHJ -> SshjPeer.connect(login, port);
      case MINA -> MinaPeer.connect(login, port);
    };
  }

  /** What it is measured with: variants only where they differ from the library as it comes. */
  Set<Action> actions() {
    return switch (this) {
      case JSCH_TUNED -> EnumSet.of(Action.GET_FILE, Action.PUT_FILE);
      case JSCH_EIGHT -> EnumSet.of(Action.GET_TREE, Action.PUT_TREE);
      case JSCH_SESSIONS ->
          EnumSet.of(Action.GET_FILE, Action.PUT_FILE, Action.GET_TREE, Action.PUT_TREE);
      default -> EnumSet.allOf(Action.class);
    };
  }

  /** How many files of a tree it copies at a time; 0 for as many as it likes. */
  int lanes() {
    return switch (this) {
      case JSFTP -> 0;
      case JSCH_EIGHT, JSCH_SESSIONS -> EightChannelsPeer.CHANNELS;
      default -> 1;
    };
  }

  /** The class path to run it with: without Bouncy Castle if it works without, as for its users. */
  String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(jar -> this == SSHJ || !jar.contains("bouncycastle"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
