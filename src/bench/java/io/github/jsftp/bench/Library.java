package io.github.jsftp.bench;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The Java libraries, and how they are used. */
enum Library {
  JSFTP("jsftp"),
  JSCH("JSch"),
  JSCH_TUNED("JSch, 128 requests"),
  JSCH_EIGHT("JSch, 8 channels"),
  SSHJ("sshj"),
  MINA("MINA SSHD");

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
      case JSCH_EIGHT -> EightChannelsPeer.connect(login, port);
      case SSHJ -> SshjPeer.connect(login, port);
      case MINA -> MinaPeer.connect(login, port);
    };
  }

  /** What it is measured with: variants only where they differ from the library as it comes. */
  Set<Action> actions() {
    return switch (this) {
      case JSCH_TUNED -> EnumSet.of(Action.GET_FILE, Action.PUT_FILE);
      case JSCH_EIGHT -> EnumSet.of(Action.GET_TREE, Action.PUT_TREE);
      default -> EnumSet.allOf(Action.class);
    };
  }

  /** How many files of a tree it has on their way; 0 for as many as it likes. */
  int lanes() {
    return switch (this) {
      case JSFTP -> 0;
      case JSCH_EIGHT -> EightChannelsPeer.CHANNELS;
      default -> 1;
    };
  }

  /** Whether its jars need those of Bouncy Castle. The others run without, as for their users. */
  boolean needsBouncyCastle() {
    return this == SSHJ;
  }
}
