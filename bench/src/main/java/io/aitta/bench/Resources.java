package io.aitta.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process used, in a span of time or since it began.
 *
 * @param allocatedBytes of heap, by threads that live at its end
 * @param writtenBytes to sockets, pipes and files; 0 where it cannot be known
 */
record Resources(long allocatedBytes, long writtenBytes) {
  static final Resources NONE = new Resources(0, 0);

  private static final Path COUNTS = Path.of("/proc/self/io");
  private static final String WRITTEN = "wchar: ";

  /** What this process used since it began. */
  static Resources ofThis() {
    return new Resources(allocated(), written());
  }

  private static long allocated() {
    if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
      return 0;
    }
    long bytes = 0;
    for (long ofThread : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      bytes += Math.max(0, ofThread); // -1 if the thread has ended
    }
    return bytes;
  }

  private static long written() {
    try {
      return Files.readAllLines(COUNTS).stream()
          .filter(line -> line.startsWith(WRITTEN))
          .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  Resources plus(Resources other) {
    return new Resources(allocatedBytes + other.allocatedBytes, writtenBytes + other.writtenBytes);
  }

  Resources since(Resources earlier) {
    return new Resources(
        allocatedBytes - earlier.allocatedBytes, writtenBytes - earlier.writtenBytes);
  }
}
