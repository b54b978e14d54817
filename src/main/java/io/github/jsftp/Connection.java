package io.github.jsftp;

import io.github.jsftp.internal.Services;
import io.github.jsftp.internal.bulk.GivenPaths;
import io.github.jsftp.internal.bulk.Renames;
import io.github.jsftp.internal.file.FileStreams;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.remote.RemoteHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
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
 * <p>Remote paths are {@code String}; relative paths start at {@link #pwd()}. Local paths are
 * {@link Path}. Only {@link #glob} and filters have wildcards: in all other methods every character
 * of a name stands for itself. A remote path with a trailing slash denotes a directory or a link to
 * one, never a file.
 *
 * <p>Returned lists are unmodifiable: {@code new ArrayList<>(sftp.listdir())} makes a modifiable
 * copy.
 *
 * <p>Every method that sends requests to the server throws, in addition to its own exceptions:
 *
 * <ul>
 *   <li>{@link ConnectionException} if the connection is lost or closed,
 *   <li>{@link OperationTimeoutException} if the server does not respond within {@link #timeout()},
 *   <li>{@link NoSuchPathException} if the path does not exist,
 *   <li>{@link PermissionDeniedException} if the server denies access,
 *   <li>{@link java.io.InterruptedIOException} if the thread is interrupted,
 *   <li>{@link IllegalArgumentException} if a path is empty, contains a NUL, or is longer than 32
 *       KiB; then nothing is sent.
 * </ul>
 *
 * <p>Safe for use by several threads. They share the working directory.
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
   * @throws HostKeyException if the server's host key is unknown, has changed, or is revoked
   * @throws AuthenticationException if the login fails
   * @throws ConnectionException if the connection fails for another reason
   * @throws NoSuchPathException if {@link ConnectionOptions#defaultPath()} does not exist on the
   *     server
   */
  public static Connection connect(ConnectionOptions options) throws IOException {
    var services = Services.open(options);
    return new Connection(options, services, services.start());
  }

  /**
   * Connects to port 22 with a password. The host's key must be in {@code ~/.ssh/known_hosts}. See
   * {@link #connect(ConnectionOptions)}.
   */
  public static Connection connect(String host, String username, String password)
      throws IOException {
    return connect(ConnectionOptions.builder(host).username(username).password(password).build());
  }

  /**
   * Connects to port 22 with a private key, whose file must not be encrypted. The host's key must
   * be in {@code ~/.ssh/known_hosts}. See {@link #connect(ConnectionOptions)}.
   */
  public static Connection connect(String host, String username, Path key) throws IOException {
    return connect(ConnectionOptions.builder(host).username(username).privateKey(key).build());
  }

  /**
   * Connects to a destination, which is written as for sftp(1): an alias in {@code ~/.ssh/config},
   * {@code [user@]host}, or an {@code sftp://} URI, which may contain a password. The settings in
   * {@code ~/.ssh/config} and {@code /etc/ssh/ssh_config} apply; see {@link
   * ConnectionOptions#fromSshConfig(String)}.
   *
   * @throws IllegalArgumentException if the destination is malformed
   * @throws IOException as from {@link #connect(ConnectionOptions)}, or if a configuration file
   *     can't be used
   */
  public static Connection connect(String destination) throws IOException {
    return connect(ConnectionOptions.fromSshConfig(destination));
  }

  /** Returns the working directory, an absolute path. Sends no request. */
  public String pwd() {
    return cwd;
  }

  /**
   * Changes the working directory. As in a shell, {@link #pwd()} keeps the names of symbolic links.
   *
   * @throws NotADirectoryException if the path is not a directory
   */
  public void chdir(String dir) throws IOException {
    cwd = services.directories().enter("chdir", resolve(dir));
  }

  /** Returns a scope that restores the current working directory when it is closed. */
  public WorkingDirectory cd() {
    return new WorkingDirectory(cwd, before -> cwd = before);
  }

  /**
   * Changes the working directory until the returned scope is closed.
   *
   * @throws NotADirectoryException if the path is not a directory
   */
  public WorkingDirectory cd(String dir) throws IOException {
    var scope = cd();
    cwd = services.directories().enter("cd", resolve(dir));
    return scope;
  }

  /** Returns a path in the server's absolute form, with symbolic links, "." and ".." resolved. */
  public String normalize(String path) throws IOException {
    return services.singleRequests().realpath("normalize", resolve(path));
  }

  /** Returns the names of the entries in the working directory, sorted. */
  public List<String> listdir() throws IOException {
    return listdir(cwd);
  }

  /**
   * Returns the names of the entries in a directory, sorted, without "." and "..". The result is
   * held in memory; for very large directories use {@link #list(String)}.
   *
   * @throws NotADirectoryException if the path is not a directory
   */
  public List<String> listdir(String dir) throws IOException {
    return services.directories().names("listdir", resolve(dir));
  }

  /** Returns the entries of the working directory with their attributes, sorted by name. */
  public List<FileInfo> listdirAttr() throws IOException {
    return listdirAttr(cwd);
  }

  /**
   * Returns the entries of a directory with their attributes, sorted by name, without "." and "..".
   * Links are not followed. The result is held in memory; for very large directories use {@link
   * #list(String)}.
   *
   * @throws NotADirectoryException if the path is not a directory
   */
  public List<FileInfo> listdirAttr(String dir) throws IOException {
    return services.directories().sorted("listdirAttr", resolve(dir));
  }

  /** Returns a stream of the entries of the working directory. See {@link #list(String)}. */
  public Stream<FileInfo> list() throws IOException {
    return list(cwd);
  }

  /**
   * Returns a stream of the entries of a directory, in the order in which the server sends them.
   * Links are not followed. Memory use does not depend on the size of the directory. A failure
   * while the stream is read is an {@link java.io.UncheckedIOException}.
   *
   * @return a stream, which must be closed
   * @throws NotADirectoryException if the path is not a directory
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return services.directories().list(resolve(dir));
  }

  /**
   * Returns the entries that match a glob pattern, sorted by path; an empty list if there is none.
   * Links are not followed. As in a shell, unreadable directories are skipped where the pattern
   * reaches them through a wildcard.
   *
   * @param pattern {@code *} and {@code ?} within a name, {@code [a-z]}, {@code {a,b}}, {@code **}
   *     across directories, and a backslash before a literal character; as in a shell, a leading
   *     dot must be matched explicitly
   * @throws IllegalArgumentException if a bracket or a brace is not closed
   * @throws PermissionDeniedException if a directory that the pattern names without wildcards is
   *     unreadable
   */
  public List<FileInfo> glob(String pattern) throws IOException {
    RemotePath.check(pattern, options.filenameCharset());
    return services.directories().glob(cwd, pattern);
  }

  /** Returns the attributes of a file or directory. Links are followed. */
  public FileInfo stat(String path) throws IOException {
    return services.paths().stat("stat", slashed(path), true);
  }

  /** Returns the attributes of a file, directory or link. Links are not followed. */
  public FileInfo lstat(String path) throws IOException {
    return services.paths().stat("lstat", slashed(path), false);
  }

  /** Returns the attributes of files and directories. See {@link #statAll(Collection, OnError)}. */
  public List<FileInfo> statAll(Collection<String> paths) throws IOException {
    return statAll(paths, OnError.ABORT);
  }

  /**
   * Returns the attributes of files and directories, in the order given. Links are followed. Many
   * requests are in flight at a time.
   *
   * @param onError with {@link OnError#CONTINUE}, the exception has the attributes of all paths
   *     that were found, see {@link FileOutcome#info()}. For {@link OnError#ABORT} see {@link
   *     #removeAll(Collection, OnError)}
   * @throws BulkException if paths fail and {@code onError} is {@link OnError#CONTINUE}
   */
  public List<FileInfo> statAll(Collection<String> paths, OnError onError) throws IOException {
    return services.bulk().stat(GivenPaths.of(paths, slashed()), onError);
  }

  /**
   * Returns the size of a file in bytes. Links are followed.
   *
   * @throws SftpException if the server does not report the size
   */
  public long size(String path) throws IOException {
    return services.paths().size("size", slashed(path));
  }

  /**
   * Returns true if a path exists; links are followed. Any failure other than "no such path" is
   * thrown.
   */
  public boolean exists(String path) throws IOException {
    return services.paths().test("exists", slashed(path), true, found -> true);
  }

  /**
   * Returns true if a path exists, also as a link to a missing target. Any failure other than "no
   * such path" is thrown.
   */
  public boolean lexists(String path) throws IOException {
    return services.paths().test("lexists", slashed(path), false, found -> true);
  }

  /** Returns true if a path is a directory or a link to one. */
  public boolean isDir(String path) throws IOException {
    return services.paths().test("isDir", slashed(path), true, FileInfo::isDir);
  }

  /** Returns true if a path is a regular file or a link to one. */
  public boolean isFile(String path) throws IOException {
    return services.paths().test("isFile", slashed(path), true, FileInfo::isFile);
  }

  /** Returns true if a path is a symbolic link. */
  public boolean isLink(String path) throws IOException {
    return services.paths().test("isLink", slashed(path), false, FileInfo::isLink);
  }

  /**
   * Returns a stream of a whole tree, as {@link java.nio.file.Files#walk} does: the root itself,
   * then everything below it, a directory before its content, and names in order. Links are not
   * followed, not even if the root is one, unless its path ends in a slash. If the root is not a
   * directory, it is the only entry.
   *
   * <p>Memory use depends on the size of single directories, not on that of the tree. A failure
   * while the stream is read, such as an unreadable directory, is an {@link
   * java.io.UncheckedIOException} and ends the stream.
   *
   * @return a stream, which must be closed
   */
  public Stream<FileInfo> walk(String root) throws IOException {
    return services.directories().walk(services.paths().stat("walk", slashed(root), false));
  }

  /**
   * Walks a whole tree. See {@link #walkTree(String, FileCallback, FileCallback, FileCallback,
   * boolean)}.
   */
  public void walkTree(
      String root, FileCallback onFile, FileCallback onDirectory, FileCallback onOther)
      throws IOException {
    walkTree(root, onFile, onDirectory, onOther, true);
  }

  /**
   * Calls back for every entry below a directory, sorted by name, a directory before its content.
   * Links are followed; a link back to one of its parent directories is reported but not entered.
   *
   * @param root the directory to start at; it is not itself reported
   * @param onFile called for each file
   * @param onDirectory called for each directory
   * @param onOther called for everything else, including links to missing targets
   * @param recurse whether to enter directories
   * @throws IOException if an entry can't be read, or a callback throws; either ends the walk
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
   * boolean)} does, but continues after entries that can't be read.
   *
   * @param onFailure called instead for a directory that can't be listed and for an entry whose
   *     attributes can't be read; not for {@code root}, nor when the connection is lost
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

  /**
   * Downloads a file into the local working directory, under its own name. See {@link #get(String,
   * Path, TransferOptions)}.
   */
  public TransferResult get(String remotePath, TransferOptions options) throws IOException {
    return get(remotePath, Path.of(""), options);
  }

  /** Downloads a file. See {@link #get(String, Path, TransferOptions)}. */
  public TransferResult get(String remotePath, Path localPath) throws IOException {
    return get(remotePath, localPath, TransferOptions.defaults());
  }

  /**
   * Downloads a file. An existing local file is replaced once the download is complete and
   * verified; its permissions are kept.
   *
   * @param localPath the target file, or a directory to put the file into
   * @throws java.nio.file.NoSuchFileException if the local directory does not exist
   * @throws VerificationException if the source changes during the transfer, or not all of it
   *     arrives
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
   * Downloads a file into a stream. The stream is written on the calling thread and is not closed.
   *
   * @throws VerificationException if the source changes during the transfer, or not all of it
   *     arrives
   */
  public TransferResult get(String remotePath, OutputStream target, TransferOptions options)
      throws IOException {
    return services.transfers().get(slashed(remotePath), target, options);
  }

  /** Uploads a file into the working directory, under its own name. */
  public TransferResult put(Path localPath) throws IOException {
    return put(localPath, TransferOptions.defaults());
  }

  /**
   * Uploads a file into the working directory, under its own name. See {@link #put(Path, String,
   * TransferOptions)}.
   */
  public TransferResult put(Path localPath, TransferOptions options) throws IOException {
    return put(localPath, RemotePath.child(cwd, LocalNames.required(localPath)), options);
  }

  /** Uploads a file. See {@link #put(Path, String, TransferOptions)}. */
  public TransferResult put(Path localPath, String remotePath) throws IOException {
    return put(localPath, remotePath, TransferOptions.defaults());
  }

  /**
   * Uploads a file. An existing remote file is replaced once the upload is complete and verified;
   * its permissions are kept.
   *
   * @param remotePath the target file, or a directory to put the file into
   * @throws java.nio.file.NoSuchFileException if the local file does not exist
   * @throws VerificationException if the source changes during the transfer, not all of it arrives,
   *     or the server moves the file away
   */
  public TransferResult put(Path localPath, String remotePath, TransferOptions options)
      throws IOException {
    return services.transfers().put(localPath, slashed(remotePath), options);
  }

  /** Uploads a stream. See {@link #put(InputStream, String, TransferOptions)}. */
  public TransferResult put(InputStream source, String remotePath) throws IOException {
    return put(source, remotePath, TransferOptions.defaults());
  }

  /** Uploads a stream up to its end. The stream is read on the calling thread and is not closed. */
  public TransferResult put(InputStream source, String remotePath, TransferOptions options)
      throws IOException {
    return services.transfers().put(source, slashed(remotePath), options);
  }

  /** Downloads the files of a directory, without its subdirectories. */
  public TreeResult getD(String remoteDir, Path localDir) throws IOException {
    return getD(remoteDir, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads the files of a directory, without its subdirectories. See {@link #getR(String, Path,
   * TransferOptions)}.
   */
  public TreeResult getD(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    return services.trees().getD(resolve(remoteDir), localDir, options);
  }

  /** Downloads a tree. See {@link #getR(String, Path, TransferOptions)}. */
  public TreeResult getR(String remoteDir, Path localDir) throws IOException {
    return getR(remoteDir, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads a tree: copies the content of the remote directory into the local one, which is
   * created together with its parents. Unless the options say otherwise, the first failure ends the
   * transfer; files copied before it are kept, and no incomplete file remains.
   */
  public TreeResult getR(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    return services.trees().getR(resolve(remoteDir), localDir, options);
  }

  /** Uploads the files of a directory, without its subdirectories. */
  public TreeResult putD(Path localDir, String remoteDir) throws IOException {
    return putD(localDir, remoteDir, TransferOptions.defaults());
  }

  /**
   * Uploads the files of a directory, without its subdirectories. See {@link #putR(Path, String,
   * TransferOptions)}.
   */
  public TreeResult putD(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    return services.trees().putD(localDir, resolve(remoteDir), options);
  }

  /** Uploads a tree. See {@link #putR(Path, String, TransferOptions)}. */
  public TreeResult putR(Path localDir, String remoteDir) throws IOException {
    return putR(localDir, remoteDir, TransferOptions.defaults());
  }

  /**
   * Uploads a tree: copies the content of the local directory into the remote one, which is created
   * together with its parents. Unless the options say otherwise, the first failure ends the
   * transfer; files copied before it are kept, and no incomplete file remains.
   */
  public TreeResult putR(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    return services.trees().putR(localDir, resolve(remoteDir), options);
  }

  /** Downloads files into a directory. See {@link #getAll(Collection, Path, TransferOptions)}. */
  public TreeResult getAll(Collection<String> remotePaths, Path localDir) throws IOException {
    return getAll(remotePaths, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads files into a directory, each under its own name, many at a time. The directory is
   * created together with its parents. The options apply as to the files of a tree. Files are
   * copied and reported in the order given. Links are followed unless the options say otherwise.
   *
   * @throws SftpException if a path is a directory
   * @throws TransferException if files have failed and the options continue after failures
   * @throws IllegalArgumentException if two files have the same name, a path ends in a slash, or
   *     the options have {@code deleteExtraneous}; then nothing is copied
   */
  public TreeResult getAll(Collection<String> remotePaths, Path localDir, TransferOptions options)
      throws IOException {
    return services.trees().getAll(GivenPaths.of(remotePaths, slashed()), localDir, options);
  }

  /**
   * Downloads listed files into a directory: {@code sftp.getAll(sftp.glob("out/*.csv"), dir)}. See
   * {@link #getAll(Iterable, Path, TransferOptions)}.
   */
  public TreeResult getAll(Iterable<FileInfo> remoteFiles, Path localDir) throws IOException {
    return getAll(remoteFiles, localDir, TransferOptions.defaults());
  }

  /**
   * Downloads listed files into a directory. See {@link #getAll(Collection, Path,
   * TransferOptions)}. Unless the options continue after failures, nothing is copied if one of the
   * entries is a directory.
   */
  public TreeResult getAll(Iterable<FileInfo> remoteFiles, Path localDir, TransferOptions options)
      throws IOException {
    return services.trees().getAll(GivenPaths.ofFiles(remoteFiles, slashed()), localDir, options);
  }

  /** Uploads files into a directory. See {@link #putAll(Collection, String, TransferOptions)}. */
  public TreeResult putAll(Collection<Path> localPaths, String remoteDir) throws IOException {
    return putAll(localPaths, remoteDir, TransferOptions.defaults());
  }

  /**
   * Uploads files into a directory, each under its own name, many at a time. The directory is
   * created together with its parents. The options apply as to the files of a tree. Files are
   * copied and reported in the order given. Links are followed unless the options say otherwise.
   *
   * @throws java.nio.file.FileSystemException if a path is a directory
   * @throws TransferException if files have failed and the options continue after failures
   * @throws IllegalArgumentException if two files have the same name, or the options have {@code
   *     deleteExtraneous}; then nothing is copied
   */
  public TreeResult putAll(Collection<Path> localPaths, String remoteDir, TransferOptions options)
      throws IOException {
    return services.trees().putAll(localPaths, resolve(remoteDir), options);
  }

  /**
   * Copies a file to another server. See {@link #copyTo(String, Connection, String,
   * TransferOptions)}.
   */
  public TransferResult copyTo(String path, Connection other, String otherPath) throws IOException {
    return copyTo(path, other, otherPath, TransferOptions.defaults());
  }

  /**
   * Copies a file from this server to another one, through this program but without a local file.
   * The bytes are read and written at the same time. The options mean the same as for {@link
   * #put(Path, String, TransferOptions) put}: the target appears once it is complete and verified,
   * and each connection is re-established if it is lost. Each byte counts once for the bandwidth
   * limit and the progress.
   *
   * <p>{@code other} may be this connection, or lead to the same server. Then {@link #copy} is
   * faster if the server can copy files itself.
   *
   * @param other the connection to the server of the target
   * @param otherPath the target file, or a directory to put the file into; a relative path starts
   *     at the working directory of {@code other}
   * @throws SftpException if both connections have the same user, host and port, and both paths
   *     lead to the same file
   * @throws VerificationException if the source changes during the transfer, or not all of it
   *     arrives
   */
  public TransferResult copyTo(
      String path, Connection other, String otherPath, TransferOptions options) throws IOException {
    return services
        .transfers()
        .copyTo(slashed(path), other.services.transfers(), other.slashed(otherPath), options);
  }

  /**
   * Copies a tree to another server. See {@link #copyToR(String, Connection, String,
   * TransferOptions)}.
   */
  public TreeResult copyToR(String dir, Connection other, String otherDir) throws IOException {
    return copyToR(dir, other, otherDir, TransferOptions.defaults());
  }

  /**
   * Copies a tree from this server to another one, as {@link #getR(String, Path, TransferOptions)
   * getR} and {@link #putR(Path, String, TransferOptions) putR} would do, but without local files.
   * See {@link #copyTo(String, Connection, String, TransferOptions)}.
   *
   * @param other the connection to the server of the target
   * @param otherDir the target directory, which is created together with its parents; a relative
   *     path starts at the working directory of {@code other}
   * @throws SftpException if both connections have the same user, host and port, and both trees are
   *     the same or the target is inside the source
   */
  public TreeResult copyToR(String dir, Connection other, String otherDir, TransferOptions options)
      throws IOException {
    return services
        .trees()
        .copyToR(resolve(dir), other.services.transfers(), other.resolve(otherDir), options);
  }

  /**
   * Passes the files of a tree to a callback. See {@link #readTree(String, ContentCallback,
   * TransferOptions)}.
   */
  public TreeResult readTree(String remoteDir, ContentCallback reader) throws IOException {
    return readTree(remoteDir, reader, TransferOptions.defaults());
  }

  /**
   * Passes the files of a tree to a callback, with their content as a stream and without a copy on
   * disk. The callback is called on the calling thread, for one file after the other, sorted by
   * path as in {@link #walkTree(String, FileCallback, FileCallback, FileCallback)} or in the {@link
   * TransferOptions#order} of the options. Meanwhile the next files arrive. The callback may use
   * this connection. Only files are passed. Links to files and directories are followed unless the
   * options say otherwise.
   *
   * <p>A stream reports its end only once the file is verified as the options say: it throws a
   * {@link VerificationException} if the file was changed or not all of it arrived. What the
   * callback does not read is not verified, and little of it is requested from the server. Without
   * {@link OnError#CONTINUE}, a stream that fails ends the call, even if the callback catches the
   * exception. With it, only other exceptions of the callback do, and files that can't be opened
   * are left out.
   *
   * <p>The bytes that are read ahead take at most half of the memory for transfers, and at most
   * {@link TransferOptions#parallelism} files are open.
   *
   * @return the result, in which each file that was passed to the callback counts as transferred
   * @throws IllegalArgumentException if an option needs a target: {@code preserveMtime}, {@code
   *     preserveMode}, {@code mode}, {@code existing}, {@code atomic(false)}, {@code resume},
   *     {@code createParents}, {@code doneFile}, {@code removeSource}, {@code deleteExtraneous},
   *     {@code symlinks(COPY)}, {@code dryRun}
   * @throws TransferException if files have failed and the options continue after failures
   */
  public TreeResult readTree(String remoteDir, ContentCallback reader, TransferOptions options)
      throws IOException {
    return services.trees().readTree(resolve(remoteDir), reader, options);
  }

  /**
   * Reads a file as UTF-8 text.
   *
   * @throws SftpException caused by a {@link java.nio.charset.CharacterCodingException} if the
   *     content is not UTF-8
   */
  public String readString(String path) throws IOException {
    return services.transfers().readString("readString", slashed(path));
  }

  /** Writes a file as UTF-8 text, replacing an existing file. */
  public TransferResult writeString(String path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return services.transfers().write("writeString", slashed(path), bytes);
  }

  /** Reads the content of a file. */
  public byte[] readBytes(String path) throws IOException {
    return services.transfers().read("readBytes", slashed(path));
  }

  /** Writes the content of a file, replacing an existing file. */
  public TransferResult writeBytes(String path, byte[] bytes) throws IOException {
    return services.transfers().write("writeBytes", slashed(path), bytes);
  }

  /**
   * Opens a file.
   *
   * @param modes {@link java.nio.file.StandardOpenOption}s: READ (the default), WRITE, APPEND,
   *     CREATE, CREATE_NEW, TRUNCATE_EXISTING
   * @throws PathExistsException if CREATE_NEW is given and the file exists
   * @throws UnsupportedOperationException if another option is given
   */
  public RemoteFile open(String path, OpenOption... modes) throws IOException {
    return open("open", slashed(path), OpenModes.of(modes));
  }

  /**
   * Opens a file and returns a stream that reads it from its start, with the following blocks
   * requested ahead.
   *
   * @return a stream, which must be closed
   */
  public InputStream newInputStream(String path) throws IOException {
    return open("newInputStream", slashed(path), OpenModes.of()).in();
  }

  /**
   * Opens or creates a file and returns a buffered stream that writes it. A write returns before
   * the server has confirmed it; {@code flush()} and {@code close()} wait for that, and throw if a
   * write has failed. Unlike with {@link #put(InputStream, String)}, others see the file while it
   * is written, and it is incomplete if the program stops.
   *
   * @param modes as for {@link #open}, but not READ; without any, the file is created if it does
   *     not exist, and emptied if it does
   * @return a stream, which must be closed
   * @throws PathExistsException if CREATE_NEW is given and the file exists
   * @throws IllegalArgumentException if READ is given
   * @throws UnsupportedOperationException if another option is given
   */
  public OutputStream newOutputStream(String path, OpenOption... modes) throws IOException {
    return open("newOutputStream", slashed(path), OpenModes.ofOutput(modes)).out();
  }

  /**
   * Returns a stream of the lines of a file in UTF-8, without their line terminators. Only a few
   * blocks and the current line are held in memory. A failure while the stream is read is an {@link
   * java.io.UncheckedIOException}; its cause is an {@link SftpException} caused by a {@link
   * java.nio.charset.CharacterCodingException} where the content is not UTF-8.
   *
   * @return a stream, which must be closed
   */
  public Stream<String> lines(String path) throws IOException {
    String resolved = slashed(path);
    return FileStreams.lines(
        open("lines", resolved, OpenModes.of()).in(),
        malformed -> services.transfers().notText("lines", resolved, malformed));
  }

  private RemoteFile open(String operation, String path, OpenModes modes) throws IOException {
    services.paths().checkDirectory(operation, path);
    RemoteHandle handle = services.directories().open(operation, path, modes);
    return new RemoteFile(handle, RemotePath.display(path), modes);
  }

  /**
   * Creates a directory, with permissions by the server's umask.
   *
   * @throws PathExistsException if the path exists
   */
  public void mkdir(String dir) throws IOException {
    services.singleRequests().mkdir("mkdir", resolve(dir));
  }

  /**
   * Creates a directory with exactly these permissions, plus the set-gid bit if it inherits that.
   * At no time do others have more access. If the server refuses to set the permissions, the
   * directory is kept and a warning is logged.
   *
   * @param mode decimal digits that are read as octal, such as 755
   * @throws PathExistsException if the path exists
   * @throws IllegalArgumentException if the mode is not valid, see {@link #chmod(String, int)}
   */
  public void mkdir(String dir, int mode) throws IOException {
    services.directories().mkdir(resolve(dir), OctalMode.argument(mode));
  }

  /**
   * Creates a directory and its missing parents. An existing directory is left as it is.
   *
   * @throws PathExistsException if the path exists but is not a directory
   * @throws NotADirectoryException if a parent is not a directory
   */
  public void makedirs(String dir) throws IOException {
    services.directories().makedirs(resolve(dir), null);
  }

  /**
   * Creates a directory and its missing parents, all with these permissions, plus the set-gid bit
   * if they inherit that. If the server refuses to set the permissions, the directories are kept
   * and a warning is logged.
   *
   * @param mode decimal digits that are read as octal, such as 755
   * @throws PathExistsException if the path exists but is not a directory
   * @throws NotADirectoryException if a parent is not a directory
   * @throws IllegalArgumentException if the mode is not valid, see {@link #chmod(String, int)}
   */
  public void makedirs(String dir, int mode) throws IOException {
    services.directories().makedirs(resolve(dir), OctalMode.argument(mode));
  }

  /**
   * Deletes an empty directory.
   *
   * @throws DirectoryNotEmptyException if the directory is not empty
   */
  public void rmdir(String dir) throws IOException {
    services.singleRequests().rmdir("rmdir", resolve(dir));
  }

  /**
   * Deletes a directory and its content. Links are deleted, never followed. As with rm(1), no
   * permissions are changed: a non-empty directory without write permission is a failure.
   *
   * @throws NotADirectoryException if the path is not a directory, or is a link
   * @throws IllegalArgumentException if the path is the root
   */
  public void rmtree(String dir) throws IOException {
    services.directories().rmtree(resolve(dir));
  }

  /** Deletes a file or a link, not a directory. */
  public void remove(String path) throws IOException {
    services.paths().remove("remove", slashed(path));
  }

  /**
   * Deletes a file or a link, not a directory, if it exists.
   *
   * @return true if it was deleted, false if it did not exist
   */
  public boolean removeIfExists(String path) throws IOException {
    return services.paths().removeIfExists("removeIfExists", slashed(path));
  }

  /** Deletes files and links. See {@link #removeAll(Collection, OnError)}. */
  public BulkResult removeAll(Collection<String> paths) throws IOException {
    return removeAll(paths, OnError.ABORT);
  }

  /**
   * Deletes files and links, not directories, as {@link #remove} does with each. Many requests are
   * in flight at a time.
   *
   * <p>Relative paths start at {@link #pwd()}. {@link #listdir(String)} returns names, not paths:
   * pass the entries of {@link #listdirAttr(String)} or {@link #glob} instead.
   *
   * <p>With {@link OnError#ABORT} nothing further is requested after a failure, but files later in
   * the order may already have been deleted. Then, and if the connection is lost or the thread is
   * interrupted, the exception has a suppressed {@link BulkException} with the outcome of each
   * path.
   *
   * @return the outcomes, in the order given
   * @throws BulkException if paths fail and {@code onError} is {@link OnError#CONTINUE}
   * @throws IllegalArgumentException if a path is given twice, or is below another one; then
   *     nothing is deleted
   */
  public BulkResult removeAll(Collection<String> paths, OnError onError) throws IOException {
    return services.bulk().remove(GivenPaths.of(paths, slashed()), onError);
  }

  /**
   * Deletes listed files and links: {@code sftp.removeAll(sftp.glob("in/*.tmp"))}. See {@link
   * #removeAll(Iterable, OnError)}.
   */
  public BulkResult removeAll(Iterable<FileInfo> files) throws IOException {
    return removeAll(files, OnError.ABORT);
  }

  /**
   * Deletes listed files and links. See {@link #removeAll(Collection, OnError)}. With {@link
   * OnError#ABORT}, nothing is deleted if one of them is a directory.
   */
  public BulkResult removeAll(Iterable<FileInfo> files, OnError onError) throws IOException {
    return services.bulk().remove(GivenPaths.ofFiles(files, slashed()), onError);
  }

  /**
   * Renames or moves a file or directory.
   *
   * <p>Checks first that {@code to} does not exist, since many servers replace it in a RENAME. On
   * those servers, a file that another client creates between check and RENAME is replaced.
   *
   * @throws PathExistsException if {@code to} exists
   */
  public void rename(String from, String to) throws IOException {
    services.directories().rename(renamed("rename", from, to), resolve(to));
  }

  /** Renames files and directories. See {@link #renameAll(Map, OnError)}. */
  public BulkResult renameAll(Map<String, String> newNames) throws IOException {
    return renameAll(newNames, OnError.ABORT);
  }

  /**
   * Renames or moves files and directories, as {@link #rename} does with each: an existing entry is
   * never replaced. Many requests are in flight at a time.
   *
   * <p>The map is read as a whole. If a new path is the old path of another entry, that one is
   * renamed first: {@code {log=log.1, log.1=log.2}} needs no particular order. For the failures of
   * single paths see {@link #removeAll(Collection, OnError)}.
   *
   * @param newNames the new path for each old path
   * @return the outcomes, in the order in which the map iterates
   * @throws BulkException if paths fail and {@code onError} is {@link OnError#CONTINUE}
   * @throws IllegalArgumentException if two entries would get the same path, exchange their paths
   *     or keep them, or if one path is below another; then nothing is renamed
   */
  public BulkResult renameAll(Map<String, String> newNames, OnError onError) throws IOException {
    return services.bulk().rename(Renames.of(newNames, resolved()), onError);
  }

  /**
   * Renames a file or directory, replacing {@code to} if it exists. This is atomic on servers that
   * offer posix-rename@openssh.com, such as OpenSSH. Elsewhere, and if the server refuses that
   * request, {@code to} is first renamed to a temporary name, and deleted at the end.
   */
  public void replace(String from, String to) throws IOException {
    services.directories().replace(renamed("replace", from, to), resolve(to));
  }

  /**
   * Copies a file on the server. If the server offers the extension copy-data, the content stays on
   * the server; otherwise it passes through this client. An existing file at {@code to} is replaced
   * once the copy is complete.
   */
  public void copy(String from, String to) throws IOException {
    services.transfers().copy(slashed(from), slashed(to));
  }

  /**
   * Sets the permissions of a file or directory. Links are followed.
   *
   * @param mode decimal digits that are read as octal, as chmod(1) does: 644, 4755. A Java literal
   *     such as 0644 is already octal and means 420; such values are rejected
   * @throws IllegalArgumentException if the mode is negative, has a digit over 7 or more than four
   *     digits, or is the decimal value of a common octal literal
   */
  public void chmod(String path, int mode) throws IOException {
    var permissions = AttributeChanges.permissions(OctalMode.argument(mode));
    services.singleRequests().setAttributes("chmod", slashed(path), permissions);
  }

  /**
   * Sets the permissions of a file or directory, and clears its set-user-id, set-group-id and
   * sticky bits. Links are followed.
   *
   * @param permissions such as those of {@link java.nio.file.Files#getPosixFilePermissions} or
   *     {@link java.nio.file.attribute.PosixFilePermissions#fromString}
   */
  public void chmod(String path, Set<PosixFilePermission> permissions) throws IOException {
    var bits = AttributeChanges.permissions(OctalMode.bits(permissions));
    services.singleRequests().setAttributes("chmod", slashed(path), bits);
  }

  /**
   * Sets the permissions of files and directories. See {@link #chmodAll(Collection, int, OnError)}.
   */
  public BulkResult chmodAll(Collection<String> paths, int mode) throws IOException {
    return chmodAll(paths, mode, OnError.ABORT);
  }

  /**
   * Sets the permissions of files and directories, as {@link #chmod(String, int)} does with each.
   * Many requests are in flight at a time; a directory and paths below it are changed in the order
   * given. For the failures of single paths see {@link #removeAll(Collection, OnError)}.
   *
   * @param mode decimal digits that are read as octal, such as 644
   * @return the outcomes, in the order given
   * @throws BulkException if paths fail and {@code onError} is {@link OnError#CONTINUE}
   * @throws IllegalArgumentException if the mode is not valid, or a path is given twice
   */
  public BulkResult chmodAll(Collection<String> paths, int mode, OnError onError)
      throws IOException {
    var permissions = AttributeChanges.permissions(OctalMode.argument(mode));
    return services
        .bulk()
        .setAttributes("chmodAll", GivenPaths.of(paths, slashed()), permissions, onError);
  }

  /** Sets the permissions of listed entries. See {@link #chmodAll(Collection, int, OnError)}. */
  public BulkResult chmodAll(Iterable<FileInfo> files, int mode) throws IOException {
    return chmodAll(files, mode, OnError.ABORT);
  }

  /** Sets the permissions of listed entries. See {@link #chmodAll(Collection, int, OnError)}. */
  public BulkResult chmodAll(Iterable<FileInfo> files, int mode, OnError onError)
      throws IOException {
    var permissions = AttributeChanges.permissions(OctalMode.argument(mode));
    return services
        .bulk()
        .setAttributes("chmodAll", GivenPaths.ofFiles(files, slashed()), permissions, onError);
  }

  /**
   * Sets the owner and the group of a file or directory. Links are followed.
   *
   * @param uid the owner's numeric id, or null to leave the owner unchanged
   * @param gid the group's numeric id, or null to leave the group unchanged
   * @throws IllegalArgumentException if an id is negative
   */
  public void chown(String path, @Nullable Integer uid, @Nullable Integer gid) throws IOException {
    services.paths().setOwner("chown", slashed(path), uid, gid);
  }

  /**
   * Sets the owner and the group of a file or directory, including ids beyond the range of int.
   * Links are followed.
   *
   * @throws IllegalArgumentException if an id is not in 0 to 4294967294
   */
  public void chown(String path, long uid, long gid) throws IOException {
    services
        .singleRequests()
        .setAttributes("chown", slashed(path), AttributeChanges.owner(uid, gid));
  }

  /**
   * Sets the access and modification times of a file or directory, in whole seconds. Links are
   * followed.
   *
   * @throws IllegalArgumentException if a time is before 1970 or after 2106, the range of SFTP
   */
  public void setTimes(String path, Instant accessed, Instant modified) throws IOException {
    var times = AttributeChanges.times(accessed, modified);
    services.singleRequests().setAttributes("setTimes", slashed(path), times);
  }

  /**
   * Truncates or extends a file to a size.
   *
   * @return the new size, as reported by the server
   * @throws IllegalArgumentException if the size is negative
   */
  public long truncate(String path, long size) throws IOException {
    var attributes = AttributeChanges.size(size);
    String resolved = slashed(path);
    services.singleRequests().setAttributes("truncate", resolved, attributes);
    return services.paths().stat("truncate", resolved, true).size();
  }

  /**
   * Creates a symbolic link: {@code symlink("data/2026", "current")} makes {@code current} point to
   * {@code data/2026}.
   *
   * @param target the path that the link points to, stored unchanged; a relative path starts at the
   *     directory of the link
   * @param link the link to create
   * @throws PathExistsException if {@code link} exists
   */
  public void symlink(String target, String link) throws IOException {
    RemotePath.check(target, options.filenameCharset());
    String path = slashed(link);
    services.paths().checkDirectory("symlink", path);
    services.singleRequests().symlink("symlink", target, path);
  }

  /**
   * Returns the target of a symbolic link, as an absolute path resolved against the directory of
   * the link. See also {@link #linkText}.
   */
  public String readlink(String link) throws IOException {
    String path = slashed(link);
    return RemotePath.linkTarget(path, services.singleRequests().readlink("readlink", path));
  }

  /**
   * Returns the target of a symbolic link as it is stored in the link: the text given to {@link
   * #symlink}.
   */
  public String linkText(String link) throws IOException {
    return services.singleRequests().readlink("linkText", slashed(link));
  }

  /**
   * Creates a hard link to a file.
   *
   * @throws PathExistsException if {@code link} exists
   * @throws OperationNotSupportedException if the server does not support hardlink@openssh.com
   */
  public void hardlink(String existing, String link) throws IOException {
    String file = slashed(existing);
    String second = slashed(link);
    services.paths().checkDirectory("hardlink", file);
    services.paths().checkDirectory("hardlink", second);
    services.singleRequests().hardlink("hardlink", file, second);
  }

  /**
   * Returns the size and the free space of the file system that holds a path.
   *
   * @throws OperationNotSupportedException if the server does not support statvfs@openssh.com
   */
  public StatVfs statvfs(String path) throws IOException {
    return services.singleRequests().statvfs("statvfs", slashed(path));
  }

  /**
   * Runs a command in the user's login shell on the server, in the home directory, and waits until
   * it has ended and its output is closed. As with ssh, a program left in the background must have
   * its output redirected. There is no time limit while the server responds. The output is held in
   * memory, at most 64 MiB. If the server grants no further channel, the command waits for another
   * one to end. A command that fails throws nothing: see {@link CommandResult#succeeded()}.
   *
   * @throws SftpException if the command prints more than 64 MiB
   * @throws IllegalArgumentException if the command contains a NUL
   */
  public CommandResult execute(String command) throws IOException {
    return execute(command, CommandOptions.defaults());
  }

  /**
   * Runs a command in the same way, with input, streams for its output, and limits. If the call
   * ends before the command, because of a limit, a stream that throws or an interrupt, the command
   * is sent the signal TERM and its channel is closed; servers may ignore the signal.
   *
   * @throws OperationTimeoutException if the command takes longer than {@link
   *     CommandOptions#timeLimit()}
   * @throws SftpException if it prints more than {@link CommandOptions#maxHeldBytes()}
   * @throws IOException or an unchecked exception if a stream throws it
   * @throws IllegalArgumentException if the command contains a NUL, or a character that the charset
   *     lacks
   */
  public CommandResult execute(String command, CommandOptions options) throws IOException {
    Objects.requireNonNull(command, "command");
    return services.commands().execute(command, Objects.requireNonNull(options, "options"));
  }

  /**
   * Returns the checksum of a file's content in hexadecimal digits. The server computes it if it
   * supports this algorithm; otherwise the content is downloaded. It is also downloaded if the file
   * has more than 16 MiB for each second of {@link #timeout()}, since a server is silent while it
   * computes. No command is run.
   *
   * @param algorithm the name of the algorithm, such as "SHA-256" or "MD5"
   * @throws IllegalArgumentException if the algorithm does not exist
   */
  public String checksum(String path, String algorithm) throws IOException {
    return services.transfers().checksum(slashed(path), algorithm);
  }

  /** Returns the algorithms that client and server have agreed on. Sends no request. */
  public Negotiated negotiated() {
    return new Negotiated(services.ssh().negotiated());
  }

  /** Returns the server's host key. */
  public ServerKey remoteServerKey() {
    return services.ssh().serverKey();
  }

  /** Returns the algorithms that this client offers. */
  public OfferedAlgorithms offeredAlgorithms() {
    return services.ssh().offeredAlgorithms();
  }

  /** Returns the longest time that an operation may make no progress. */
  public Duration timeout() {
    return services.timeout();
  }

  /**
   * Sets the longest time that an operation may make no progress, from now on.
   *
   * @throws IllegalArgumentException if it is not positive, or over 24 days
   */
  public void timeout(Duration limit) {
    services.timeout(options.toBuilder().timeout(limit).build().timeout());
  }

  /** Returns the log file of this connection, if it has one. */
  public Optional<Path> log() {
    return options.log();
  }

  /** Returns true if the connection is open, as far as is known locally. Sends no request. */
  public boolean isConnected() {
    return services.isOpen();
  }

  /**
   * Returns the underlying JSch object, for features that this class lacks: a {@code
   * com.jcraft.jsch.Session}, or a new connected {@code com.jcraft.jsch.ChannelSftp}. The channel
   * belongs to the caller and is closed with this connection at the latest.
   *
   * @throws IllegalArgumentException if the type is neither of these classes
   */
  public <T> T unwrap(Class<T> type) throws IOException {
    return services.ssh().unwrap(type);
  }

  /**
   * Closes the connection. Operations in progress on other threads end with a {@link
   * ConnectionException}. Returns promptly even if the server does not respond. Closing a closed
   * connection has no effect.
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

  /**
   * Returns the absolute form of a path; a trailing slash becomes "/.", so that only a directory or
   * a link to one matches.
   */
  private String slashed(String path) {
    return resolve(path.endsWith("/") ? path + "." : path);
  }

  /** Returns a function that does the same for many paths, all from one working directory. */
  private UnaryOperator<String> slashed() {
    UnaryOperator<String> resolved = resolved();
    return path -> resolved.apply(path.endsWith("/") ? path + "." : path);
  }

  /** Returns the path to be renamed. If either path ends in a slash, it must be a directory. */
  private String renamed(String operation, String from, String to) throws IOException {
    String path = resolve(from);
    String directory = to.endsWith("/") ? slashed(path + "/") : slashed(from);
    services.paths().checkDirectory(operation, directory);
    return path;
  }

  private String resolve(String path) {
    return RemotePath.resolve(cwd, path, options.filenameCharset());
  }

  private UnaryOperator<String> resolved() {
    String dir = cwd;
    return path -> RemotePath.resolve(dir, path, options.filenameCharset());
  }
}
