package io.aitta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final int KEYS = 100;

  private final CountDownLatch enough = new CountDownLatch(10_000);

  private Load load(StoreUnderTest store) {
    return new Load(store, new NodeSetup("", Map.of(), 0, 1, 1, 1, KEYS, 64, ""));
  }

  private Map<String, Long> failuresOf(StoreUnderTest store, String workload)
      throws InterruptedException {
    Load load = load(store);
    load.preload();
    load.start(Workload.named(workload), KeyChoice.UNIFORM, 3);
    enough.await();
    load.stop();
    return load.outcomes().take();
  }

  @Test
  void countsEveryOperationOfAStoreThatWorks() throws InterruptedException {
    AtomicInteger puts = new AtomicInteger();
    Load load =
        load(
            new CountingMap() {
              @Override
              public void put(String key, byte[] value, Completion completion) {
                puts.incrementAndGet();
                super.put(key, value, completion);
              }
            });
    load.preload();
    load.start(Workload.named("A"), KeyChoice.UNIFORM, 3);
    enough.await();
    load.stop();
    Histogram[] taken = load.take();

    assertEquals(Map.of(), load.outcomes().take());
    assertEquals(puts.get() - KEYS, taken[1].getTotalCount());
    assertTrue(taken[0].getTotalCount() > 0);
  }

  @Test
  void readsBackWhatItWroteLast() throws InterruptedException {
    Load load = load(new CountingMap());
    load.preload();
    load.start(Workload.named("put"), KeyChoice.UNIFORM, 1);
    enough.await();
    load.stop();
    Map<Integer, Long> stamps = load.readBack();

    assertEquals(KEYS, stamps.size());
    stamps.forEach((key, stamp) -> assertTrue(load.watched().mayReturn(key, stamp)));
  }

  @Test
  void aStoreThatAnswersWithOldValuesIsFoundOutWhenTheyAreReadBack() throws InterruptedException {
    Load load =
        load(
            new CountingMap() {
              @Override
              public void put(String key, byte[] value, Completion completion) {
                if (enough.getCount() > 5_000) {
                  super.put(key, value, completion);
                } else {
                  enough.countDown();
                  completion.written();
                }
              }
            });
    load.preload();
    load.start(Workload.named("put"), KeyChoice.UNIFORM, 1);
    enough.await();
    load.stop();

    assertTrue(
        load.readBack().entrySet().stream()
            .anyMatch(read -> !load.watched().mayReturn(read.getKey(), read.getValue())));
  }

  @Test
  void aWrongValueIsAFailure() throws InterruptedException {
    Map<String, Long> failures =
        failuresOf(
            new CountingMap() {
              @Override
              public void get(String key, Completion completion) {
                enough.countDown();
                completion.found(new byte[64]);
              }
            },
            "get");

    assertTrue(failures.getOrDefault("get wrong value", 0L) >= 10_000 - KEYS);
  }

  @Test
  void aRefusalIsCountedByItsKind() throws InterruptedException {
    Map<String, Long> failures =
        failuresOf(
            new CountingMap() {
              @Override
              public void get(String key, Completion completion) {
                enough.countDown();
                completion.failed("refused");
              }
            },
            "get");

    assertTrue(failures.getOrDefault("get refused", 0L) >= 10_000 - KEYS);
    assertEquals(1, failures.size());
  }

  /** A map that counts what it is asked. */
  private class CountingMap implements StoreUnderTest {
    private final LocalMap map = new LocalMap();

    @Override
    public void start(NodeSetup setup) {}

    @Override
    public String address() {
      return "";
    }

    @Override
    public void join(List<String> addresses) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void get(String key, Completion completion) {
      enough.countDown();
      map.get(key, completion);
    }

    @Override
    public void put(String key, byte[] value, Completion completion) {
      enough.countDown();
      map.put(key, value, completion);
    }
  }
}
