package io.aitta.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts how operations ended that did not end well. Safe for use by several threads. */
final class Outcomes {
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  void record(String failure) {
    record(failure, 1);
  }

  void record(String failure, long times) {
    failures.computeIfAbsent(failure, unused -> new LongAdder()).add(times);
  }

  void recordAll(Map<String, Long> others) {
    others.forEach(this::record);
  }

  /** Returns the counts so far, and begins anew. */
  Map<String, Long> take() {
    Map<String, Long> taken = new TreeMap<>();
    failures.forEach(
        (name, count) -> {
          long times = count.sumThenReset();
          if (times > 0) {
            taken.put(name, times);
          }
        });
    return taken;
  }
}
