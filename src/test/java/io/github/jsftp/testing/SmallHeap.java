package io.github.jsftp.testing;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a client in another JVM with a small heap. If the client needs more memory, the JVM exits
 * and the test fails.
 */
public final class SmallHeap {
  private static final long STACK = 256 << 10;

  private SmallHeap() {}

  /** What the client does. Each task counts the entries that it has seen. */
  public enum Task {
    /** Reads a listing as a stream. */
    LIST {
      @Override
      long run(Connection sftp, String path) throws IOException {
        try (var entries = sftp.list(path)) {
          return entries.mapToLong(entry -> 1).sum();
        }
      }
    },
    /** Lists a directory's names. */
    LISTDIR {
      @Override
      long run(Connection sftp, String path) throws IOException {
        return sftp.listdir(path).size();
      }
    },
    /** Finds one of a directory's files. */
    GLOB {
      @Override
      long run(Connection sftp, String path) throws IOException {
        return sftp.glob(path + "/*-12345?").size();
      }
    },
    /** Walks through a tree. */
    WALK {
      @Override
      long run(Connection sftp, String path) throws IOException {
        var files = new AtomicLong();
        sftp.walkTree(path, file -> files.incrementAndGet(), directory -> {}, other -> {});
        return files.get();
      }
    },
    /** Downloads none of a tree's files, since the filter wants none. */
    GET_NONE {
      @Override
      long run(Connection sftp, String path) throws IOException {
        Path target = Files.createTempDirectory("jsftp-none-");
        var files = new AtomicLong();
        var none = TransferOptions.builder().filter(name -> files.incrementAndGet() < 0).build();
        try {
          sftp.getR(path, target, none);
        } finally {
          Folders.delete(target);
        }
        return files.get();
      }
    },
    /** Plans a download of a tree's ten newest files, whose outcomes it receives. */
    GET_NEWEST {
      @Override
      long run(Connection sftp, String path) throws IOException {
        var seen = new AtomicLong();
        var newest = new ArrayList<FileOutcome>();
        var options =
            TransferOptions.builder()
                .dryRun(true)
                .select(info -> seen.incrementAndGet() > 0)
                .newest(10)
                .onFile(
                    outcome -> {
                      if (outcome.kind() == FileOutcome.Kind.COPIED) {
                        newest.add(outcome);
                      }
                    })
                .build();
        sftp.getR(path, Path.of("jsftp-none"), options);
        return newest.size() == 10 ? seen.get() : -newest.size();
      }
    },
    /** Receives the outcomes of a tree's links, which are skipped. */
    GET_OUTCOMES {
      @Override
      long run(Connection sftp, String path) throws IOException {
        Path target = Files.createTempDirectory("jsftp-none-");
        var files = new AtomicLong();
        var options =
            TransferOptions.builder()
                .symlinks(TransferOptions.Symlinks.SKIP)
                .filter(name -> true)
                .onFile(outcome -> files.incrementAndGet())
                .build();
        try {
          sftp.getR(path, target, options);
        } finally {
          Folders.delete(target);
        }
        return files.get();
      }
    },
    /** Reads a tree as streams, then copies it to another directory over the same connection. */
    WITHOUT_DISK {
      @Override
      long run(Connection sftp, String path) throws IOException {
        var bytes = new AtomicLong();
        sftp.readTree(
            path, (file, in) -> bytes.addAndGet(in.transferTo(OutputStream.nullOutputStream())));
        return bytes.get() - sftp.copyToR(path, sftp, path + "-copy").bytes();
      }
    },
    /** Deletes files whose names nobody has listed. */
    REMOVE_ALL {
      @Override
      long run(Connection sftp, String path) throws IOException {
        var paths = new ArrayList<String>();
        for (int i = 0; i < 100_000; i++) {
          paths.add(path + "/file-%07d.csv".formatted(i));
        }
        return sftp.removeAll(paths).succeeded();
      }
    },
    /** Uploads small streams from many threads, all in progress at the same time. */
    PUT_SMALL {
      @Override
      long run(Connection sftp, String path) throws IOException {
        int threads = 400;
        var begun = new CountDownLatch(threads);
        return byMany(threads, i -> sftp.put(new Waiting(begun), path + "/" + i));
      }
    },
    /** Uploads and downloads megabytes from many threads. */
    COPY_BIG {
      @Override
      long run(Connection sftp, String path) throws IOException {
        return byMany(
            100,
            i -> {
              sftp.put(new ByteArrayInputStream(BIG), path + "/" + i);
              sftp.get(path + "/" + i, OutputStream.nullOutputStream());
            });
      }
    };

    private static final byte[] BIG = new byte[4 << 20];

    private static long byMany(int threads, ThreadWork work) {
      var done = new AtomicLong();
      var all = new ArrayList<Thread>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        Runnable run =
            () -> {
              try {
                work.run(number);
                done.incrementAndGet();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            };
        all.add(new Thread(null, run, "client-" + i, STACK));
      }
      all.forEach(Thread::start);
      for (Thread thread : all) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return done.get();
    }

    abstract long run(Connection sftp, String path) throws IOException;
  }

  private interface ThreadWork {
    void run(int number) throws IOException;
  }

  /** Yields a thousand bytes, and ends when all others have yielded theirs. */
  private static final class Waiting extends InputStream {
    private static final int LENGTH = 1000;

    private final CountDownLatch begun;
    private boolean given;

    Waiting(CountDownLatch begun) {
      this.begun = begun;
    }

    @Override
    public int read() {
      throw new IllegalStateException("one byte is never read alone");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (!given) {
        given = true;
        begun.countDown();
        return Math.min(LENGTH, length);
      }
      try {
        begun.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return -1;
    }
  }

  /** Runs a task with a heap of this size; returns its count. */
  public static long run(int mebibytes, Task task, TestServer server, String path)
      throws IOException, InterruptedException {
    return Long.parseLong(
        run(
            mebibytes,
            SmallHeap.class,
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            task.name(),
            path));
  }

  /** Runs a program with a heap of this size; returns the last line that it prints. */
  public static String run(int mebibytes, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> lines =
        ChildJvm.run(
            List.of("-Xmx" + mebibytes + "m", "-XX:+ExitOnOutOfMemoryError"),
            Map.of(),
            program,
            List.of(arguments));
    return lines.get(lines.size() - 1);
  }

  /** Runs the client. */
  public static void main(String[] args) throws IOException {
    var options =
        ConnectionOptions.builder("127.0.0.1")
            .port(Integer.parseInt(args[0]))
            .username(args[1])
            .privateKey(Path.of(args[2]))
            .hostKeys(HostKeys.knownHosts(Path.of(args[3])))
            .build();
    try (var sftp = Connection.connect(options)) {
      System.out.println(Task.valueOf(args[4]).run(sftp, args[5]));
    }
  }
}
