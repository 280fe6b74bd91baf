package io.aitta.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor time that all processes of a Linux machine have used. */
final class MachineCpu {
  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final long NANOS_PER_TICK = 10_000_000;

  private MachineCpu() {}

  /** In nanoseconds; -1 where it cannot be known. */
  static long busyNanos() {
    try {
      // cpu user nice system idle iowait irq softirq steal
      String[] fields = Files.readAllLines(STATISTICS).get(0).split(" +", -1);
      long ticks = 0;
      for (int i = 1; i <= 7; i++) {
        boolean isIdle = i == 4 || i == 5;
        ticks += isIdle ? 0 : Long.parseLong(fields[i]);
      }
      return ticks * NANOS_PER_TICK;
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }
}
