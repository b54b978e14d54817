package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * A small SFTP version 3 server in memory, for {@link HostileServer}. It is correct until a test
 * replaces answers with {@link #on} and {@link #onEvery}, or changes a setting. All channels share
 * its files and counters. {@link HostileReplies} has common hostile replies.
 */
public final class ScriptedSftp implements HostileServer.Script {
  /** Answers one request. */
  @FunctionalInterface
  public interface Answer {
    /** Sends no, one or several replies; throwing closes the channel. */
    void to(SftpRequest request, ServerChannel channel) throws IOException;
  }

  static final int OK = 0;
  static final int EOF = 1;
  static final int NO_SUCH_FILE = 2;
  static final int FAILURE = 4;
  static final int UNSUPPORTED = 8;

  private static final int ENTRIES_PER_REPLY = 100;
  private static final int CREATE = 0x8;
  private static final int TRUNCATE = 0x10;
  private static final int EXCLUSIVE = 0x20;

  /** A directory as it was when it was opened, or generated while it is read. */
  private record Listing(int count, IntFunction<SftpEntry> entries, AtomicInteger position) {}

  private final MemoryFiles files = new MemoryFiles();
  private final Map<String, String> openFiles = new ConcurrentHashMap<>();
  private final Map<String, Listing> openDirectories = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Map<SftpType, AtomicInteger> counts = new EnumMap<>(SftpType.class);
  private final Map<SftpType, Map<Integer, Answer>> once = new EnumMap<>(SftpType.class);
  private final Map<SftpType, Answer> always = new ConcurrentHashMap<>();
  private final Map<String, Listing> madeUp = new ConcurrentHashMap<>();
  private final List<String> extensions = Collections.synchronizedList(new ArrayList<>());
  private volatile String greeting = "";
  private volatile int maxRead = Integer.MAX_VALUE;
  private volatile long diskBytes = Long.MAX_VALUE;
  private volatile int diskFullStatus = FAILURE;
  private volatile boolean vanishing;

  public ScriptedSftp() {
    for (SftpType type : SftpType.values()) {
      counts.put(type, new AtomicInteger());
      once.put(type, Collections.synchronizedMap(new HashMap<>()));
    }
  }

  /** Adds a file, and the directories above it. */
  public ScriptedSftp file(String path, byte[] bytes) {
    directory(path + "/..");
    files.create(MemoryFiles.absolute(path));
    files.write(MemoryFiles.absolute(path), 0, bytes);
    return this;
  }

  public ScriptedSftp file(String path, String text) {
    return file(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a directory, and those above it. */
  public ScriptedSftp directory(String path) {
    String absolute = MemoryFiles.absolute(path);
    for (int i = absolute.indexOf('/', 1); i >= 0; i = absolute.indexOf('/', i + 1)) {
      files.mkdir(absolute.substring(0, i));
    }
    files.mkdir(absolute);
    return this;
  }

  /** Returns the bytes of a file, or null when there is none. */
  public byte[] content(String path) {
    SftpEntry entry = entry(path);
    return entry == null ? null : files.read(MemoryFiles.absolute(path), 0, (int) entry.size());
  }

  /** Returns the attributes of a path, or null when there is nothing. */
  public SftpEntry entry(String path) {
    return files.stat(MemoryFiles.absolute(path));
  }

  /** Returns the names in a directory, sorted. */
  public List<String> names(String directory) {
    return files.list(MemoryFiles.absolute(directory)).stream().map(SftpEntry::name).toList();
  }

  /** Replaces the answer to the n-th request of a type, counted from 1 over all channels. */
  public ScriptedSftp on(SftpType type, int n, Answer answer) {
    once.get(type).put(n, answer);
    return this;
  }

  /** Replaces the answer to all requests of a type. */
  public ScriptedSftp onEvery(SftpType type, Answer answer) {
    always.put(type, answer);
    return this;
  }

  /** Sends text before the first packet, as a .bashrc that prints does. */
  public ScriptedSftp greeting(String text) {
    greeting = text;
    return this;
  }

  /** Announces an extension; {@code posix-rename@openssh.com} works, others are unsupported. */
  public ScriptedSftp extension(String name, String data) {
    extensions.addAll(List.of(name, data));
    return this;
  }

  /** Answers reads with at most this many bytes. */
  public ScriptedSftp maxRead(int bytes) {
    maxRead = bytes;
    return this;
  }

  /** Refuses writes once this many bytes were written, with status 4 or 14. */
  public ScriptedSftp diskFullAfter(long bytes, int status) {
    diskBytes = bytes;
    diskFullStatus = status;
    return this;
  }

  /** Moves files away as soon as they are closed after writing, as an import job does. */
  public ScriptedSftp vanishOnClose() {
    vanishing = true;
    return this;
  }

  /** Lists a directory with these entries, whatever it holds. */
  public ScriptedSftp listing(String directory, List<SftpEntry> entries) {
    return listing(directory, entries.size(), entries::get);
  }

  /** Lists a directory with any number of entries, generated while they are sent. */
  public ScriptedSftp listing(String directory, int count, IntFunction<SftpEntry> entries) {
    directory(directory);
    madeUp.put(MemoryFiles.absolute(directory), new Listing(count, entries, new AtomicInteger()));
    return this;
  }

  /** The requests of a type so far. */
  public int count(SftpType type) {
    return counts.get(type).get();
  }

  /** All requests so far, without INIT. */
  public int requests() {
    return counts.values().stream().mapToInt(AtomicInteger::get).sum() - count(SftpType.INIT);
  }

  /** The requests so far by type, without INIT, and without types of which there were none. */
  public Map<SftpType, Integer> counts() {
    var found = new EnumMap<SftpType, Integer>(SftpType.class);
    counts.forEach((type, count) -> found.put(type, count.get()));
    found.remove(SftpType.INIT);
    found.values().removeIf(count -> count == 0);
    return found;
  }

  public void resetCounts() {
    counts.values().forEach(count -> count.set(0));
  }

  /** The files and directories that clients hold open. */
  public int openHandles() {
    return openFiles.size() + openDirectories.size();
  }

  @Override
  public void run(ServerChannel channel) throws IOException {
    if (!greeting.isEmpty()) {
      channel.raw(greeting);
    }
    for (SftpRequest request = channel.read(); request != null; request = channel.read()) {
      int n = counts.get(request.type()).incrementAndGet();
      Answer answer = once.get(request.type()).remove(n);
      if (answer == null) {
        answer = always.getOrDefault(request.type(), this::usual);
      }
      answer.to(request, channel);
    }
  }

  /** The correct answer, for answers that send it and then do something else. */
  public void usual(SftpRequest request, ServerChannel channel) throws IOException {
    int id = request.id();
    switch (request.type()) {
      case INIT -> channel.version(3, extensions.toArray(String[]::new));
      case OPEN -> open(request, channel);
      case CLOSE -> close(request, channel);
      case READ -> read(request, channel);
      case WRITE -> write(request, channel);
      case STAT, LSTAT -> stat(id, path(request), channel);
      case FSTAT -> stat(id, openFiles.getOrDefault(request.string(), ""), channel);
      case SETSTAT -> done(id, files.setAttributes(path(request), request), channel);
      case FSETSTAT -> {
        String path = openFiles.getOrDefault(request.string(), "");
        done(id, files.setAttributes(path, request), channel);
      }
      case OPENDIR -> openDirectory(id, path(request), channel);
      case READDIR -> readDirectory(request, channel);
      case REMOVE -> remove(id, path(request), false, channel);
      case RMDIR -> remove(id, path(request), true, channel);
      case MKDIR -> done(id, files.mkdir(path(request)), channel);
      case RENAME -> done(id, files.rename(path(request), path(request), false), channel);
      case REALPATH -> {
        String path = path(request);
        channel.names(id, List.of(SftpEntry.directory(path)));
      }
      case EXTENDED -> {
        boolean known =
            request.string().equals("posix-rename@openssh.com")
                && extensions.contains("posix-rename@openssh.com");
        if (known) {
          done(id, files.rename(path(request), path(request), true), channel);
        } else {
          channel.status(id, UNSUPPORTED, "Operation unsupported");
        }
      }
      default -> channel.status(id, UNSUPPORTED, "Operation unsupported");
    }
  }

  private static String path(SftpRequest request) {
    return MemoryFiles.absolute(request.string());
  }

  private static void done(int id, boolean well, ServerChannel channel) throws IOException {
    channel.status(id, well ? OK : FAILURE, well ? "Success" : "Failure");
  }

  private void stat(int id, String path, ServerChannel channel) throws IOException {
    SftpEntry entry = files.stat(path);
    if (entry == null) {
      channel.status(id, NO_SUCH_FILE, "No such file");
    } else {
      channel.attrs(id, entry);
    }
  }

  private void remove(int id, String path, boolean directory, ServerChannel channel)
      throws IOException {
    SftpEntry entry = files.stat(path);
    if (entry == null) {
      channel.status(id, NO_SUCH_FILE, "No such file");
    } else {
      done(id, entry.isDirectory() == directory && files.remove(path), channel);
    }
  }

  private void open(SftpRequest request, ServerChannel channel) throws IOException {
    String path = path(request);
    int flags = request.uint32();
    SftpEntry entry = files.stat(path);
    if (entry == null && (flags & CREATE) == 0) {
      channel.status(request.id(), NO_SUCH_FILE, "No such file");
      return;
    }
    boolean refused = entry != null && (entry.isDirectory() || (flags & EXCLUSIVE) != 0);
    if (!refused && (entry == null || (flags & TRUNCATE) != 0)) {
      if (entry != null) {
        files.remove(path);
      }
      refused = !files.create(path);
    }
    if (refused) {
      channel.status(request.id(), FAILURE, "Failure");
      return;
    }
    String handle = (flags & CREATE) != 0 ? "w" : "r";
    handle += handles.incrementAndGet();
    openFiles.put(handle, path);
    channel.handle(request.id(), handle.getBytes(StandardCharsets.UTF_8));
  }

  private void close(SftpRequest request, ServerChannel channel) throws IOException {
    String handle = request.string();
    String path = openFiles.remove(handle);
    boolean known = openDirectories.remove(handle) != null || path != null;
    if (vanishing && path != null && handle.startsWith("w")) {
      files.remove(path);
    }
    done(request.id(), known, channel);
  }

  private void read(SftpRequest request, ServerChannel channel) throws IOException {
    String path = openFiles.getOrDefault(request.string(), "");
    long offset = request.uint64();
    byte[] bytes = files.read(path, offset, Math.min(request.uint32(), maxRead));
    if (bytes.length == 0) {
      channel.status(request.id(), EOF, "End of file");
    } else {
      channel.data(request.id(), bytes);
    }
  }

  private void write(SftpRequest request, ServerChannel channel) throws IOException {
    String path = openFiles.getOrDefault(request.string(), "");
    long offset = request.uint64();
    byte[] bytes = request.bytes();
    if (written.addAndGet(bytes.length) > diskBytes) {
      channel.status(request.id(), diskFullStatus, "No space left on device");
    } else {
      done(request.id(), files.write(path, offset, bytes), channel);
    }
  }

  private void openDirectory(int id, String path, ServerChannel channel) throws IOException {
    SftpEntry entry = files.stat(path);
    if (entry == null || !entry.isDirectory()) {
      channel.status(id, NO_SUCH_FILE, "No such file");
      return;
    }
    Listing listing = madeUp.get(path);
    if (listing == null) {
      List<SftpEntry> entries = files.list(path);
      listing = new Listing(entries.size(), entries::get, null);
    }
    String handle = "d" + handles.incrementAndGet();
    var opened = new Listing(listing.count(), listing.entries(), new AtomicInteger());
    openDirectories.put(handle, opened);
    channel.handle(id, handle.getBytes(StandardCharsets.UTF_8));
  }

  private void readDirectory(SftpRequest request, ServerChannel channel) throws IOException {
    Listing listing = openDirectories.get(request.string());
    if (listing == null) {
      channel.status(request.id(), FAILURE, "Failure");
      return;
    }
    int from = listing.position().getAndAdd(ENTRIES_PER_REPLY);
    var entries = new ArrayList<SftpEntry>();
    for (int i = from; i < Math.min(listing.count(), from + ENTRIES_PER_REPLY); i++) {
      entries.add(listing.entries().apply(i));
    }
    if (entries.isEmpty()) {
      channel.status(request.id(), EOF, "End of file");
    } else {
      channel.names(request.id(), entries);
    }
  }
}
