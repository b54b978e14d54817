package io.github.jsftp;

import io.github.jsftp.internal.Services;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.OpenModes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an SFTP server.
 *
 * <pre>{@code
 * try (var sftp = Connection.connect("hostname", "me", "secret")) {
 *   try (var dir = sftp.cd("public")) {          // temporarily in public/
 *     sftp.put(Path.of("/my/local/filename")); // upload into public/
 *     sftp.get("remote_file");                 // download into the local working directory
 *   }
 * }
 * }</pre>
 *
 * <p>Remote paths are {@code String}, relative ones start at {@link #pwd()}; local paths are {@link
 * Path}. No character in a name means anything but itself, save in {@link #glob} and filters. A
 * remote path that ends in a slash means a directory, or a link to one: a file there is not meant
 * and none is made.
 *
 * <p>Lists returned are unmodifiable: {@code new ArrayList<>(sftp.listdir())} makes one to change.
 *
 * <p>Every method that talks to the server throws, besides what it names: {@link
 * ConnectionException} when the connection is lost or closed, {@link OperationTimeoutException}
 * when the server is silent for longer than {@link #timeout()}, {@link NoSuchPathException} and
 * {@link PermissionDeniedException} for a path that is missing or forbidden, {@link
 * java.io.InterruptedIOException} when the thread is interrupted, and {@link
 * IllegalArgumentException} for a path that is empty, has a NUL, or is over 32 KiB, before anything
 * is sent.
 *
 * <p>Safe for use by several threads, which share its working directory.
 */
public final class Connection implements AutoCloseable {
  private final ConnectionOptions options;
  private final Services services;
  private volatile String cwd;

  private Connection(ConnectionOptions options, Services services, String cwd) {
    this.options = options;
    this.services = services;
    this.cwd = cwd;
  }

  /**
   * Connects and logs in.
   *
   * @throws HostKeyException if the server's host key is not known, was changed or revoked
   * @throws AuthenticationException if the server does not let the user in, or a key is unusable
   * @throws ConnectionException if there is no connection to be had for another reason
   * @throws NoSuchPathException if there is no {@link ConnectionOptions#defaultPath()} on the
   *     server
   */
  public static Connection connect(ConnectionOptions options) throws IOException {
    var services = Services.open(options);
    return new Connection(options, services, services.start());
  }

  /**
   * Connects to port 22 with a password; the host's key must stand in {@code ~/.ssh/known_hosts}.
   * See {@link #connect(ConnectionOptions)}.
   */
  public static Connection connect(String host, String username, String password)
      throws IOException {
    return connect(ConnectionOptions.builder(host).username(username).password(password).build());
  }

  /** Returns the working directory, an absolute path. Nothing is sent. */
  public String pwd() {
    return cwd;
  }

  /**
   * Changes the working directory. As in a shell, the names of links stay in {@link #pwd()}.
   *
   * @throws NotADirectoryException if it is something else
   */
  public void chdir(String dir) throws IOException {
    cwd = services.directories().enter("chdir", resolve(dir));
  }

  /** Returns a scope at whose end the working directory is again what it is now. */
  public WorkingDirectory cd() {
    return new WorkingDirectory(cwd, before -> cwd = before);
  }

  /**
   * Changes the working directory until the scope returned is closed.
   *
   * @throws NotADirectoryException if it is something else
   */
  public WorkingDirectory cd(String dir) throws IOException {
    var scope = cd();
    cwd = services.directories().enter("cd", resolve(dir));
    return scope;
  }

  /** Returns the absolute path that the server makes of a path: links, "." and ".." resolved. */
  public String normalize(String path) throws IOException {
    return services.singleRequests().realpath("normalize", resolve(path));
  }

  /** Returns the names in the working directory, sorted. */
  public List<String> listdir() throws IOException {
    return listdir(cwd);
  }

  /**
   * Returns the names in a directory, sorted, without "." and "..". All of them are held in memory;
   * {@link #list} holds some only.
   *
   * @throws NotADirectoryException if it is something else
   */
  public List<String> listdir(String dir) throws IOException {
    return services.directories().names("listdir", resolve(dir));
  }

  /** Returns what is in the working directory, sorted by name. */
  public List<FileInfo> listdirAttr() throws IOException {
    return listdirAttr(cwd);
  }

  /**
   * Returns what is in a directory, sorted by name, without "." and "..". Links are not followed.
   * All of it is held in memory; {@link #list} holds some only.
   *
   * @throws NotADirectoryException if it is something else
   */
  public List<FileInfo> listdirAttr(String dir) throws IOException {
    return services.directories().sorted("listdirAttr", resolve(dir));
  }

  /**
   * Returns what is in a directory as the server sends it: unsorted, however large it is without
   * ever holding it whole. Links are not followed. A failure on the way comes as {@link
   * java.io.UncheckedIOException}.
   *
   * @return a stream to be closed
   * @throws NotADirectoryException if it is something else
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return services.directories().list(resolve(dir));
  }

  /**
   * Returns what matches a glob, sorted by path; nothing is an empty list. Links are not followed.
   * Directories that wildcards lead into are passed over if they may not be read, as in a shell.
   *
   * @param pattern {@code *} and {@code ?} within a name, {@code [a-z]}, {@code {a,b}}, {@code **}
   *     across directories, a backslash before what is meant literally; as in a shell, a leading
   *     dot must be written out
   * @throws IllegalArgumentException if a bracket or a brace is left open
   * @throws PermissionDeniedException if a directory may not be read that the pattern names without
   *     wildcards
   */
  public List<FileInfo> glob(String pattern) throws IOException {
    RemotePath.check(pattern, options.filenameCharset());
    return services.directories().glob(cwd, pattern);
  }

  /** Tells what a path is; links are followed. */
  public FileInfo stat(String path) throws IOException {
    return services.stat("stat", slashed(path), true);
  }

  /** Tells what a path is; links are not followed. */
  public FileInfo lstat(String path) throws IOException {
    return services.stat("lstat", slashed(path), false);
  }

  /** Says whether a path exists; a link to nowhere does not. False only for "no such path". */
  public boolean exists(String path) throws IOException {
    return services.find("exists", slashed(path), true).isPresent();
  }

  /** Says whether a path exists; a link to nowhere does. False only for "no such path". */
  public boolean lexists(String path) throws IOException {
    return services.find("lexists", slashed(path), false).isPresent();
  }

  /** Says whether a path is a directory or a link to one. */
  public boolean isDir(String path) throws IOException {
    return services.find("isDir", slashed(path), true).filter(FileInfo::isDirectory).isPresent();
  }

  /** Says whether a path is a regular file or a link to one. */
  public boolean isFile(String path) throws IOException {
    return services.find("isFile", slashed(path), true).filter(FileInfo::isFile).isPresent();
  }

  /** Says whether a path is a symbolic link. */
  public boolean isLink(String path) throws IOException {
    return services.find("isLink", slashed(path), false).filter(FileInfo::isLink).isPresent();
  }

  /**
   * Walks a whole tree; see {@link #walkTree(String, FileCallback, FileCallback, FileCallback,
   * boolean)}.
   */
  public void walkTree(
      String root, FileCallback onFile, FileCallback onDirectory, FileCallback onOther)
      throws IOException {
    walkTree(root, onFile, onDirectory, onOther, true);
  }

  /**
   * Calls back for every entry below a directory, sorted by name, a directory before what is in it.
   * Links are followed; one that leads back to a directory above it is reported but not entered.
   *
   * @param root where to start; it is not reported itself
   * @param onFile called for files
   * @param onDirectory called for directories
   * @param onOther called for all else, links to nowhere included
   * @param recurse whether to enter directories
   * @throws IOException also what a callback throws, and what can't be read; both end the walk
   */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      boolean recurse)
      throws IOException {
    services.directories().walkTree(resolve(root), onFile, onDirectory, onOther, recurse);
  }

  /**
   * Walks a whole tree as {@link #walkTree(String, FileCallback, FileCallback, FileCallback,
   * boolean)} does, and continues after what it can't read.
   *
   * @param onFailure called in place of a directory's entries that can't be listed, and of an entry
   *     that can't be looked at; not for {@code root}, nor when the connection is lost
   */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      FailureCallback onFailure)
      throws IOException {
    Objects.requireNonNull(onFailure, "onFailure");
    services.directories().walkTree(resolve(root), onFile, onDirectory, onOther, onFailure);
  }

  /** Downloads a file into the local working directory, under its own name. */
  public TransferResult get(String remotePath) throws IOException {
    return get(remotePath, Path.of(""));
  }

  /** Downloads a file. See {@link #get(String, Path, TransferOptions)}. */
  public TransferResult get(String remotePath, Path localPath) throws IOException {
    return get(remotePath, localPath, TransferOptions.defaults());
  }

  /**
   * Downloads a file. A local file of that name is replaced once the download is complete and
   * verified; it keeps its permissions.
   *
   * @param localPath the file, or a directory to put it into
   * @throws java.nio.file.NoSuchFileException if the local directory is missing
   * @throws VerificationException if the source changes meanwhile, or not all of it arrives
   */
  public TransferResult get(String remotePath, Path localPath, TransferOptions options)
      throws IOException {
    return services.transfers().get(slashed(remotePath), localPath, options);
  }

  /** Downloads a file into a stream. See {@link #get(String, OutputStream, TransferOptions)}. */
  public TransferResult get(String remotePath, OutputStream target) throws IOException {
    return get(remotePath, target, TransferOptions.defaults());
  }

  /**
   * Downloads a file into a stream, which is written on the calling thread and stays open.
   *
   * @throws VerificationException if the source changes meanwhile, or not all of it arrives
   */
  public TransferResult get(String remotePath, OutputStream target, TransferOptions options)
      throws IOException {
    return services.transfers().get(slashed(remotePath), target, options);
  }

  /** Uploads a file into the working directory, under its own name. */
  public TransferResult put(Path localPath) throws IOException {
    return put(localPath, RemotePath.child(cwd, Services.nameOf(localPath)));
  }

  /** Uploads a file. See {@link #put(Path, String, TransferOptions)}. */
  public TransferResult put(Path localPath, String remotePath) throws IOException {
    return put(localPath, remotePath, TransferOptions.defaults());
  }

  /**
   * Uploads a file. A remote file of that name is replaced once the upload is complete and
   * verified; it keeps its permissions.
   *
   * @param remotePath the file, or a directory to put it into
   * @throws java.nio.file.NoSuchFileException if the local file is missing
   * @throws VerificationException if the source changes meanwhile, not all of it arrives, or the
   *     server moves the file away
   */
  public TransferResult put(Path localPath, String remotePath, TransferOptions options)
      throws IOException {
    return services.transfers().put(localPath, slashed(remotePath), options);
  }

  /** Uploads a stream. See {@link #put(InputStream, String, TransferOptions)}. */
  public TransferResult put(InputStream source, String remotePath) throws IOException {
    return put(source, remotePath, TransferOptions.defaults());
  }

  /** Uploads a stream to its end; it is read on the calling thread and stays open. */
  public TransferResult put(InputStream source, String remotePath, TransferOptions options)
      throws IOException {
    return services.transfers().put(source, slashed(remotePath), options);
  }

  /** Downloads the files directly inside a directory. */
  public TreeResult getD(String remoteDir, Path localDir) throws IOException {
    return getD(remoteDir, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads the files directly inside a directory. See {@link #getR(String, Path,
   * TransferOptions)}.
   */
  public TreeResult getD(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    return services.transfers().getD(resolve(remoteDir), localDir, options);
  }

  /** Downloads a tree. See {@link #getR(String, Path, TransferOptions)}. */
  public TreeResult getR(String remoteDir, Path localDir) throws IOException {
    return getR(remoteDir, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads a tree: all that is in the remote directory comes to stand in the local one, which is
   * made with its parents. The first failure ends it, unless the options say otherwise; files
   * already there stay, none is half there.
   */
  public TreeResult getR(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    return services.transfers().getR(resolve(remoteDir), localDir, options);
  }

  /** Uploads the files directly inside a directory. */
  public TreeResult putD(Path localDir, String remoteDir) throws IOException {
    return putD(localDir, remoteDir, TransferOptions.defaults());
  }

  /**
   * Uploads the files directly inside a directory. See {@link #putR(Path, String,
   * TransferOptions)}.
   */
  public TreeResult putD(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    return services.transfers().putD(localDir, resolve(remoteDir), options);
  }

  /** Uploads a tree. See {@link #putR(Path, String, TransferOptions)}. */
  public TreeResult putR(Path localDir, String remoteDir) throws IOException {
    return putR(localDir, remoteDir, TransferOptions.defaults());
  }

  /**
   * Uploads a tree: all that is in the local directory comes to stand in the remote one, which is
   * made with its parents. The first failure ends it, unless the options say otherwise; files
   * already there stay, none is half there.
   */
  public TreeResult putR(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    return services.transfers().putR(localDir, resolve(remoteDir), options);
  }

  /**
   * Returns a file as text in UTF-8.
   *
   * @throws SftpException caused by a {@link java.nio.charset.CharacterCodingException} if it is
   *     not UTF-8
   */
  public String readString(String path) throws IOException {
    return services.readString("readString", slashed(path));
  }

  /** Makes a file of this text in UTF-8, replacing what is there. */
  public TransferResult writeString(String path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return services.transfers().write("writeString", slashed(path), bytes);
  }

  /** Returns the bytes of a file. */
  public byte[] readBytes(String path) throws IOException {
    return services.transfers().read("readBytes", slashed(path));
  }

  /** Makes a file of these bytes, replacing what is there. */
  public TransferResult writeBytes(String path, byte[] bytes) throws IOException {
    return services.transfers().write("writeBytes", slashed(path), bytes);
  }

  /**
   * Opens a file.
   *
   * @param modes of {@link java.nio.file.StandardOpenOption}: READ (the default), WRITE, APPEND,
   *     CREATE, CREATE_NEW, TRUNCATE_EXISTING
   * @throws PathExistsException if CREATE_NEW finds the file there
   * @throws UnsupportedOperationException if another option is given
   */
  public RemoteFile open(String path, OpenOption... modes) throws IOException {
    String resolved = slashed(path);
    OpenModes parsed = OpenModes.of(modes);
    return new RemoteFile(
        services.open("open", resolved, parsed), RemotePath.shown(resolved), parsed);
  }

  /**
   * Makes a directory; its permissions follow the server's umask.
   *
   * @throws PathExistsException if it is there already
   */
  public void mkdir(String dir) throws IOException {
    services.singleRequests().mkdir("mkdir", resolve(dir));
  }

  /**
   * Makes a directory with exactly these permissions, and the set-gid bit if it inherits that.
   * Others never have more rights, not for a moment. A server that refuses to set the permissions
   * is a warning in the log; the directory stays.
   *
   * @param mode digits read as octal, such as 755
   * @throws PathExistsException if it is there already
   * @throws IllegalArgumentException if it is no such mode
   */
  public void mkdir(String dir, int mode) throws IOException {
    services.directories().mkdir(resolve(dir), OctalMode.argument(mode));
  }

  /**
   * Makes a directory and those above it that are missing; fine if it is there already.
   *
   * @throws PathExistsException if it is there and no directory
   * @throws NotADirectoryException if something above it is no directory
   */
  public void makedirs(String dir) throws IOException {
    services.directories().makedirs(resolve(dir), null);
  }

  /**
   * Makes a directory and those above it that are missing, all with these permissions, and the
   * set-gid bit if they inherit that. A server that refuses to set them is a warning in the log;
   * the directories stay.
   *
   * @param mode digits read as octal, such as 755
   * @throws PathExistsException if it is there and no directory
   * @throws NotADirectoryException if something above it is no directory
   * @throws IllegalArgumentException if it is no such mode
   */
  public void makedirs(String dir, int mode) throws IOException {
    services.directories().makedirs(resolve(dir), OctalMode.argument(mode));
  }

  /**
   * Removes an empty directory.
   *
   * @throws DirectoryNotEmptyException if it is not empty
   */
  public void rmdir(String dir) throws IOException {
    services.singleRequests().rmdir("rmdir", resolve(dir));
  }

  /**
   * Removes a directory and all that is in it. Links are removed, never followed. As with rm(1), no
   * mode is changed: a directory that may not be written to and is not empty is a failure.
   *
   * @throws NotADirectoryException if it is something else, or a link
   * @throws IllegalArgumentException if it is the root
   */
  public void rmtree(String dir) throws IOException {
    services.directories().rmtree(resolve(dir));
  }

  /** Removes a file or a link, not a directory. */
  public void remove(String path) throws IOException {
    String resolved = slashed(path);
    services.checkDirectory("remove", resolved);
    services.singleRequests().remove("remove", resolved);
  }

  /**
   * Renames or moves.
   *
   * <p>The server is asked for {@code to} first, since the RENAME of many servers replaces what is
   * there. On those, a file that another client creates between the two requests is replaced.
   *
   * @throws PathExistsException if {@code to} exists
   */
  public void rename(String from, String to) throws IOException {
    String source = resolve(from);
    services.checkDirectory("rename", to.endsWith("/") ? slashed(source + "/") : slashed(from));
    services.directories().rename(source, resolve(to));
  }

  /**
   * Renames over what is there: in one step where the server has posix-rename@openssh.com, as
   * OpenSSH does; elsewhere, or where it refuses that, {@code to} is put aside first and removed at
   * the end.
   */
  public void replace(String from, String to) throws IOException {
    String source = resolve(from);
    services.checkDirectory("replace", to.endsWith("/") ? slashed(source + "/") : slashed(from));
    services.directories().replace(source, resolve(to));
  }

  /**
   * Copies a file on the server: without moving its bytes where the server has the extension
   * copy-data, else through here. A file at {@code to} is replaced once the copy is complete.
   */
  public void copy(String from, String to) throws IOException {
    services.transfers().copy(slashed(from), slashed(to));
  }

  /**
   * Sets the permissions of what a path leads to.
   *
   * @param mode decimal digits read as octal, as chmod(1) reads them: 644, 4755. A literal such as
   *     0644 is octal for Java too and arrives here as 420. Such numbers are refused
   * @throws IllegalArgumentException if it is negative, has a digit over 7, has a fifth digit, or
   *     is what an octal literal of a common mode becomes
   */
  public void chmod(String path, int mode) throws IOException {
    var permissions = Attributes.permissions(OctalMode.argument(mode));
    services.singleRequests().setAttributes("chmod", slashed(path), permissions);
  }

  /**
   * Sets owner and group of what a path leads to.
   *
   * @param uid the owner's number, or null to leave it
   * @param gid the group's number, or null to leave it
   * @throws IllegalArgumentException if a number is negative
   */
  public void chown(String path, @Nullable Integer uid, @Nullable Integer gid) throws IOException {
    services.chown("chown", slashed(path), uid, gid);
  }

  /**
   * Sets owner and group of what a path leads to, also to numbers beyond those of an int.
   *
   * @throws IllegalArgumentException if a number is not in 0 to 4294967294
   */
  public void chown(String path, long uid, long gid) throws IOException {
    services.singleRequests().setAttributes("chown", slashed(path), Attributes.owner(uid, gid));
  }

  /**
   * Sets the times of what a path leads to, in whole seconds.
   *
   * @throws IllegalArgumentException if a time is before 1970 or after 2106, which SFTP can't say
   */
  public void utime(String path, Instant accessed, Instant modified) throws IOException {
    var times = Attributes.times(accessed, modified);
    services.singleRequests().setAttributes("utime", slashed(path), times);
  }

  /**
   * Cuts or extends a file to a size.
   *
   * @return its size now, as the server tells it
   * @throws IllegalArgumentException if it is negative
   */
  public long truncate(String path, long size) throws IOException {
    var attributes = Attributes.size(size);
    String resolved = slashed(path);
    services.singleRequests().setAttributes("truncate", resolved, attributes);
    return services.stat("truncate", resolved, true).size();
  }

  /**
   * Makes a symbolic link: {@code symlink("data/2026", "current")} makes {@code current} lead to
   * {@code data/2026}.
   *
   * @param target where it leads, kept as it is: a relative one starts at the link's directory
   * @param link the link to make
   * @throws PathExistsException if there is something already
   */
  public void symlink(String target, String link) throws IOException {
    RemotePath.check(target, options.filenameCharset());
    String path = slashed(link);
    services.checkDirectory("symlink", path);
    services.singleRequests().symlink("symlink", target, path);
  }

  /** Returns where a link leads: an absolute path, worked out from the link's directory. */
  public String readlink(String link) throws IOException {
    String path = slashed(link);
    return RemotePath.target(path, services.singleRequests().readlink("readlink", path));
  }

  /**
   * Makes a second name for a file.
   *
   * @throws PathExistsException if there is something already
   * @throws OperationNotSupportedException if the server lacks hardlink@openssh.com
   */
  public void hardlink(String existing, String link) throws IOException {
    String file = slashed(existing);
    String second = slashed(link);
    services.checkDirectory("hardlink", file);
    services.checkDirectory("hardlink", second);
    services.singleRequests().hardlink("hardlink", file, second);
  }

  /**
   * Tells size and free space of the file system that holds a path.
   *
   * @throws OperationNotSupportedException if the server lacks statvfs@openssh.com
   */
  public StatVfs statvfs(String path) throws IOException {
    return services.singleRequests().statvfs("statvfs", slashed(path));
  }

  /**
   * Runs a command in the user's shell on the server, in the home directory, and waits until it has
   * ended and its output is closed, as ssh does: a program left in the background has to have its
   * output redirected. It may take as long as it likes while the server lives. What it prints is
   * held in memory. More commands at a time than the server grants channels wait for their turn.
   *
   * @throws IllegalArgumentException if there is a NUL in the command
   */
  public CommandResult execute(String command) throws IOException {
    return services.commands().execute(Objects.requireNonNull(command, "command"));
  }

  /**
   * Returns the checksum of a file's content on the server, in hexadecimal digits. The server
   * digests it where it offers just this algorithm, else the file is read; no command is run. A
   * file is also read if it has over 16 MiB for each second of {@link #timeout()}, since a server
   * that digests is silent.
   *
   * @param algorithm a name such as "SHA-256" or "MD5"
   * @throws IllegalArgumentException if there is no such algorithm
   */
  public String checksum(String path, String algorithm) throws IOException {
    return services.transfers().checksum(slashed(path), algorithm);
  }

  /** Returns the ciphers in use: to the server, and from it. */
  public List<String> activeCiphers() {
    return services.ssh().activeCiphers();
  }

  /** Returns the compression in use: to the server, and from it. */
  public List<String> activeCompression() {
    return services.ssh().activeCompression();
  }

  /** Returns the server's host key. */
  public ServerKey remoteServerKey() {
    return services.ssh().serverKey();
  }

  /** Returns the algorithms that this side offers. */
  public SecurityOptions securityOptions() {
    return services.ssh().securityOptions();
  }

  /** Returns how long an operation may make no progress. */
  public Duration timeout() {
    return services.timeout();
  }

  /**
   * Sets how long an operation may make no progress, from now on.
   *
   * @throws IllegalArgumentException if it is not positive, or over 24 days
   */
  public void timeout(Duration limit) {
    services.timeout(options.toBuilder().timeout(limit).build().timeout());
  }

  /** Returns the file that this connection logs to, or null. */
  public @Nullable Path logfile() {
    return options.log();
  }

  /** Says whether the connection stands, as far as is known here. Nothing is sent. */
  public boolean isConnected() {
    return services.isOpen();
  }

  /**
   * Returns what is underneath, for what this class does not do: a {@code com.jcraft.jsch.Session},
   * or a connected {@code com.jcraft.jsch.ChannelSftp} of the caller's own, closed with this
   * connection at the latest.
   *
   * @throws IllegalArgumentException if it is neither of these classes
   */
  public <T> T unwrap(Class<T> type) throws IOException {
    return services.ssh().unwrap(type);
  }

  /**
   * Closes the connection. What is under way in other threads ends with a {@link
   * ConnectionException}. Quick even when the server is gone; a second call does nothing.
   */
  @Override
  public void close() {
    services.close();
  }

  /** Returns user, host and port, as in "me@host:22". */
  @Override
  public String toString() {
    return options.toString();
  }

  /** Returns the path of what must be a directory, or a link to one, if it ends in a slash. */
  private String slashed(String path) {
    return resolve(path.endsWith("/") ? path + "." : path);
  }

  private String resolve(String path) {
    return RemotePath.resolve(cwd, path, options.filenameCharset());
  }
}
