package io.aitta.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Runs events in the order of a virtual time; a seed decides among those of one moment. */
final class VirtualScheduler {
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::lot));
  private long nowNanos;
  private long scheduled;

  VirtualScheduler(Random random) {
    this.random = random;
  }

  long nowNanos() {
    return nowNanos;
  }

  void after(long delayNanos, Runnable run) {
    long lot = ((long) random.nextInt() << 32) | (scheduled++ & 0xFFFF_FFFFL);
    events.add(new Event(nowNanos + Math.max(0, delayNanos), lot, run));
  }

  /** Runs the next event; false if none is left before the given time. */
  boolean runNext(long untilNanos) {
    Event next = events.peek();
    if (next == null || next.atNanos() > untilNanos) {
      return false;
    }
    events.poll();
    nowNanos = next.atNanos();
    next.run().run();
    return true;
  }

  private record Event(long atNanos, long lot, Runnable run) {}
}
