package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is dead is dropped by all, once all hold it, and never comes back. */
final class TombstonesTest {
  private static final int KEYS = 50;

  private static TestClusterBuilder nodes(int count) {
    return TestCluster.of(count)
        .timeout(Duration.ofSeconds(2))
        .with("max-timeout", "2s")
        .with("clock-bound", "1s")
        .with("partitions", 8)
        .with("reconfiguration.interval", "100ms")
        .with("tombstones.interval", "200ms");
  }

  private static Key key(int number) {
    return Key.of("orders", "key-" + number);
  }

  private static List<Key> keys() {
    return IntStream.range(0, KEYS).mapToObj(TombstonesTest::key).toList();
  }

  private static void await(List<CompletionStage<PutResult>> writes) {
    writes.forEach(
        write ->
            assertInstanceOf(
                PutOutcome.Written.class, write.toCompletableFuture().join().outcome()));
  }

  private static void put(TestCluster cluster, int node, String value, WriteOptions options) {
    await(
        keys().stream()
            .map(key -> cluster.node(node).put(key, Bytes.ofUtf8(value), "string", options))
            .toList());
  }

  private static void delete(TestCluster cluster, int node) {
    await(
        keys().stream().map(key -> cluster.node(node).delete(key, WriteOptions.DEFAULT)).toList());
  }

  private static boolean isReplica(TestCluster cluster, int node, Key key) {
    return cluster.replicasOf(key).contains(node);
  }

  private static long records(TestCluster cluster, int nodes, List<Key> keys) {
    return keys.stream()
        .mapToLong(
            key ->
                IntStream.range(0, nodes)
                    .filter(node -> cluster.probe(node, key).isPresent())
                    .count())
        .sum();
  }

  private static GetOutcome get(TestCluster cluster, int node, Key key) {
    return cluster.node(node).get(key, ReadOptions.DEFAULT).toCompletableFuture().join();
  }

  @Test
  void deletedKeysTakeNoRoomOnceEveryMemberHoldsTheTombstones() {
    try (TestCluster cluster = nodes(3).start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      delete(cluster, 1);
      cluster.await("no record is left", () -> records(cluster, 3, keys()) == 0);
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, 2, key));
      }
      put(cluster, 2, "again", WriteOptions.DEFAULT);
      assertEquals(
          Bytes.ofUtf8("again"),
          assertInstanceOf(GetOutcome.Found.class, get(cluster, 0, key(7))).entry().value());
    }
  }

  @Test
  void expiredValuesTakeNoRoomEither() {
    try (TestCluster cluster = nodes(3).start()) {
      put(cluster, 0, "short", WriteOptions.DEFAULT.withTimeToLive(Duration.ofMillis(300)));
      cluster.await("no record is left", () -> records(cluster, 3, keys()) == 0);
    }
  }

  /** {A,B,C} and {A,B,D}: D is away, and holds what is deleted. */
  @Test
  void nothingIsDroppedWhileAMemberIsAwayThatHoldsWhatWasDeleted() {
    try (TestCluster cluster =
        nodes(4).with("hints.max-per-peer", 0).with("anti-entropy.interval", "1s").start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      List<Key> ofD = keys().stream().filter(key -> isReplica(cluster, 3, key)).toList();
      List<Key> others = keys().stream().filter(key -> !isReplica(cluster, 3, key)).toList();
      cluster.await("all hold everything", () -> records(cluster, 4, keys()) == 3L * KEYS);
      cluster.isolate(3, true);
      cluster.awaitState(0, cluster.id(3), PeerState.DEAD);
      delete(cluster, 0);
      cluster.await("what D does not hold is dropped", () -> records(cluster, 4, others) == 0);
      assertEquals(3L * ofD.size(), records(cluster, 4, ofD), "tombstones on two, values on D");
      cluster.isolate(3, false);
      cluster.await("no record is left", () -> records(cluster, 4, ofD) == 0);
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, 3, key));
      }
    }
  }

  /** {A,B,C} hold two copies of each; D joins, and takes over some. */
  @Test
  void whatMovedAwayTakesNoRoomWhereItWas() {
    try (TestCluster cluster = nodes(3).replicationFactor(2).start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      int added = cluster.add();
      cluster.awaitSettled();
      cluster.await("two copies of each are left", () -> records(cluster, 4, keys()) == 2L * KEYS);
      assertTrue(
          keys().stream().anyMatch(key -> cluster.probe(added, key).isPresent()),
          "some have moved");
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.Found.class, get(cluster, 1, key));
      }
    }
  }

  /** {A,B,C,D}: D is cut off for long, and replaced; when it is back it is wanted again. */
  @Test
  void whoComesBackAfterItWasReplacedBringsNothingBack() {
    try (TestCluster cluster = nodes(4).with("reconfiguration.replace-after", "10s").start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      cluster.await("all hold everything", () -> records(cluster, 4, keys()) == 3L * KEYS);
      List<Key> ofD = keys().stream().filter(key -> cluster.probe(3, key).isPresent()).toList();
      cluster.isolate(3, true);
      cluster.await(
          "D is replaced", () -> keys().stream().noneMatch(key -> isReplica(cluster, 3, key)));
      delete(cluster, 0);
      cluster.await("the others dropped them", () -> records(cluster, 3, keys()) == 0);
      assertEquals(ofD.size(), records(cluster, 4, ofD), "D still holds what it had");
      cluster.isolate(3, false);
      cluster.await(
          "D is wanted again", () -> keys().stream().anyMatch(key -> isReplica(cluster, 3, key)));
      cluster.awaitSettled();
      cluster.await("no record is left", () -> records(cluster, 4, keys()) == 0);
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, 3, key));
      }
    }
  }

  /** {A,B,C} and D, who holds a hint of the value for C: the tombstone was dropped since. */
  @Test
  void aHintThatComesLateBringsNothingBack() {
    try (TestCluster cluster = nodes(4).start()) {
      List<Key> hinted = keys().stream().filter(key -> !isReplica(cluster, 3, key)).toList();
      cluster.isolate(2, true);
      cluster.awaitState(3, cluster.id(2), PeerState.DEAD);
      await(
          hinted.stream()
              .map(
                  key ->
                      cluster
                          .node(3)
                          .put(key, Bytes.ofUtf8("hinted"), "string", WriteOptions.DEFAULT))
              .toList());
      cluster.await("hints are kept", () -> cluster.hints(3) == hinted.size());
      cluster.kill(3); // with its hints
      cluster.isolate(2, false);
      cluster.awaitState(0, cluster.id(2), PeerState.ALIVE);
      await(hinted.stream().map(key -> cluster.node(0).delete(key, WriteOptions.DEFAULT)).toList());
      cluster.await("all members dropped them", () -> records(cluster, 3, hinted) == 0);
      cluster.restart(3, true);
      cluster.awaitReady(3);
      cluster.await("no hint is left", () -> cluster.hints(3) == 0);
      assertEquals(0, records(cluster, 4, hinted));
      for (Key key : hinted) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, 2, key));
      }
    }
  }
}
