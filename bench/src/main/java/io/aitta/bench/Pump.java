package io.aitta.bench;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of a number of slots, each of which issues its next operation when its last one
 * ended: on the thread that ended it, one thread at a time, without deepening the stack. So the
 * loop costs no thread of its own and no wake-up.
 */
final class Pump {
  private static final int DRAWN_KEYS = 1 << 20;

  private final Load load;
  private final Workload workload;
  private final int[] keys;
  private final SplittableRandom random;
  private final ConcurrentLinkedQueue<Slot> ended = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wanted = new AtomicInteger(); // whoever raises it from 0 drains
  private final SingleWriterRecorder gets = new SingleWriterRecorder(3);
  private final SingleWriterRecorder puts = new SingleWriterRecorder(3);
  private final CountDownLatch stopped;
  private int nextKey; // touched by who drains alone, as are the random and the recorders
  private volatile boolean isStopping;

  Pump(Load load, Workload workload, KeyChoice choice, int slots, long seed) {
    this.load = load;
    this.workload = workload;
    this.keys = choice.draw(load.keys(), DRAWN_KEYS, seed);
    this.random = new SplittableRandom(seed + 1);
    this.stopped = new CountDownLatch(slots);
    for (int i = 0; i < slots; i++) {
      ended.add(new Slot());
    }
  }

  /** Begins, on a thread of its own until the first operation ends elsewhere. */
  void start() {
    Thread thread = new Thread(this::drainIfNobodyDoes, "pump");
    thread.setDaemon(true);
    thread.start();
  }

  /** Issues nothing more. */
  CountDownLatch stop() {
    isStopping = true;
    return stopped;
  }

  /** Latencies in nanoseconds since the last call, of what ended well. */
  Histogram takeGets() {
    return gets.getIntervalHistogram();
  }

  /** The same of puts. */
  Histogram takePuts() {
    return puts.getIntervalHistogram();
  }

  private void drainIfNobodyDoes() {
    if (wanted.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    int done = 1;
    do {
      for (Slot slot = ended.poll(); slot != null; slot = ended.poll()) {
        slot.record();
        if (isStopping) {
          stopped.countDown();
        } else {
          slot.issue();
        }
      }
      done = wanted.addAndGet(-done);
    } while (done != 0);
  }

  /** One operation after another. */
  private final class Slot implements Completion {
    private boolean isBegun;
    private boolean isGet;
    private int key;
    private long stamp;
    private long beganNanos;
    private long endedNanos;
    private byte @Nullable [] found;
    private @Nullable String failure;

    private void issue() {
      isBegun = true;
      isGet = random.nextInt(100) < workload.readPercent();
      key = keys[nextKey++ & (DRAWN_KEYS - 1)];
      String name = load.name(key);
      if (isGet) {
        beganNanos = System.nanoTime();
        load.store().get(name, this);
      } else {
        stamp = load.newStamp();
        byte[] value = load.values().of(key, stamp);
        beganNanos = System.nanoTime();
        load.store().put(name, value, this);
      }
    }

    @Override
    public void found(byte[] value) {
      end(value, null);
    }

    @Override
    public void written() {
      end(null, null);
    }

    @Override
    public void failed(String outcome) {
      end(null, outcome);
    }

    private void end(byte @Nullable [] value, @Nullable String outcome) {
      endedNanos = System.nanoTime();
      found = value;
      failure = outcome;
      ended.add(this);
      drainIfNobodyDoes();
    }

    private void record() {
      if (!isBegun) {
        return;
      }
      if (failure == null && isGet && (found == null || !load.values().isValue(found, key))) {
        failure = "wrong value";
      }
      if (!isGet) {
        load.recordWrite(key, stamp, beganNanos, failure == null ? endedNanos : Write.NEVER);
      }
      if (failure == null) {
        (isGet ? gets : puts).recordValue(endedNanos - beganNanos);
      } else {
        load.outcomes().record((isGet ? "get " : "put ") + failure);
      }
      found = null;
      failure = null;
    }
  }
}
