package io.aitta.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The keys whose puts are remembered, to be compared with what is read back: evenly spread. */
final class WatchedKeys {
  private static final int WANTED = 1000;

  private final int step;
  private final List<WriteHistory> histories;

  /** Watches some of the keys. */
  WatchedKeys(int keys) {
    step = Math.max(1, keys / WANTED);
    histories =
        IntStream.range(0, (keys + step - 1) / step).mapToObj(i -> new WriteHistory()).toList();
  }

  boolean isWatched(int key) {
    return key % step == 0;
  }

  void record(int key, Write write) {
    histories.get(key / step).record(write);
  }

  boolean mayReturn(int key, long stamp) {
    return histories.get(key / step).mayReturn(stamp);
  }

  /** All of them. */
  int[] keys() {
    return IntStream.range(0, histories.size()).map(i -> i * step).toArray();
  }

  /** What each may return. */
  Map<Integer, List<Write>> possible() {
    Map<Integer, List<Write>> possible = new TreeMap<>();
    for (int key : keys()) {
      possible.put(key, histories.get(key / step).possible());
    }
    return possible;
  }

  /** Adds what another driver wrote. */
  void merge(Map<Integer, List<Write>> others) {
    others.forEach((key, writes) -> writes.forEach(write -> record(key, write)));
  }
}
