package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.Store;
import io.aitta.codec.StringCodec;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user does: faults of some seeds beside clients, whose history is judged in the end. */
final class SeededFaultsTest {
  private static final int CLIENTS = 8;
  private static final int KEYS = 8;
  private static final Duration PAUSE = Duration.ofMillis(150);

  /** Clients with one operation at a time, each through any node that runs. */
  private static final class Clients {
    private final TestCluster cluster;
    private final History history = new History();
    private final AtomicLong lastValue = new AtomicLong();
    private final List<CompletableFuture<?>> clients = new ArrayList<>();
    private volatile boolean isOver;

    Clients(TestCluster cluster) {
      this.cluster = cluster;
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(next(new Random(i)).toCompletableFuture());
      }
    }

    private CompletionStage<?> next(Random random) {
      if (isOver) {
        return CompletableFuture.completedStage(null);
      }
      return CompletableFuture.runAsync(
              () -> {},
              CompletableFuture.delayedExecutor(random.nextInt(20), TimeUnit.MILLISECONDS))
          .thenCompose(notUsed -> operation(random))
          .handle((done, failure) -> null)
          .thenCompose(notUsed -> next(random));
    }

    private CompletionStage<?> operation(Random random) {
      List<Integer> running = cluster.running();
      int node = running.get(random.nextInt(running.size()));
      Store<String> store = cluster.store(node, "hot", new StringCodec());
      String key = "key-" + random.nextInt(KEYS);
      int kind = random.nextInt(20);
      CompletionStage<?> operation =
          kind == 0
              ? history.delete(store, key)
              : kind < 10
                  ? history.put(store, key, "value-" + lastValue.incrementAndGet())
                  : history.get(store, key);
      return operation.toCompletableFuture().orTimeout(2, TimeUnit.SECONDS);
    }

    void end() {
      isOver = true;
      clients.forEach(CompletableFuture::join);
    }

    /** Reads every key through every node, to the end of the history. */
    void readEverything() {
      for (int node : cluster.running()) {
        Store<String> store = cluster.store(node, "hot", new StringCodec());
        for (int i = 0; i < KEYS; i++) {
          history.get(store, "key-" + i).toCompletableFuture().join();
        }
      }
    }

    /** Whether every replica of every key holds the same. */
    boolean haveConverged() {
      for (int i = 0; i < KEYS; i++) {
        Key key = Key.of("hot", "key-" + i);
        Set<Optional<Entry>> copies = new HashSet<>();
        cluster.replicasOf(key).forEach(node -> copies.add(cluster.probe(node, key)));
        if (copies.size() != 1) {
          return false;
        }
      }
      return true;
    }
  }

  private static void runs(SeededFaults faults, TestCluster cluster) {
    Clients clients = new Clients(cluster);
    faults.run(PAUSE);
    faults.healAll();
    clients.end();
    clients.readEverything();
    faults.check(
        RegisterChecker.check(clients.history)
            .and(VersionChecker.check(clients.history))
            .and(AcknowledgedWritesChecker.check(clients.history)));
    cluster.await("all replicas hold the same after " + faults, clients::haveConverged);
    assertTrue(clients.history.writes(Operation.Outcome.OK) > 50, faults.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsLostWhateverTheSeed(long seed) {
    try (TestCluster cluster = TestCluster.of(5).timeout(Duration.ofSeconds(1)).start()) {
      runs(cluster.faults(seed), cluster);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void norWhenNodesLoseTheirData(long seed) {
    try (TestCluster cluster =
        TestCluster.of(4)
            .timeout(Duration.ofSeconds(1))
            .with("reconfiguration.replace-after", "1s")
            .start()) {
      runs(cluster.faults(FaultPlan.of(seed, 20, cluster.faultBounds().losingData())), cluster);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void norWhenMajoritiesAreGoneForAWhile(long seed) {
    try (TestCluster cluster = TestCluster.of(5).timeout(Duration.ofSeconds(1)).start()) {
      runs(
          cluster.faults(FaultPlan.of(seed, 20, cluster.faultBounds().withMaxImpaired(3))),
          cluster);
    }
  }

  /** Whoever could put at QUORUM before can do so after every single step. */
  @Test
  void aNodeThatIsSparedCanAlwaysPut() {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      SeededFaults faults =
          cluster.faults(FaultPlan.of(11, 25, cluster.faultBounds().sparing(0).sparing(1)));
      Store<String> store = cluster.store(0, "orders", new StringCodec());
      while (faults.hasNext()) {
        faults.step();
        for (int i = 0; i < KEYS; i++) {
          assertTrue(
              store.put("key-" + i, "value").toCompletableFuture().join().isWritten(),
              faults.toString());
        }
      }
      faults.healAll();
    }
  }

  @Test
  void whatIsFoundIsThrownWithTheSeedAndTheStepsThatWereDone() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      SeededFaults faults = cluster.faults(5);
      FaultStep first = faults.step();
      History history = new History();
      Key key = Key.of("orders", "42");
      history.invokePut(key, "paid").ok(null);
      history.invokeGet(key).notFound(null); // an acknowledged write is lost
      AssertionError thrown =
          assertThrows(
              AssertionError.class, () -> faults.check(AcknowledgedWritesChecker.check(history)));
      String message = String.valueOf(thrown.getMessage());
      assertTrue(message.contains("acknowledged writes are lost"), message);
      assertTrue(message.endsWith("after faults of seed [5]\n  1. " + first), message);
      faults.healAll();
    }
  }

  @Test
  void plansThatDoNotFitAreRefused() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      FaultPlan larger = FaultPlan.of(1, 5, FaultBounds.of(4, 3));
      assertThrows(IllegalArgumentException.class, () -> cluster.faults(larger));
      FaultPlan losing = FaultPlan.of(1, 5, cluster.faultBounds().losingData());
      assertThrows(IllegalArgumentException.class, () -> cluster.faults(losing));
      assertEquals(20, cluster.faults(1).plan().steps().size());
      cluster.kill(2);
      assertThrows(IllegalArgumentException.class, () -> cluster.faults(1));
    }
  }
}
