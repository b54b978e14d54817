package io.github.jsftp;

import io.github.jsftp.internal.options.OptionSources;
import io.github.jsftp.internal.options.ProxyCommand;
import io.github.jsftp.internal.options.sshconfig.SshConfigOptions;
import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The host to connect to, the user to log in as, and the settings of the connection. Immutable and
 * safe to share between threads.
 *
 * <p>The defaults are ssh's: the name of the current user, the keys of the ssh-agent and those in
 * {@code ~/.ssh}, and the host keys in {@code ~/.ssh/known_hosts}. Only {@code fromSshConfig} reads
 * {@code ~/.ssh/config}.
 */
public final class ConnectionOptions {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final Duration PROMPTING_LIMIT = Duration.ofMinutes(2); // as long as sshd waits
  private static final Set<String> AUTHENTICATIONS =
      Set.of("publickey", "password", "keyboard-interactive", "gssapi-with-mic", "hostbased");

  private final Values values;

  private ConnectionOptions(Values values) {
    this.values = values;
  }

  /**
   * Returns a builder of options for a host.
   *
   * @param host a host name or an address; an IPv6 address with or without brackets
   * @throws IllegalArgumentException if the host is empty, has characters that are invalid in host
   *     names, or includes a port, a user or a password; the message never repeats these
   */
  public static Builder builder(String host) {
    return new Builder(new Values(OptionSources.bareHost(host)));
  }

  /**
   * Parses {@code sftp://user:password@host:port/dir}. User, password, port and directory are
   * optional. Characters with a special meaning in a URI are percent-encoded: {@code @} is {@code
   * %40}. The directory becomes the {@link Builder#defaultPath}; {@code /~/dir} is relative to the
   * home directory.
   *
   * @throws IllegalArgumentException if it is not such a URI; the message never repeats a password
   */
  public static ConnectionOptions fromUri(String uri) {
    return OptionSources.fromUri(uri);
  }

  /**
   * Returns options from the keyword arguments of pysftp's {@code Connection}: host, username,
   * private_key, password, port, private_key_pass, ciphers, log (the path of a file), default_path,
   * and known_hosts (the path of a file). A private_key is the path of a file, or the key itself.
   * Keys with a null value count as missing.
   *
   * @throws IllegalArgumentException if the host is missing, a key is none of these, or a value has
   *     the wrong type
   */
  public static ConnectionOptions fromMap(Map<String, ?> keywords) {
    return OptionSources.fromMap(keywords);
  }

  /**
   * Returns options from environment variables: SFTP_HOST, and optionally SFTP_PORT, SFTP_USER,
   * SFTP_PASSWORD and SFTP_KEY (the path of a private key file, or the key itself). An empty
   * variable counts as not set.
   *
   * @throws IllegalStateException if SFTP_HOST is not set
   */
  public static ConnectionOptions fromEnvironment() {
    return OptionSources.fromEnvironment(System.getenv());
  }

  /**
   * Returns options from ssh's configuration files: {@code ~/.ssh/config}, then {@code
   * /etc/ssh/ssh_config}. See {@link #fromSshConfig(String, Path)}.
   *
   * @throws IllegalArgumentException if the destination is malformed
   * @throws IOException if a file can't be read, is malformed, or has a setting that can't be
   *     applied; the message has its name and the line number
   */
  public static ConnectionOptions fromSshConfig(String destination) throws IOException {
    return fromSshConfig(SshConfigOptions.read(destination, null, false));
  }

  /**
   * Returns options from a file in the format of {@code ssh_config(5)}, evaluated as by ssh. A host
   * that matches no block of the file is used as it is. Reading the file connects to nothing and
   * runs no command.
   *
   * <p>Options set afterwards override those in the file: {@code
   * fromSshConfig(..).toBuilder().password(..).build()}. A private key added afterwards is tried
   * before those in the file. A jump host, proxy or proxy command replaces the jump host or proxy
   * command in the file.
   *
   * @param destination as for sftp(1): an alias in the file, {@code [user@]host}, or a URI as in
   *     {@link #fromUri}, whose parts override the file
   * @param file the file to read, instead of the user's and the system's; a leading {@code ~}
   *     stands for the home directory
   * @throws IllegalArgumentException if the destination is malformed
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws IOException if the file or an included one can't be read, is malformed, or has a
   *     setting that can't be applied; the message has its name and the line number
   */
  public static ConnectionOptions fromSshConfig(String destination, Path file) throws IOException {
    return fromSshConfig(
        SshConfigOptions.read(destination, Objects.requireNonNull(file, "file"), false));
  }

  /**
   * Returns options as {@link #fromSshConfig(String, Path)} does, and runs the commands of {@code
   * Match exec} if that is allowed. Without permission, such a line is an error if the conditions
   * before it are met. A command runs in the shell that the environment variable SHELL names, else
   * in {@code /bin/sh}; there is no time limit. An interrupt ends it.
   *
   * @param file the file to read, or null for the user's and the system's
   * @param allowMatchExec true to run the commands; false is the default elsewhere
   * @throws IllegalArgumentException if the destination is malformed
   * @throws java.nio.file.NoSuchFileException if the given file does not exist
   * @throws IOException if a file or an included one can't be read, is malformed, or has a setting
   *     that can't be applied; the message has its name and the line number
   */
  public static ConnectionOptions fromSshConfig(
      String destination, @Nullable Path file, boolean allowMatchExec) throws IOException {
    return fromSshConfig(SshConfigOptions.read(destination, file, allowMatchExec));
  }

  private static ConnectionOptions fromSshConfig(SshConfigOptions config) throws IOException {
    Builder builder = builder(config.host());
    config.applyTo(builder);
    Values values = builder.values;
    values.origins = config.describe();
    values.keysOfFile = values.privateKeys.size();
    values.routeOfFile = true;
    return config.build(builder);
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(values.clone());
  }

  /** Returns the host name or address. */
  public String host() {
    return values.host;
  }

  /** Returns the TCP port. */
  public int port() {
    return values.port;
  }

  /** Returns the initial working directory, or empty for the one that the server chooses. */
  public Optional<String> defaultPath() {
    return Optional.ofNullable(values.defaultPath);
  }

  /** Returns the name of the SFTP subsystem. */
  public String subsystem() {
    return values.subsystem;
  }

  /** Returns the command that starts the SFTP server, or empty if the subsystem does. */
  public Optional<String> sftpServer() {
    return Optional.ofNullable(values.sftpServer);
  }

  /** Returns the user to log in as. */
  public String username() {
    return values.username;
  }

  /** Returns the password, or empty if there is none or it comes from a supplier. */
  public Optional<String> password() {
    return Optional.ofNullable(values.password);
  }

  /** Returns the supplier of the password, if there is one. */
  public Optional<Supplier<char[]>> passwordSupplier() {
    return Optional.ofNullable(values.passwordSupplier);
  }

  /** Returns the private keys given, in the order in which they are tried. */
  public List<PrivateKey> privateKeys() {
    return values.privateKeys;
  }

  /**
   * Returns the passphrase of the private keys that have none of their own, or empty if there is
   * none or it comes from a supplier.
   */
  public Optional<String> passphrase() {
    return Optional.ofNullable(values.passphrase);
  }

  /**
   * Returns true if the keys of the ssh-agent are tried, false if no agent is used, or empty for
   * the default.
   */
  public Optional<Boolean> agent() {
    return Optional.ofNullable(values.agent);
  }

  /** Returns the supplier of the passphrase, if there is one. */
  public Optional<Supplier<char[]>> passphraseSupplier() {
    return Optional.ofNullable(values.passphraseSupplier);
  }

  /** Returns the given socket of the ssh-agent, if there is one. */
  public Optional<Path> agentSocket() {
    return Optional.ofNullable(values.agentSocket);
  }

  /**
   * Returns true if ssh's default keys are tried, false if they are not, or empty for the default.
   */
  public Optional<Boolean> defaultKeys() {
    return Optional.ofNullable(values.defaultKeys);
  }

  /** Returns true if the agent's other keys are left out. See {@link Builder#identitiesOnly}. */
  public boolean identitiesOnly() {
    return values.identitiesOnly;
  }

  /** Returns the given certificate files. */
  public List<Path> certificates() {
    return values.certificates;
  }

  /** Returns true if private key files that other users may access are refused. */
  public boolean strictModes() {
    return values.strictModes;
  }

  /** Returns the prompts that answer the server's questions, if set. */
  public Optional<Prompts> prompts() {
    return Optional.ofNullable(values.prompts);
  }

  /** Returns the maximum number of attempts with prompts in one login. */
  public int numberOfPasswordPrompts() {
    return values.numberOfPasswordPrompts;
  }

  /**
   * Returns the methods of authentication to use, in order of preference; empty for the defaults.
   */
  public List<String> authentications() {
    return values.authentications;
  }

  /** Returns the rule for accepting the server's host key. */
  public HostKeys hostKeys() {
    return values.hostKeys;
  }

  /** Returns the files of revoked host keys. */
  public List<Path> revokedHostKeys() {
    return values.revokedHostKeys;
  }

  /** Returns the name of the host in known_hosts and certificates, or empty for the host itself. */
  public Optional<String> hostKeyAlias() {
    return Optional.ofNullable(values.hostKeyAlias);
  }

  /** Returns the host through which to connect, if there is one. */
  public Optional<ConnectionOptions> jumpHost() {
    return Optional.ofNullable(values.jumpHost);
  }

  /** Returns the proxy through which to connect, if there is one. */
  public Optional<Proxy> proxy() {
    return Optional.ofNullable(values.proxy);
  }

  /** Returns the local command to connect through, if there is one. */
  public Optional<String> proxyCommand() {
    return Optional.ofNullable(values.proxyCommand);
  }

  /** Returns true if the {@link #proxyCommand} may be run. */
  public boolean allowProxyCommand() {
    return values.allowProxyCommand;
  }

  /** Returns the family of addresses to connect to. */
  public AddressFamily addressFamily() {
    return values.addressFamily;
  }

  /** Returns the local name or address to connect from, or empty for any. */
  public Optional<String> bindAddress() {
    return Optional.ofNullable(values.bindAddress);
  }

  /** Returns the consumer of the server's banner, if set. */
  public Optional<Consumer<String>> banner() {
    return Optional.ofNullable(values.banner);
  }

  /**
   * Returns the ciphers to offer, as given: in order of preference or, if the first name has a
   * sign, as changes to the defaults. Empty for the defaults.
   */
  public List<String> ciphers() {
    return values.ciphers;
  }

  /**
   * Returns the message authentication codes to offer, in order of preference; empty for the
   * defaults.
   */
  public List<String> macs() {
    return values.macs;
  }

  /** Returns the key exchange methods to offer, in order of preference; empty for the defaults. */
  public List<String> keyExchanges() {
    return values.keyExchanges;
  }

  /** Returns the host key algorithms to offer, in order of preference; empty for the defaults. */
  public List<String> hostKeyAlgorithms() {
    return values.hostKeyAlgorithms;
  }

  /**
   * Returns the signature algorithms for the user's keys, in order of preference; empty for the
   * defaults.
   */
  public List<String> publicKeyAlgorithms() {
    return values.publicKeyAlgorithms;
  }

  /** Returns true if algorithms that are no longer safe are offered as well. */
  public boolean legacyAlgorithms() {
    return values.legacyAlgorithms;
  }

  /** Returns true if compression is offered to the server. */
  public boolean compression() {
    return values.compression;
  }

  /** Returns the time limit for connecting as a whole. */
  public Duration connectTimeout() {
    if (values.connectTimeout != null) {
      return values.connectTimeout;
    }
    Duration limit = values.prompts == null ? CONNECT_LIMIT : PROMPTING_LIMIT;
    Duration hop = values.jumpHost == null ? limit : values.jumpHost.connectTimeout();
    return hop.compareTo(limit) > 0 ? hop : limit;
  }

  /** Returns the longest time that an operation may make no progress. */
  public Duration timeout() {
    return values.timeout;
  }

  /** Returns the interval of keep-alive messages to a silent server; zero if none are sent. */
  public Duration keepAlive() {
    return values.keepAlive;
  }

  /** Returns the number of unanswered keep-alive messages after which a connection is lost. */
  public int keepAliveCount() {
    return values.keepAliveCount;
  }

  /** Returns true if a lost connection is re-established. */
  public boolean reconnect() {
    return values.reconnect;
  }

  /** Returns the maximum number of requests in flight on a channel. */
  public int maxRequests() {
    return values.maxRequests;
  }

  /** Returns the maximum number of channels that transfers use on a session. */
  public int maxChannels() {
    return values.maxChannels;
  }

  /** Returns the maximum number of sessions, each of which is a login. */
  public int maxSessions() {
    return values.maxSessions;
  }

  /** Returns the charset of file names on the server. */
  public Charset filenameCharset() {
    return values.filenameCharset;
  }

  /** Returns the file to log to, if set. */
  public Optional<Path> log() {
    return Optional.ofNullable(values.log);
  }

  /**
   * Returns the settings taken from ssh's configuration files: keyword, value, file and line number
   * of each, as in {@code "Port 2222 # /home/me/.ssh/config:4"}. Empty for options that were not
   * read from such files. Changes by a builder are not listed.
   */
  public List<String> describe() {
    return values.origins;
  }

  /**
   * Returns true if the other options have the same values, secrets included, wherever they are
   * from. Suppliers, prompts and consumers are the same if they are equal, which for lambda
   * expressions means identical.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConnectionOptions options && values.all().equals(options.values.all());
  }

  @Override
  public int hashCode() {
    return values.all().hashCode();
  }

  /** Returns user, host and port, as in "me@host:22". Contains no secrets. */
  @Override
  public String toString() {
    return username() + "@" + Printable.hostAndPort(host(), port());
  }

  /** A private key, given as a file or as content. Its {@code toString} never shows the key. */
  public static final class PrivateKey {
    private final @Nullable Path file;
    private final @Nullable String content;
    private final @Nullable String passphrase;

    PrivateKey(@Nullable Path file, @Nullable String content, @Nullable String passphrase) {
      if (file != null && OptionSources.isKey(file.toString())) {
        throw new IllegalArgumentException(
            "privateKey: the path is a key, not a file; give a key by privateKeyContent");
      }
      this.file = file;
      this.content = content;
      this.passphrase = passphrase;
    }

    /** Returns the file, or empty if the key was given as content. */
    public Optional<Path> file() {
      return Optional.ofNullable(file);
    }

    /** Returns the key itself in OpenSSH, PEM or PuTTY format, or empty if it is in a file. */
    public Optional<String> content() {
      return Optional.ofNullable(content);
    }

    /**
     * Returns the passphrase of this key; empty for {@link ConnectionOptions#passphrase()}, if the
     * key has one.
     */
    public Optional<String> passphrase() {
      return Optional.ofNullable(passphrase);
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof PrivateKey other
          && Objects.equals(file, other.file)
          && Objects.equals(content, other.content)
          && Objects.equals(passphrase, other.passphrase);
    }

    @Override
    public int hashCode() {
      return Objects.hash(file, content, passphrase);
    }

    @Override
    public String toString() {
      return file == null ? "a key given as text" : file.toString();
    }
  }

  /**
   * A builder of {@link ConnectionOptions}. Its methods come in this order: the server, the user,
   * trust in the server, the connection, and its use. Not safe for use by several threads.
   */
  public static final class Builder {
    private final Values values;

    private Builder(Values values) {
      this.values = values;
    }

    /**
     * Sets the TCP port. Default: 22.
     *
     * @throws IllegalArgumentException if it is not in 1 to 65535
     */
    public Builder port(int number) {
      values.port = between("port", number, 1, 65535);
      return this;
    }

    /**
     * Sets the initial working directory, which must exist when connecting. Default: the one that
     * the server chooses, usually the home directory.
     *
     * @throws IllegalArgumentException if the path is empty
     */
    public Builder defaultPath(String dir) {
      if (dir.isEmpty()) {
        throw new IllegalArgumentException("defaultPath must not be empty");
      }
      values.defaultPath = dir;
      return this;
    }

    /**
     * Sets the name of the SFTP subsystem, as in the server's configuration. Default: "sftp".
     *
     * @throws IllegalArgumentException if the name is empty or has control characters
     */
    public Builder subsystem(String name) {
      values.subsystem = line("subsystem", name);
      return this;
    }

    /**
     * Sets a command that starts the SFTP server, in place of the subsystem. The server runs it in
     * the user's shell, as in {@code "sudo -n /usr/lib/openssh/sftp-server"}. Default: none.
     *
     * @throws IllegalArgumentException if the command is empty or has control characters
     */
    public Builder sftpServer(String command) {
      values.sftpServer = line("sftpServer", command);
      return this;
    }

    /**
     * Sets the user to log in as. Default: the user who runs this program.
     *
     * @throws IllegalArgumentException if the name is empty or has control characters
     */
    public Builder username(String name) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("username must not be empty");
      }
      if (OptionSources.hasControl(name)) {
        throw new IllegalArgumentException("username must not have control characters");
      }
      values.username = name;
      return this;
    }

    /** Sets the password. It is tried after the private keys. Default: none. */
    public Builder password(String secret) {
      values.password = Objects.requireNonNull(secret, "password is null; for none, omit the call");
      values.passwordSupplier = null;
      return this;
    }

    /**
     * Sets a supplier of the password, for passwords that change. It is called on a thread of the
     * connection, at most once in each login: for {@link Connection#connect connect}, after a lost
     * connection, and for further sessions. It is not called if the server does not ask for the
     * password. If it throws or returns null, the login fails. The array is not changed. Default:
     * none.
     *
     * @param secret returns the password
     */
    public Builder password(Supplier<char[]> secret) {
      values.passwordSupplier = Objects.requireNonNull(secret, "password");
      values.password = null;
      return this;
    }

    /**
     * Adds a private key file in OpenSSH, PEM or PuTTY format: RSA, ECDSA or Ed25519. Several keys
     * are tried in order. A file that is not a private key or can't be decrypted is skipped if
     * there is another key or a password. Default: see {@link #defaultKeys}.
     *
     * <p>As in ssh, the file selects a key of the {@link #agent(boolean) agent} where only the
     * agent can sign: if the file is a public key, if only {@code <file>.pub} exists, if the
     * passphrase is missing, or if the key belongs to a FIDO security key.
     *
     * <p>An OpenSSH certificate in {@code <file>-cert.pub} is offered before the key itself. See
     * also {@link #certificate}.
     */
    public Builder privateKey(Path file) {
      return privateKey(Objects.requireNonNull(file, "privateKey"), null, null);
    }

    /** Adds a private key file with a passphrase of its own. See {@link #privateKey(Path)}. */
    public Builder privateKey(Path file, String passphrase) {
      Objects.requireNonNull(passphrase, "passphrase");
      return privateKey(Objects.requireNonNull(file, "privateKey"), null, passphrase);
    }

    /**
     * Adds a private key as the content of its file, or as the base64 encoding of that. Line ends
     * may be written as "\\n" or, except in PuTTY's format, as spaces. See {@link
     * #privateKey(Path)}.
     */
    public Builder privateKeyContent(String key) {
      return privateKey(null, Objects.requireNonNull(key, "privateKeyContent"), null);
    }

    /**
     * Adds the content of a private key file with a passphrase of its own. See {@link
     * #privateKeyContent(String)}.
     */
    public Builder privateKeyContent(String key, String passphrase) {
      Objects.requireNonNull(passphrase, "passphrase");
      return privateKey(null, Objects.requireNonNull(key, "privateKeyContent"), passphrase);
    }

    /** Adds a private key as the bytes of its file. See {@link #privateKeyContent(String)}. */
    public Builder privateKeyContent(byte[] key) {
      return privateKeyContent(new String(key, StandardCharsets.ISO_8859_1));
    }

    /**
     * Adds the bytes of a private key file with a passphrase of its own. See {@link
     * #privateKeyContent(String)}.
     */
    public Builder privateKeyContent(byte[] key, String passphrase) {
      return privateKeyContent(new String(key, StandardCharsets.ISO_8859_1), passphrase);
    }

    private Builder privateKey(
        @Nullable Path file, @Nullable String content, @Nullable String keyPassphrase) {
      var keys = new ArrayList<>(values.privateKeys);
      keys.add(keys.size() - values.keysOfFile, new PrivateKey(file, content, keyPassphrase));
      values.privateKeys = List.copyOf(keys);
      return this;
    }

    /**
     * Sets the passphrase of the encrypted private keys that have no passphrase of their own.
     * Default: none.
     */
    public Builder passphrase(String secret) {
      values.passphrase =
          Objects.requireNonNull(secret, "passphrase is null; for none, omit the call");
      values.passphraseSupplier = null;
      return this;
    }

    /**
     * Sets a supplier of the passphrase of the encrypted private keys that have no passphrase of
     * their own. It is called once in each login if there is such a key: for {@link
     * Connection#connect connect}, after a lost connection, and for further sessions. Each login
     * also reads the key files again. If the supplier throws or returns null, the login fails. The
     * array is not changed. Default: none.
     *
     * @param secret returns the passphrase
     */
    public Builder passphrase(Supplier<char[]> secret) {
      values.passphraseSupplier = Objects.requireNonNull(secret, "passphrase");
      values.passphrase = null;
      return this;
    }

    /**
     * Sets whether the keys of an ssh-agent are tried: after the given private keys, but before the
     * default ones and the password. No key is ever added to the agent. If the agent does not
     * respond, the login continues without it; if the login is then refused, the exception has the
     * reason.
     *
     * <p>With true, the agent is the one given by {@link #agent(Path)}, else the one that the
     * environment variable {@code SSH_AUTH_SOCK} names, else, on Windows, OpenSSH's. With false, no
     * agent is used. Default: true if neither a private key nor a password is given.
     */
    public Builder agent(boolean choice) {
      values.agent = choice;
      return this;
    }

    /**
     * Sets the ssh-agent whose keys are tried, by its socket. See {@link #agent(boolean)}.
     *
     * @param socket the Unix domain socket; a leading {@code ~} stands for the home directory. On
     *     Windows, the named pipe of OpenSSH's agent or of Pageant
     */
    public Builder agent(Path socket) {
      values.agentSocket = Objects.requireNonNull(socket, "agent");
      return agent(true);
    }

    /**
     * Sets whether ssh's default keys are tried if no private key is given: {@code id_ed25519},
     * {@code id_ecdsa} and {@code id_rsa} in {@code ~/.ssh}, if they exist. Default: true unless a
     * password is given.
     */
    public Builder defaultKeys(boolean choice) {
      values.defaultKeys = choice;
      return this;
    }

    /**
     * Sets whether the agent's keys are limited to those that {@link #privateKey(Path) privateKey}
     * or {@link #certificate} selects or, if neither is given, to the default keys. Servers allow
     * only a few attempts, and an agent may have more keys than that. Default: false.
     */
    public Builder identitiesOnly(boolean choice) {
      values.identitiesOnly = choice;
      return this;
    }

    /**
     * Adds the file of an OpenSSH user certificate, as written by {@code ssh-keygen -s}. It is
     * offered before the key that it certifies: a given key, a default key, or a key of the agent.
     * A damaged certificate and a host certificate are skipped with a warning in the log. One that
     * has expired or names other users is offered, since that is for the server to decide. Default:
     * for each key file, the certificate in {@code <file>-cert.pub}, if there is one.
     */
    public Builder certificate(Path file) {
      var files = new ArrayList<>(values.certificates);
      files.add(Objects.requireNonNull(file, "certificate"));
      values.certificates = List.copyOf(files);
      return this;
    }

    /**
     * Sets whether a private key file is refused, as by ssh, if it belongs to the user who runs
     * this program and other users may access it. With false, the log has a warning instead. File
     * systems without POSIX permissions are not checked. Default: false.
     */
    public Builder strictModes(boolean choice) {
      values.strictModes = choice;
      return this;
    }

    /**
     * Sets the prompts, which answer the server's questions: for codes, for a new password, and for
     * the password if none is given or it is refused. A given {@link #password} answers the first
     * question for it. If the server accepts an encrypted private key that {@link #passphrase} does
     * not decrypt, the prompts are also asked for its passphrase. Default: none; the login fails if
     * the server asks for anything but the password.
     *
     * <p>With prompts, {@code keyboard-interactive} is tried before {@code password}, and the
     * default of {@link #connectTimeout} is 2 minutes. If the server asked the prompts anything, no
     * further session is opened. After a lost connection the new login may ask again; {@link
     * #reconnect reconnect(false)} prevents that.
     */
    public Builder prompts(Prompts answers) {
      values.prompts = Objects.requireNonNull(answers, "prompts");
      return this;
    }

    /**
     * Sets the maximum number of attempts with {@link #prompts} in one login. After a refusal they
     * are asked again, until this many answers have been refused. This limit applies separately to
     * each method of authentication, and to the passphrase of each key. Answers that have just been
     * refused are not sent again. Default: 3.
     *
     * @throws IllegalArgumentException if it is not in 1 to 100
     */
    public Builder numberOfPasswordPrompts(int number) {
      values.numberOfPasswordPrompts = between("numberOfPasswordPrompts", number, 1, 100);
      return this;
    }

    /**
     * Sets the methods of authentication to use, in order of preference, by OpenSSH's names:
     * "publickey", "password" and "keyboard-interactive". "gssapi-with-mic" and "hostbased" are
     * accepted but not used. If a server requires several methods, its order counts. Default: all
     * three, in this order; with {@link #prompts}, "password" last.
     *
     * @throws IllegalArgumentException if a name is none of these
     */
    public Builder authentications(String... names) {
      for (String name : names) {
        if (!AUTHENTICATIONS.contains(name)) {
          throw new IllegalArgumentException(
              "authentications: publickey, password or keyboard-interactive, not \"" + name + '"');
        }
      }
      values.authentications = List.of(names);
      return this;
    }

    /** Sets the rule for accepting the server's host key. Default: {@link HostKeys#knownHosts}. */
    public Builder hostKeys(HostKeys rule) {
      values.hostKeys = Objects.requireNonNull(rule, "hostKeys");
      return this;
    }

    /** Accepts the host keys in these files; short for {@link HostKeys#knownHosts}. */
    public Builder knownHosts(Path... files) {
      return hostKeys(HostKeys.knownHosts(files));
    }

    /**
     * Sets files of revoked host keys: public keys, one per line. Every rule rejects a host key
     * that is in such a file, or that is certified by a key in such a file. If a file is missing or
     * malformed, or is a binary list made by {@code ssh-keygen -k}, no key is accepted. Default:
     * none.
     */
    public Builder revokedHostKeys(Path... files) {
      values.revokedHostKeys = List.of(files);
      return this;
    }

    /**
     * Sets the name to look up in known_hosts files instead of host and port. A host certificate
     * must contain this name. Use it for servers behind a tunnel or a shared address. Default:
     * none.
     *
     * @throws IllegalArgumentException if the name is empty, or has characters that are special in
     *     known_hosts files
     */
    public Builder hostKeyAlias(String name) {
      if (name.isEmpty()
          || name.chars().anyMatch(c -> c <= ' ' || "@*?!#|,'\"\\\u007f".indexOf(c) >= 0)) {
        throw new IllegalArgumentException("hostKeyAlias must be a host name");
      }
      values.hostKeyAlias = name;
      return this;
    }

    /**
     * Connects through another SSH server, as {@code ssh -J} does. The jump host has options of its
     * own, such as host key, user, credentials, timeouts and keep-alive, and may itself have a jump
     * host or a proxy. It looks up this host's name, and opens a TCP connection to it. All data
     * stays encrypted up to this host. Default: none.
     *
     * <p>Each session with this host uses a separate session with the jump host. The {@link
     * #connectTimeout} of this host limits the time for all hops together.
     */
    public Builder jumpHost(ConnectionOptions host) {
      replaceRouteOfFile();
      values.jumpHost = Objects.requireNonNull(host, "jumpHost");
      return this;
    }

    /** Connects through a proxy, which looks up the name of the host. Default: none. */
    public Builder proxy(Proxy server) {
      replaceRouteOfFile();
      values.proxy = Objects.requireNonNull(server, "proxy");
      return this;
    }

    /**
     * Connects through a local command, as ssh's {@code ProxyCommand} does: its standard input and
     * output carry the bytes to and from the server. {@code /bin/sh -c} (on Windows {@code cmd.exe
     * /c}) runs the command once for each session, and it is ended with the session. Its error
     * output is logged. In the command, {@code %h} and {@code %n} stand for the host, {@code %p}
     * for the port, {@code %r} for the user, and {@code %%} for a percent sign. Default: none.
     *
     * <p>The command runs only with {@link #allowProxyCommand allowProxyCommand(true)}.
     *
     * @throws IllegalArgumentException if the command is empty, has control characters, or has any
     *     other character after a percent sign
     */
    public Builder proxyCommand(String command) {
      replaceRouteOfFile();
      values.proxyCommand = ProxyCommand.checked(line("proxyCommand", command));
      return this;
    }

    private void replaceRouteOfFile() {
      if (values.routeOfFile) {
        values.jumpHost = null;
        values.proxyCommand = null;
        values.routeOfFile = false;
      }
    }

    /**
     * Sets whether the {@link #proxyCommand} may be run on this machine. With false, connecting
     * fails if there is one. Default: false.
     */
    public Builder allowProxyCommand(boolean choice) {
      values.allowProxyCommand = choice;
      return this;
    }

    /**
     * Sets the family of addresses to connect to, of this host or of its proxy. Has no effect with
     * a jump host or a proxy command. Default: {@link AddressFamily#ANY}.
     */
    public Builder addressFamily(AddressFamily family) {
      values.addressFamily = Objects.requireNonNull(family, "addressFamily");
      return this;
    }

    /**
     * Sets the local address to connect from, for machines with several addresses. Has no effect
     * with a jump host or a proxy command. Default: the system chooses.
     *
     * @param address a host name or an address of this machine
     * @throws IllegalArgumentException if it is not a name or an address alone
     */
    public Builder bindAddress(String address) {
      values.bindAddress = OptionSources.bareHost(address);
      return this;
    }

    /**
     * Sets a consumer of banners: texts that the server may send before the login. It is called for
     * each banner in each login, including those of further sessions and of reconnects, on a thread
     * of the connection, which waits for it. If it throws, connecting fails with an {@link
     * AuthenticationException}. It gets at most 16,384 characters in each login. Control characters
     * other than line feeds and tabs are replaced with question marks. Default: none; banners are
     * always logged.
     */
    public Builder banner(Consumer<String> consumer) {
      values.banner = Objects.requireNonNull(consumer, "banner");
      return this;
    }

    /**
     * Sets the ciphers to offer, in order of preference, by their names in OpenSSH, such as
     * "aes256-gcm@openssh.com". Default: those that JSch considers safe, and
     * "chacha20-poly1305@openssh.com" where Bouncy Castle is on the class path.
     *
     * <p>As in OpenSSH, a sign before the first name changes the defaults instead of replacing
     * them: {@code +} appends the names, {@code ^} places them first, and {@code -} removes them.
     * The wildcards {@code *} and {@code ?} are allowed, and names may be separated by commas as
     * well. Examples: {@code ciphers("+aes128-cbc")}, {@code ciphers("^aes256-gcm@openssh.com")},
     * {@code ciphers("-aes128-*", "aes192-ctr")}.
     *
     * <p>An unknown name causes an {@code IllegalArgumentException} when connecting. A known name
     * for which this JVM has no provider is left out, which is logged.
     *
     * @throws IllegalArgumentException if a name is empty, or the names have different signs
     */
    public Builder ciphers(String... names) {
      values.ciphers = algorithms("ciphers", names);
      return this;
    }

    /**
     * Sets the message authentication codes to offer, in order of preference. Signs and wildcards
     * are as for {@link #ciphers}. Default: JSch's.
     */
    public Builder macs(String... names) {
      values.macs = algorithms("macs", names);
      return this;
    }

    /**
     * Sets the key exchange methods to offer, in order of preference. Signs and wildcards are as
     * for {@link #ciphers}. Default: JSch's, which begin with "mlkem768x25519-sha256" on JDK 24 and
     * later or with Bouncy Castle on the class path; the latter also adds "sntrup761x25519-sha512"
     * at the end.
     */
    public Builder keyExchanges(String... names) {
      values.keyExchanges = algorithms("keyExchanges", names);
      return this;
    }

    /**
     * Sets the host key algorithms to offer, in order of preference. Signs and wildcards are as for
     * {@link #ciphers}. Default: JSch's.
     */
    public Builder hostKeyAlgorithms(String... names) {
      values.hostKeyAlgorithms = algorithms("hostKeyAlgorithms", names);
      return this;
    }

    /**
     * Sets the signature algorithms for the user's keys and certificates, in order of preference.
     * Signs and wildcards are as for {@link #ciphers}. An RSA key signs with the first of them that
     * the server announces. Keys for which none of them is suitable are not tried. Default:
     * OpenSSH's, without {@code ssh-rsa}, which uses SHA-1.
     */
    public Builder publicKeyAlgorithms(String... names) {
      values.publicKeyAlgorithms = algorithms("publicKeyAlgorithms", names);
      return this;
    }

    /**
     * Sets whether algorithms for servers of the 2000s are offered, after the usual ones: key
     * exchange and signatures with SHA-1 ({@code ssh-rsa} for host keys and for the user's RSA
     * keys), keys of type {@code ssh-dss}, ciphers in CBC mode, and HMACs with MD5. They are no
     * longer safe: use this only for a server that has nothing better. They become part of the
     * defaults, which a list with a sign changes and a list without a sign, such as {@code
     * ciphers("aes256-ctr")}, replaces. Default: false.
     */
    public Builder legacyAlgorithms(boolean choice) {
      values.legacyAlgorithms = choice;
      return this;
    }

    /** Sets whether compression is offered; it only pays on slow connections. Default: false. */
    public Builder compression(boolean choice) {
      values.compression = choice;
      return this;
    }

    /**
     * Sets the time limit for connecting as a whole, from the lookup of the host name to the first
     * SFTP response, including the time that {@link #prompts} take. Default: 30 seconds, or 2
     * minutes with {@link #prompts}; with a {@link #jumpHost}, at least the limit of the jump host.
     *
     * @throws IllegalArgumentException if it is not positive, or over 24 days
     */
    public Builder connectTimeout(Duration limit) {
      values.connectTimeout = positive("connectTimeout", limit);
      return this;
    }

    /**
     * Sets the longest time that an operation may make no progress before it fails with {@link
     * OperationTimeoutException}. A long transfer that makes progress is never interrupted.
     * Default: 60 seconds.
     *
     * @throws IllegalArgumentException if it is not positive, or over 24 days
     */
    public Builder timeout(Duration limit) {
      values.timeout = positive("timeout", limit);
      return this;
    }

    /**
     * Sets the interval of keep-alive messages to a server that is silent. After three unanswered
     * messages, or as many as {@link #keepAlive(Duration, int)} sets, the connection is considered
     * lost. Zero turns them off. Default: 30 seconds.
     *
     * @throws IllegalArgumentException if it is negative, or over 24 days
     */
    public Builder keepAlive(Duration interval) {
      values.keepAlive = interval.isZero() ? interval : positive("keepAlive", interval);
      return this;
    }

    /**
     * Sets the interval of keep-alive messages, and the number of unanswered ones after which the
     * connection is considered lost. These are ssh's {@code ServerAliveInterval} and {@code
     * ServerAliveCountMax}. Default: 30 seconds, and 3.
     *
     * @throws IllegalArgumentException if the interval is negative, or over 24 days, or the number
     *     is not in 1 to 1000
     */
    public Builder keepAlive(Duration interval, int unanswered) {
      values.keepAliveCount = between("keepAlive count", unanswered, 1, 1000);
      return keepAlive(interval);
    }

    /**
     * Sets whether a lost connection is re-established when it is next needed, and operations in
     * progress continue. A refused login is not retried, nor is {@link Connection#connect connect}
     * itself. Default: true.
     *
     * <p>With false, a lost connection stays lost, and no request is sent twice, with one
     * exception: if a request of another call remains unanswered on a live connection, the requests
     * waiting behind it are sent again on another channel.
     */
    public Builder reconnect(boolean choice) {
      values.reconnect = choice;
      return this;
    }

    /**
     * Sets the maximum number of requests in flight on a channel. With 1, one channel carries one
     * request at a time, for fragile servers. Default: 128.
     *
     * @throws IllegalArgumentException if it is not in 1 to 1024
     */
    public Builder maxRequests(int number) {
      values.maxRequests = between("maxRequests", number, 1, 1024);
      return this;
    }

    /**
     * Sets the maximum number of channels that transfers, listings and open files use on a session.
     * Single requests use up to two more, each running command one. Fewer are used if the server
     * grants fewer, and no more than four if the server is near. Default: 8; OpenSSH allows 10 in
     * all.
     *
     * <p>With 1, there is one channel, and transfers use no further session.
     *
     * @throws IllegalArgumentException if it is not in 1 to 64
     */
    public Builder maxChannels(int number) {
      values.maxChannels = between("maxChannels", number, 1, 64);
      return this;
    }

    /**
     * Sets the maximum number of sessions. Each is a login of its own with the same credentials,
     * which servers count, log and may limit. Default: 4, of which all but the first are opened
     * only if needed: if the server grants no channel for a single request or a command, or if a
     * large transfer may become faster with a further TCP connection or CPU core. Each is logged. A
     * login that the server refuses is not repeated, and one that has asked {@link #prompts} a
     * question remains the only one. With 1, nobody logs in again but after a lost connection.
     *
     * @throws IllegalArgumentException if it is not in 1 to 16
     */
    public Builder maxSessions(int number) {
      values.maxSessions = between("maxSessions", number, 1, 16);
      return this;
    }

    /**
     * Sets the charset of file names on the server. Default: UTF-8.
     *
     * <p>A byte that is no character in this charset becomes an unpaired surrogate from {@code
     * U+DC80} to {@code U+DCFF}, which stands for exactly that byte. So every name that the server
     * lists can be passed to every method.
     *
     * @throws IllegalArgumentException if the charset encodes "/" or "." otherwise than ASCII
     */
    public Builder filenameCharset(Charset charset) {
      if (!NameEncoding.isUsable(Objects.requireNonNull(charset, "filenameCharset"))) {
        throw new IllegalArgumentException(
            "filenameCharset must encode \"/\" and \".\" as ASCII does, unlike " + charset);
      }
      values.filenameCharset = charset;
      return this;
    }

    /**
     * Appends a log of the connection to this file, without secrets. Default: no file; the
     * connection always logs to the {@link System.Logger} "io.github.jsftp".
     */
    public Builder log(Path file) {
      values.log = Objects.requireNonNull(file, "log");
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalStateException if no user name is set, and the user who runs this program has
     *     none; if more than one of jump host, proxy and proxy command is set; if a jump host is
     *     this host itself; or if a host or user is unsafe in the proxy command
     */
    public ConnectionOptions build() {
      if (values.username.isEmpty()) {
        throw new IllegalStateException(
            "username is not set, and the user who runs this program has no name");
      }
      var options = new ConnectionOptions(values.clone());
      checkRoute(options);
      return options;
    }

    private static void checkRoute(ConnectionOptions options) {
      int routes =
          (options.jumpHost().isPresent() ? 1 : 0)
              + (options.proxy().isPresent() ? 1 : 0)
              + (options.proxyCommand().isPresent() ? 1 : 0);
      if (routes > 1) {
        throw new IllegalStateException(
            "only one of jumpHost, proxy and proxyCommand can be set; the jump host may have a"
                + " proxy of its own");
      }
      for (var hop = options.jumpHost().orElse(null);
          hop != null;
          hop = hop.jumpHost().orElse(null)) {
        if (hop.toString().equalsIgnoreCase(options.toString())) {
          throw new IllegalStateException("the jump host " + hop + " is the target itself");
        }
      }
      if (options.proxyCommand().isPresent()) {
        ProxyCommand.of(options);
      }
    }

    private static String line(String name, String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException(name + " must not be empty");
      }
      if (OptionSources.hasControl(text)) {
        throw new IllegalArgumentException(name + " must not have control characters");
      }
      return text;
    }

    private static int between(String name, int number, int least, int most) {
      if (number < least || number > most) {
        throw new IllegalArgumentException(
            name + " must be in " + least + " to " + most + ", not " + number);
      }
      return number;
    }

    private static Duration positive(String name, Duration duration) {
      if (duration.isNegative()
          || duration.isZero()
          || duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
        throw new IllegalArgumentException(
            name + " must be positive and at most 24 days, not " + duration);
      }
      return duration;
    }

    /** Returns the names, split at commas, with the sign at the first name only. */
    private static List<String> algorithms(String what, String... lists) {
      var names = new ArrayList<String>();
      String sign = "";
      for (String list : lists) {
        for (String name : list.split(",", -1)) {
          String given = name.strip();
          boolean signed = given.matches("[-+^].*");
          String unsigned = signed ? given.substring(1) : given;
          if (unsigned.isEmpty() || unsigned.matches("[-+^!].*|.*\\s.*")) {
            throw new IllegalArgumentException(what + ": no name of an algorithm: \"" + name + '"');
          }
          if (signed && !names.isEmpty() && !sign.equals(given.substring(0, 1))) {
            throw new IllegalArgumentException(
                what + ": one sign for all names, not also \"" + given + '"');
          }
          if (signed && names.isEmpty()) {
            sign = given.substring(0, 1);
          }
          names.add(names.isEmpty() ? sign + unsigned : unsigned);
        }
      }
      return List.copyOf(names);
    }
  }

  /** The value of each option. The values of built options never change. */
  private static final class Values implements Cloneable {
    // the server
    final String host;
    int port = 22;
    @Nullable String defaultPath;
    String subsystem = "sftp";
    @Nullable String sftpServer;

    // the user
    String username = OptionSources.currentUser();
    @Nullable String password;
    @Nullable Supplier<char[]> passwordSupplier;
    List<PrivateKey> privateKeys = List.of();
    @Nullable String passphrase;
    @Nullable Supplier<char[]> passphraseSupplier;
    @Nullable Boolean agent;
    @Nullable Path agentSocket;
    @Nullable Boolean defaultKeys;
    boolean identitiesOnly;
    List<Path> certificates = List.of();
    boolean strictModes;
    @Nullable Prompts prompts;
    int numberOfPasswordPrompts = 3;
    List<String> authentications = List.of();

    // trust in the server
    HostKeys hostKeys = HostKeys.knownHosts();
    List<Path> revokedHostKeys = List.of();
    @Nullable String hostKeyAlias;

    // the connection
    @Nullable ConnectionOptions jumpHost;
    @Nullable Proxy proxy;
    @Nullable String proxyCommand;
    boolean allowProxyCommand;
    AddressFamily addressFamily = AddressFamily.ANY;
    @Nullable String bindAddress;
    @Nullable Consumer<String> banner;
    List<String> ciphers = List.of();
    List<String> macs = List.of();
    List<String> keyExchanges = List.of();
    List<String> hostKeyAlgorithms = List.of();
    List<String> publicKeyAlgorithms = List.of();
    boolean legacyAlgorithms;
    boolean compression;
    @Nullable Duration connectTimeout;
    Duration timeout = Duration.ofSeconds(60);
    Duration keepAlive = Duration.ofSeconds(30);
    int keepAliveCount = 3;
    boolean reconnect = true;

    // its use
    int maxRequests = 128;
    int maxChannels = 8;
    int maxSessions = 4;
    Charset filenameCharset = StandardCharsets.UTF_8;
    @Nullable Path log;

    // from ssh's configuration files
    List<String> origins = List.of();
    int keysOfFile; // how many private keys at the end are from files; others go before them
    boolean routeOfFile; // true if jump host and proxy command are those of the files

    Values(String host) {
      this.host = host;
    }

    /** Returns all values but those that only tell where others are from. */
    List<@Nullable Object> all() {
      return Arrays.asList(
          host,
          port,
          defaultPath,
          subsystem,
          sftpServer,
          username,
          password,
          passwordSupplier,
          privateKeys,
          passphrase,
          passphraseSupplier,
          agent,
          agentSocket,
          defaultKeys,
          identitiesOnly,
          certificates,
          strictModes,
          prompts,
          numberOfPasswordPrompts,
          authentications,
          hostKeys,
          revokedHostKeys,
          hostKeyAlias,
          jumpHost,
          proxy,
          proxyCommand,
          allowProxyCommand,
          addressFamily,
          bindAddress,
          banner,
          ciphers,
          macs,
          keyExchanges,
          hostKeyAlgorithms,
          publicKeyAlgorithms,
          legacyAlgorithms,
          compression,
          connectTimeout,
          timeout,
          keepAlive,
          keepAliveCount,
          reconnect,
          maxRequests,
          maxChannels,
          maxSessions,
          filenameCharset,
          log);
    }

    @Override
    protected Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
