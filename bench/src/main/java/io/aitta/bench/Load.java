package io.aitta.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Issues the operations of one driver, and remembers what it wrote. Used by one thread. */
final class Load {
  private static final int PRELOAD_IN_FLIGHT = 64;
  private static final int STAMP_BITS = 48;
  private static final int END_SECONDS = 60;

  private final StoreUnderTest store;
  private final NodeSetup setup;
  private final String[] names;
  private final Values values;
  private final WatchedKeys watched;
  private final AtomicLong lastStamp;
  private final Outcomes outcomes = new Outcomes();
  private List<Pump> pumps = List.of();

  Load(StoreUnderTest store, NodeSetup setup) {
    this.store = store;
    this.setup = setup;
    this.values = new Values(setup.valueBytes());
    this.watched = new WatchedKeys(setup.keys());
    this.lastStamp = new AtomicLong((long) setup.node() << STAMP_BITS);
    this.names = new String[setup.keys()];
    for (int key = 0; key < names.length; key++) {
      names[key] = String.format("user%012d", key);
    }
  }

  StoreUnderTest store() {
    return store;
  }

  Values values() {
    return values;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  WatchedKeys watched() {
    return watched;
  }

  int keys() {
    return names.length;
  }

  String name(int key) {
    return names[key];
  }

  long newStamp() {
    return lastStamp.incrementAndGet();
  }

  void recordWrite(int key, long stamp, long beganNanos, long endedNanos) {
    if (watched.isWatched(key)) {
      watched.record(key, new Write(stamp, beganNanos, endedNanos));
    }
  }

  /** Puts this driver's share of all keys once. */
  void preload() throws InterruptedException {
    Semaphore free = new Semaphore(PRELOAD_IN_FLIGHT);
    for (int key = setup.node(); key < names.length; key += setup.drivers()) {
      free.acquire();
      int written = key;
      long stamp = newStamp();
      long began = System.nanoTime();
      store.put(
          names[key],
          values.of(key, stamp),
          new OneEnd(
              "load: put ",
              failed -> {
                recordWrite(written, stamp, began, failed ? Write.NEVER : System.nanoTime());
                free.release();
              },
              unused -> {}));
    }
    awaitAll(free, PRELOAD_IN_FLIGHT);
  }

  private void awaitAll(Semaphore free, int permits) throws InterruptedException {
    if (!free.tryAcquire(permits, END_SECONDS, TimeUnit.SECONDS)) {
      outcomes.record("unanswered", permits - free.availablePermits());
    }
  }

  /** Begins a closed loop. */
  void start(Workload workload, KeyChoice choice, int inFlight) {
    int loops = Math.min(2, inFlight);
    List<Pump> begun = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      int slots = inFlight / loops + (i < inFlight % loops ? 1 : 0);
      begun.add(new Pump(this, workload, choice, slots, 100L * setup.node() + 10L * i));
    }
    pumps = begun;
    pumps.forEach(Pump::start);
  }

  /** The latencies of gets and of puts since the last call. */
  Histogram[] take() {
    Histogram[] taken = {new Histogram(3), new Histogram(3)};
    for (Pump pump : pumps) {
      taken[0].add(pump.takeGets());
      taken[1].add(pump.takePuts());
    }
    return taken;
  }

  /** Ends the loop; operations that do not end are counted as failures. */
  void stop() throws InterruptedException {
    List<CountDownLatch> stops = pumps.stream().map(Pump::stop).toList();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    for (CountDownLatch stop : stops) {
      if (!stop.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        outcomes.record("unanswered", stop.getCount());
      }
    }
  }

  /** Reads the watched keys, and returns the stamp of each value that was found whole. */
  Map<Integer, Long> readBack() throws InterruptedException {
    Map<Integer, Long> stamps = new HashMap<>();
    Semaphore free = new Semaphore(PRELOAD_IN_FLIGHT);
    for (int key : watched.keys()) {
      free.acquire();
      store.get(
          names[key],
          new OneEnd(
              "read back: get ",
              failed -> free.release(),
              value -> {
                if (values.isValue(value, key)) {
                  synchronized (stamps) {
                    stamps.put(key, Values.stamp(value));
                  }
                } else {
                  outcomes.record("read back: wrong value");
                }
              }));
    }
    awaitAll(free, PRELOAD_IN_FLIGHT);
    synchronized (stamps) {
      return Map.copyOf(stamps);
    }
  }

  /** Takes the end of an operation outside of the closed loop. */
  private final class OneEnd implements Completion {
    private final String what;
    private final Ended ended;
    private final Found found;

    OneEnd(String what, Ended ended, Found found) {
      this.what = what;
      this.ended = ended;
      this.found = found;
    }

    @Override
    public void found(byte[] value) {
      found.take(value);
      ended.take(false);
    }

    @Override
    public void written() {
      ended.take(false);
    }

    @Override
    public void failed(String outcome) {
      outcomes.record(what + outcome);
      ended.take(true);
    }
  }

  @FunctionalInterface
  private interface Ended {
    void take(boolean isFailed);
  }

  @FunctionalInterface
  private interface Found {
    void take(byte[] value);
  }
}
