package io.github.jsftp.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The peak of the heap in use. Use only grows between two collections, so the values before each
 * collection are enough. (The peaks of the pools cannot be added, since they occur at different
 * times.)
 */
final class HeapUse {
  private final Set<String> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  private long most;
  private long since; // milliseconds of this JVM's life

  HeapUse() {
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener((notification, none) -> note(notification), null, null);
      }
    }
  }

  /** Collects garbage, and starts again. */
  void reset() {
    System.gc();
    synchronized (this) {
      most = 0;
      since = ManagementFactory.getRuntimeMXBean().getUptime();
    }
  }

  synchronized long most() {
    return Math.max(most, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private synchronized void note(Notification notification) {
    if (notification
            .getType()
            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)
        && notification.getUserData() instanceof CompositeData data) {
      GcInfo info = GarbageCollectionNotificationInfo.from(data).getGcInfo();
      if (info.getStartTime() >= since) {
        long used =
            info.getMemoryUsageBeforeGc().entrySet().stream()
                .filter(pool -> pools.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
        most = Math.max(most, used);
      }
    }
  }
}
