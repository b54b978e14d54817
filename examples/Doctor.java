///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//JAVA 17

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeys;
import io.github.jsftp.Negotiated;
import io.github.jsftp.SftpException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tests each step of connecting: host lookup, TCP, greeting, key exchange, host key, login and
 * SFTP. Prints the results and what to do. Changes nothing, neither on this machine nor on the
 * server.
 *
 * <p>A password and a private key file may be given in SFTP_PASSWORD and SFTP_KEY.
 */
public final class Doctor {
  private static final String USAGE =
      "usage: doctor.sh [-t seconds] alias|[user@]host[:port]|sftp://user@host:port";

  /** A host or, in brackets, an IPv6 address, and a port behind it. */
  private static final Pattern PORT = Pattern.compile("([^:]+|[^:]*\\[.*]):(\\d{1,5})");

  /** The description of a rule that adds the keys of unknown hosts to the first of its files. */
  private static final Pattern ADDING = Pattern.compile("known hosts(?: in (.*))?, new ones added");

  private static final int MAX_GREETING = 8_192;

  /** A step that failed, with what to do about it. */
  private static final class Finding extends Exception {
    private static final long serialVersionUID = 1;

    final String step;
    final String advice;

    Finding(String step, String what, String advice) {
      super(what);
      this.step = step;
      this.advice = advice;
    }
  }

  private final ConnectionOptions options;
  private final Duration limit;

  private Doctor(ConnectionOptions options, Duration limit) {
    this.options = options;
    this.limit = limit;
  }

  /** Exits with 0 if everything works, 1 if a step fails, and 2 if the arguments are wrong. */
  public static void main(String[] args) {
    System.exit(run(Arrays.asList(args)));
  }

  private static int run(List<String> args) {
    boolean timed =
        args.size() == 3 && args.get(0).equals("-t") && args.get(1).matches("[1-9]\\d{0,3}");
    if (args.size() != 1 && !timed) {
      System.out.println(USAGE);
      return 2;
    }
    var limit = Duration.ofSeconds(timed ? Long.parseLong(args.get(1)) : 20);
    try {
      ConnectionOptions options = options(args.get(args.size() - 1), limit);
      System.out.println("Connecting as " + options);
      new Doctor(options, limit).examine();
      System.out.println("Everything works.");
      return 0;
    } catch (Finding finding) {
      report(finding.step, "FAILED: " + finding.getMessage());
      System.out.println("What to do: " + finding.advice);
      return 1;
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
      System.out.println(USAGE);
      return 2;
    }
  }

  private static ConnectionOptions options(String destination, Duration limit) throws Finding {
    ConnectionOptions.Builder builder = builder(destination).connectTimeout(limit);
    String password = System.getenv("SFTP_PASSWORD");
    if (password != null && !password.isEmpty()) {
      builder.password(password);
    }
    String key = System.getenv("SFTP_KEY");
    if (key != null && !key.isEmpty()) {
      builder.privateKey(Path.of(key));
    }
    return addingNoKeys(builder.build());
  }

  /** Returns options that accept the same host keys, but add none to a file. */
  private static ConnectionOptions addingNoKeys(ConnectionOptions options) {
    ConnectionOptions.Builder builder = options.toBuilder();
    options.jumpHost().ifPresent(jump -> builder.jumpHost(addingNoKeys(jump)));
    Matcher adding = ADDING.matcher(options.hostKeys().toString());
    if (adding.matches()) {
      String files = adding.group(1);
      List<Path> read = files == null ? defaultFiles() : files(options.hostKeys(), files);
      builder.hostKeys(
          HostKeys.acceptNew(
              Stream.concat(Stream.of(nowhere()), read.stream()).toArray(Path[]::new)));
    }
    return builder.build();
  }

  /**
   * Returns the files of a rule from its description. A name may contain the separator, too: then
   * only one way of splitting the text gives the same rule again.
   */
  private static List<Path> files(HostKeys rule, String description) {
    String[] parts = description.split(", ", -1);
    for (long joined = 0; joined < 1L << (parts.length - 1); joined++) {
      var names = new ArrayList<String>(List.of(parts[0]));
      for (int i = 1; i < parts.length; i++) {
        if ((joined >> (i - 1) & 1) == 0) {
          names.add(parts[i]);
        } else {
          names.add(names.remove(names.size() - 1) + ", " + parts[i]);
        }
      }
      Path[] files = names.stream().map(Path::of).toArray(Path[]::new);
      if (HostKeys.acceptNew(files).equals(rule)) {
        return List.of(files);
      }
    }
    throw new IllegalStateException("unknown description of host keys: " + rule);
  }

  private static Path nowhere() {
    return Path.of(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }

  private static List<Path> defaultFiles() {
    Stream<String> users = Stream.of("~/.ssh/known_hosts", "~/.ssh/known_hosts2");
    Stream<String> systems =
        File.separatorChar == '/'
            ? Stream.of("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
            : Stream.empty();
    return Stream.concat(users, systems).map(Path::of).toList();
  }

  /** Reads ~/.ssh/config for the destination, which may end in a port. */
  private static ConnectionOptions.Builder builder(String destination) throws Finding {
    Matcher port = PORT.matcher(destination);
    boolean hasPort = !destination.startsWith("sftp://") && port.matches();
    try {
      ConnectionOptions.Builder builder =
          ConnectionOptions.fromSshConfig(hasPort ? port.group(1) : destination).toBuilder();
      return hasPort ? builder.port(Integer.parseInt(port.group(2))) : builder;
    } catch (IOException e) {
      throw new Finding("ssh_config", reason(e), "correct the file as the message says.");
    }
  }

  private void examine() throws Finding {
    ConnectionOptions first = options;
    while (first.jumpHost().isPresent()) {
      first = first.jumpHost().orElseThrow();
      report("route", "through " + first);
    }
    if (first.proxy().isPresent() || first.proxyCommand().isPresent()) {
      report("route", "through a proxy, which is tested together with the key exchange");
    } else {
      examineAddress(first);
    }
    try (Connection sftp = Connection.connect(options)) {
      Negotiated negotiated = sftp.negotiated();
      report("key exchange", negotiated.keyExchange() + ", " + negotiated.cipherToServer());
      report(
          "host key", sftp.remoteServerKey().type() + " " + sftp.remoteServerKey().fingerprint());
      report("login", "accepted");
      checkSftp(sftp);
    } catch (IOException e) {
      throw diagnosed(e);
    }
  }

  private void examineAddress(ConnectionOptions hop) throws Finding {
    try (Socket socket = connectTcp(lookUp(hop), hop.port())) {
      readGreeting(socket);
    } catch (IOException e) {
      throw new Finding(
          "greeting", reason(e), "try again. If it fails again, ask the server's owner.");
    }
  }

  private static InetAddress[] lookUp(ConnectionOptions hop) throws Finding {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(hop.host());
      report(
          "name",
          Arrays.stream(addresses)
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", ")));
      return addresses;
    } catch (UnknownHostException e) {
      throw new Finding(
          "name",
          "no address is known for \"" + hop.host() + "\"",
          "check the spelling. If the name belongs to a private network, connect to that (VPN).");
    }
  }

  /** Returns a connection to the first address that accepts one. */
  private Socket connectTcp(InetAddress[] addresses, int port) throws Finding {
    var failures = new ArrayList<String>();
    boolean refused = false;
    for (InetAddress address : addresses) {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), millis());
        report("tcp", address.getHostAddress() + " port " + port + " is open");
        return socket;
      } catch (IOException e) {
        refused |= e instanceof ConnectException;
        failures.add(address.getHostAddress() + ": " + reason(e));
        close(socket);
      }
    }
    throw new Finding(
        "tcp",
        "port " + port + " can't be reached (" + String.join("; ", failures) + ")",
        refused
            ? "check the port, and that the SSH server is running."
            : "check the address and the port. A firewall may be dropping the packets.");
  }

  /** Sends a greeting, and reads lines until the one that begins with "SSH-". */
  private void readGreeting(Socket socket) throws IOException, Finding {
    socket.setSoTimeout(millis());
    socket.getOutputStream().write("SSH-2.0-jsftp_doctor\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    var text = new StringBuilder();
    var line = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0 && text.length() < MAX_GREETING; c = in.read()) {
        text.append((char) c);
        if (c != '\n') {
          line.append((char) c);
        } else if (line.indexOf("SSH-") == 0) {
          report("greeting", printable(line.toString()));
          return;
        } else {
          line.setLength(0);
        }
      }
    } catch (SocketTimeoutException e) {
      throw new Finding(
          "greeting",
          "the server sent " + said(text) + " within " + limit.toSeconds() + " s",
          "check the port. An overloaded or frozen server does not respond, either.");
    }
    if (text.indexOf("HTTP/") == 0) {
      throw new Finding(
          "greeting",
          "a web server answers: " + said(text),
          "check the port: SFTP usually uses 22. FTPS and HTTPS are different protocols.");
    }
    throw new Finding(
        "greeting",
        "the server closed the connection after " + said(text),
        "check the port. The server may also have too many connections, or reject this address.");
  }

  private static String said(CharSequence text) {
    String first = text.toString().lines().findFirst().orElse("");
    return first.isEmpty() ? "nothing" : "\"" + printable(first) + "\"";
  }

  private void checkSftp(Connection sftp) throws Finding {
    try {
      report("sftp", sftp.pwd() + " has " + sftp.listdir().size() + " entries");
    } catch (IOException e) {
      throw new Finding(
          "sftp",
          reason(e),
          "SFTP works, but the directory can't be read. Ask the server's owner for permissions, or"
              + " use another directory.");
    }
  }

  /** Reports the steps that succeeded, and returns the one that failed. */
  private static Finding diagnosed(IOException failure) {
    String message = reason(failure);
    if (failure instanceof HostKeyException hostKey) {
      report("key exchange", "done");
      return new Finding("host key", message, advice(hostKey));
    }
    if (failure instanceof AuthenticationException refused) {
      report("key exchange", "done");
      report("host key", "trusted");
      return new Finding("login", message, advice(refused));
    }
    if (message.contains("in common")) {
      return new Finding(
          "key exchange",
          message,
          "set the option that the message names, or have the server updated. Old algorithms are"
              + " less safe.");
    }
    if (message.contains("SFTP")) {
      report("key exchange", "done");
      report("host key", "trusted");
      report("login", "accepted");
      return new Finding(
          "sftp",
          message,
          "ask the server's owner to enable the SFTP subsystem for this user (Subsystem sftp in"
              + " sshd_config), or to remove what replaces it (ForceCommand, start-up files of"
              + " the shell).");
    }
    return new Finding(
        failure instanceof ConnectionException || failure instanceof SftpException
            ? "session"
            : "this machine",
        message,
        "look up the message in docs/errors.md. The server's log may have the reason.");
  }

  private static String advice(HostKeyException failure) {
    return switch (failure.reason()) {
      case UNKNOWN ->
          "compare the fingerprint "
              + failure.fingerprint()
              + " with the one that the server's owner gives you. If they are equal, add this line to"
              + " ~/.ssh/known_hosts:\n"
              + failure.knownHostsLine();
      case REVOKED -> "do not connect: the key has been revoked. Ask the server's owner.";
      case INVALID_CERTIFICATE ->
          "do not connect until the server's owner has replaced the server's certificate.";
      case MISMATCH -> "do not connect: ask the server's owner which key the server has.";
      case CHANGED ->
          "do not connect until the server's owner confirms the new key "
              + failure.fingerprint()
              + ": somebody may be listening. Then run this command, which removes the old key, and"
              + " add the line below it to ~/.ssh/known_hosts:\n"
              + failure.command()
              + "\n"
              + failure.knownHostsLine();
    };
  }

  private static String advice(AuthenticationException failure) {
    var advice = new ArrayList<String>();
    if (failure.tried().isEmpty()) {
      advice.add("give a password (SFTP_PASSWORD) or a private key file (SFTP_KEY)");
    }
    if (failure.tried().contains("password") || failure.tried().contains("keyboard-interactive")) {
      advice.add("check the user name and the password");
    }
    if (failure.tried().contains("publickey")) {
      advice.add("have one of the public keys tried added to the user's authorized_keys");
    } else if (failure.serverAllows().contains("publickey")) {
      advice.add("try a private key (SFTP_KEY), since the server allows keys");
    }
    return advice.isEmpty() ? "ask the server's owner." : String.join("; ", advice) + ".";
  }

  private static String reason(IOException failure) {
    return printable(failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }

  /** Returns the text without control characters, which could change what a terminal shows. */
  private static String printable(String text) {
    return text.strip().replaceAll("\\p{Cntrl}", "?");
  }

  private static void report(String step, String what) {
    System.out.printf("  %-13s %s%n", step, what);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The next address is tried anyway.
    }
  }

  private int millis() {
    return (int) limit.toMillis();
  }
}
