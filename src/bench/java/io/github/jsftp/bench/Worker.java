package io.github.jsftp.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The program in a library's own process: does the tasks that come in, a line each, and answers
 * each with a line.
 */
final class Worker {
  static final String DONE = "done ";
  static final String FAILED = "failed ";

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Library library;
  private final Login login;
  private final HeapUse heap = new HeapUse();

  private Worker(Library library, Login login) {
    this.library = library;
    this.login = login;
  }

  /** Runs until its input ends. Arguments: the library, and the login. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // whatever a library prints
    var list = List.of(arguments);
    var worker =
        new Worker(Library.valueOf(list.get(0)), Login.parse(list.subList(1, list.size())));
    var tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
      answers.println(worker.answer(line));
    }
    System.exit(0); // not every library's threads are daemons
  }

  private String answer(String line) {
    try {
      return DONE + measure(Task.parse(line)).toLine();
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      return FAILED + e.toString().replaceAll("\\s+", " ");
    }
  }

  private Measurement measure(Task task) throws IOException {
    heap.reset();
    long cpuAtFirst = SYSTEM.getProcessCpuTime();
    long begin = System.nanoTime();
    long connected;
    long cpuAtConnect;
    long items;
    long worked;
    long cpuAtWorked;
    try (Peer peer = library.connect(login, task.port())) {
      connected = System.nanoTime();
      cpuAtConnect = SYSTEM.getProcessCpuTime();
      items = task.action().run(peer, task);
      worked = System.nanoTime();
      cpuAtWorked = SYSTEM.getProcessCpuTime();
    }
    long end = System.nanoTime();
    long cpu =
        task.action().isWhole()
            ? SYSTEM.getProcessCpuTime() - cpuAtFirst
            : cpuAtWorked - cpuAtConnect;
    return new Measurement(
        connected - begin, worked - connected, end - worked, cpu, heap.most(), items);
  }
}
