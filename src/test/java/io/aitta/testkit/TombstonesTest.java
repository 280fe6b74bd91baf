package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  private static long records(TestCluster cluster, int nodes) {
    return keys().stream()
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
      cluster.await("no record is left", () -> records(cluster, 3) == 0);
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
      cluster.await("no record is left", () -> records(cluster, 3) == 0);
    }
  }

  /** {A,B,C}: C is away, and holds what A and B delete. */
  @Test
  void nothingIsDroppedWhileAMemberIsAwayThatHoldsWhatWasDeleted() {
    try (TestCluster cluster =
        nodes(3).with("hints.max-per-peer", 0).with("anti-entropy.interval", "1s").start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      cluster.await("all hold everything", () -> records(cluster, 3) == 3 * KEYS);
      cluster.isolate(2, true);
      cluster.awaitState(0, cluster.id(2), PeerState.DEAD);
      delete(cluster, 0);
      put(cluster, 0, "spent", WriteOptions.DEFAULT);
      delete(cluster, 0);
      assertEquals(3 * KEYS, records(cluster, 3), "tombstones on two, values on the third");
      cluster.isolate(2, false);
      cluster.await("no record is left", () -> records(cluster, 3) == 0);
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, 2, key));
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
      cluster.await("two copies of each are left", () -> records(cluster, 4) == 2L * KEYS);
      assertTrue(
          keys().stream().anyMatch(key -> cluster.probe(added, key).isPresent()),
          "some have moved");
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.Found.class, get(cluster, 1, key));
      }
    }
  }

  /** {A,B,C} and D: D holds copies, leaves, and comes back when their tombstones are dropped. */
  @Test
  void whoLeftAndComesBackBringsNothingBack() {
    try (TestCluster cluster = nodes(4).start()) {
      put(cluster, 0, "value", WriteOptions.DEFAULT);
      long before = records(cluster, 4);
      assertTrue(before >= 2L * KEYS, () -> before + " copies");
      cluster.leave(3);
      cluster.awaitSettled();
      delete(cluster, 0);
      cluster.await("those who stayed dropped them", () -> records(cluster, 3) == 0);
      int again = cluster.add();
      cluster.awaitSettled();
      for (Key key : keys()) {
        assertInstanceOf(GetOutcome.NotFound.class, get(cluster, again, key));
      }
      assertEquals(0, records(cluster, 3), "nothing came back");
    }
  }

  /** A hint of the value comes when the tombstone was dropped already. */
  @Test
  void aHintThatComesLateBringsNothingBack() {
    try (TestCluster cluster = nodes(3).with("anti-entropy.interval", "1s").start()) {
      cluster.isolate(2, true);
      cluster.awaitState(0, cluster.id(2), PeerState.DEAD);
      put(cluster, 0, "hinted", WriteOptions.DEFAULT);
      cluster.await("hints are kept", () -> cluster.hints(0) > 0);
      cluster.kill(0); // with its hints
      cluster.isolate(2, false);
      cluster.awaitState(1, cluster.id(2), PeerState.ALIVE);
      delete(cluster, 1);
      cluster.restart(0, true);
      cluster.awaitReady(0);
      cluster.await("no record is left", () -> records(cluster, 3) == 0);
      cluster.await("no hint is left", () -> cluster.hints(0) == 0);
      for (Key key : keys()) {
        for (int node = 0; node < 3; node++) {
          assertEquals(Optional.<Entry>empty(), cluster.probe(node, key), key + " on " + node);
        }
      }
    }
  }
}
