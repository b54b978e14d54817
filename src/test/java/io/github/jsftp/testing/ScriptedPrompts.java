package io.github.jsftp.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * The method keyboard-interactive with any number of rounds, for a {@link MinaServer}. MINA itself
 * knows a single round.
 */
public final class ScriptedPrompts implements UserAuthFactory {
  /** The name of the method. */
  public static final String METHOD = "keyboard-interactive";

  private final List<Round> rounds = new ArrayList<>();
  private final List<List<String>> received = new CopyOnWriteArrayList<>();

  private record Round(
      String name, String instructions, List<String> prompts, boolean echo, List<String> right) {}

  /** Adds a round with one hidden prompt. */
  public ScriptedPrompts hidden(String prompt, String right) {
    return round("", "", List.of(prompt), false, List.of(right));
  }

  /** Adds a round that only shows a text. */
  public ScriptedPrompts message(String name, String instructions) {
    return round(name, instructions, List.of(), false, List.of());
  }

  /**
   * Adds a round.
   *
   * @param right the answers that lead to the next round; others are refused
   */
  public ScriptedPrompts round(
      String name, String instructions, List<String> prompts, boolean echo, List<String> right) {
    rounds.add(new Round(name, instructions, prompts, echo, right));
    return this;
  }

  /** Returns the answers received in all logins, a list for each round with prompts. */
  public List<List<String>> received() {
    return received;
  }

  @Override
  public String getName() {
    return METHOD;
  }

  @Override
  public UserAuth createUserAuth(ServerSession session) {
    return new Conversation();
  }

  private final class Conversation extends AbstractUserAuth {
    private int current;

    Conversation() {
      super(METHOD);
    }

    @Override
    protected Boolean doAuth(Buffer buffer, boolean init) throws Exception {
      if (init) {
        current = 0;
        send();
        return null;
      }
      if (buffer.getUByte() != SshConstants.SSH_MSG_USERAUTH_INFO_RESPONSE) {
        return false;
      }
      var answers = new ArrayList<String>();
      for (int left = buffer.getInt(); left > 0; left--) {
        answers.add(buffer.getString());
      }
      if (!rounds.get(current).prompts.isEmpty()) {
        received.add(answers);
      }
      if (!answers.equals(rounds.get(current).right)) {
        return false;
      }
      current++;
      if (current == rounds.size()) {
        return true;
      }
      send();
      return null;
    }

    private void send() throws Exception {
      Round round = rounds.get(current);
      Buffer request = getServerSession().createBuffer(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
      request.putString(round.name);
      request.putString(round.instructions);
      request.putString("");
      request.putInt(round.prompts.size());
      for (String prompt : round.prompts) {
        request.putString(prompt);
        request.putBoolean(round.echo);
      }
      getServerSession().writePacket(request);
    }
  }
}
