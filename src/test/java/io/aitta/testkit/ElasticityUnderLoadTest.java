package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.Store;
import io.aitta.codec.StringCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes come, go and crash while 40 clients read, write and delete 10 keys: every history is
 * linearizable, and no acknowledged write is lost.
 */
final class ElasticityUnderLoadTest {
  private static final int CLIENTS = 40;
  private static final int KEYS = 10;

  /** Clients that go on until they are told to end, each with one operation at a time. */
  private static final class Load {
    private final TestCluster cluster;
    private final History history = new History();
    private final List<Integer> nodes = new CopyOnWriteArrayList<>(); // through which they speak
    private final AtomicLong lastValue = new AtomicLong();
    private final List<CompletableFuture<?>> clients = new ArrayList<>();
    private volatile boolean isOver;

    Load(TestCluster cluster, Integer... nodes) {
      this.cluster = cluster;
      this.nodes.addAll(List.of(nodes));
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        clients.add(next(random).toCompletableFuture());
      }
    }

    private CompletionStage<?> next(Random random) {
      if (isOver) {
        return CompletableFuture.completedStage(null);
      }
      Executor later = CompletableFuture.delayedExecutor(random.nextInt(20), TimeUnit.MILLISECONDS);
      return CompletableFuture.runAsync(() -> {}, later)
          .thenCompose(notUsed -> operation(random))
          .handle((done, failure) -> null)
          .thenCompose(notUsed -> next(random));
    }

    private CompletionStage<?> operation(Random random) {
      int node = nodes.get(random.nextInt(nodes.size()));
      Store<String> store = cluster.store(node, "hot", new StringCodec());
      String key = "key-" + random.nextInt(KEYS);
      int kind = random.nextInt(20);
      if (kind == 0) {
        return history.delete(store, key);
      }
      return kind < 10
          ? history.put(store, key, "value-" + lastValue.incrementAndGet())
          : history.get(store, key);
    }

    void awaitMore(int operations) {
      long wanted = history.writes(Operation.Outcome.OK) + operations;
      Waiting.until(
          wanted + " writes are acknowledged",
          () -> history.writes(Operation.Outcome.OK) >= wanted);
    }

    /** Ends the clients, reads every key through every node, and judges all of it. */
    void judge() {
      isOver = true;
      clients.forEach(CompletableFuture::join);
      for (int node : nodes) {
        Store<String> store = cluster.store(node, "hot", new StringCodec());
        for (int i = 0; i < KEYS; i++) {
          history.get(store, "key-" + i).toCompletableFuture().join();
        }
      }
      RegisterChecker.check(history)
          .and(VersionChecker.check(history))
          .and(AcknowledgedWritesChecker.check(history))
          .orThrow();
      long acknowledged = history.writes(Operation.Outcome.OK);
      long unknown = history.writes(Operation.Outcome.UNKNOWN);
      assertTrue(unknown < acknowledged / 10, unknown + " unknown beside " + acknowledged);
    }
  }

  @Test
  void twoJoinAndTwoLeave() {
    try (TestCluster cluster = TestCluster.of(4).start()) {
      Load load = new Load(cluster, 0, 1);
      load.awaitMore(200);
      int first = cluster.add();
      int second = cluster.add();
      cluster.awaitReady(first);
      load.nodes.add(first);
      load.awaitMore(200);
      cluster.leave(3);
      cluster.awaitReady(second);
      load.nodes.add(second);
      load.awaitMore(200);
      load.nodes.remove(Integer.valueOf(0));
      cluster.leave(2);
      cluster.awaitSettled();
      load.awaitMore(200);
      load.judge();
    }
  }

  /** The Cluster Singleton saves work; what makes changes safe is the members' consensus. */
  @Test
  void manyDriversAtOnceHarmNothing() {
    try (TestCluster cluster = TestCluster.of(4).start()) {
      cluster.letEveryNodeDrive();
      Load load = new Load(cluster, 0, 1);
      load.awaitMore(100);
      cluster.awaitReady(cluster.add());
      cluster.leave(3);
      cluster.awaitReady(cluster.add());
      cluster.leave(2);
      cluster.awaitSettled();
      load.awaitMore(100);
      load.judge();
    }
  }

  @Test
  void everyNodeInMemoryIsReplacedInTurn() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      Load load = new Load(cluster, 0, 1, 2);
      for (int i = 0; i < 3; i++) {
        load.awaitMore(100);
        load.nodes.remove(Integer.valueOf(i));
        cluster.leave(i);
        cluster.restart(i, false);
        cluster.awaitReady(i);
        cluster.awaitSettled();
        load.nodes.add(i);
      }
      load.awaitMore(100);
      load.judge();
    }
  }

  @Test
  void sourceTargetAndDriverAreKilledWhileDataMoves(@TempDir Path directory) {
    try (TestCluster cluster = TestCluster.of(4).engine("rocksdb", directory).start()) {
      Load load = new Load(cluster, 1, 2);
      load.awaitMore(100);
      int added = cluster.add();
      cluster.awaitReady(added);
      for (int killed : List.of(3, added, 0)) { // the first is the driver
        cluster.await("something moves", () -> cluster.isChanging() || cluster.isSettled());
        cluster.kill(killed);
        load.awaitMore(50);
        cluster.restart(killed, true);
        cluster.awaitReady(killed);
      }
      cluster.awaitSettled();
      load.awaitMore(100);
      load.judge();
    }
  }
}
