package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.GetResult;
import io.aitta.ReadOptions;
import io.aitta.Store;
import io.aitta.codec.StringCodec;
import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PutOutcome;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes come and go, and every value stays. */
final class ElasticityTest {
  private static final int VALUES = 300;

  private static Store<String> values(TestCluster cluster, int node) {
    return cluster.store(node, "values", new StringCodec());
  }

  private static void fill(TestCluster cluster, int node) {
    IntStream.range(0, VALUES)
        .mapToObj(i -> values(cluster, node).put("key-" + i, "value-" + i))
        .toList()
        .forEach(
            put ->
                assertInstanceOf(
                    PutOutcome.Written.class, put.toCompletableFuture().join().outcome()));
  }

  private static void assertReads(TestCluster cluster, int node) {
    for (int i = 0; i < VALUES; i++) {
      GetResult.Found<?> found =
          assertInstanceOf(
              GetResult.Found.class,
              values(cluster, node).get("key-" + i).toCompletableFuture().join(),
              "key-" + i);
      assertEquals("value-" + i, found.value());
    }
  }

  /** Every member holds every key, and as many as there should be. */
  private static void assertHeldByAllMembers(TestCluster cluster, int copies) {
    for (int i = 0; i < VALUES; i++) {
      Key key = Key.of("values", "key-" + i);
      List<Integer> replicas = cluster.replicasOf(key);
      assertEquals(copies, replicas.size(), "replicas of " + key);
      for (int replica : replicas) {
        assertTrue(cluster.probe(replica, key).isPresent(), "node " + replica + " has " + key);
      }
    }
  }

  private static Set<NodeId> members(TestCluster cluster, int node) {
    Set<NodeId> members = new HashSet<>();
    for (PartitionStatus partition : cluster.node(node).partitions()) {
      members.addAll(partition.members());
    }
    return members;
  }

  @Test
  void aNodeThatJoinsTakesOverItsShareAndServesIt() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      fill(cluster, 0);
      int added = cluster.add();
      cluster.awaitReady(added);
      cluster.awaitSettled();
      assertTrue(members(cluster, 0).contains(cluster.id(added)));
      assertHeldByAllMembers(cluster, 3);
      assertReads(cluster, added);
    }
  }

  @Test
  void aYoungClusterGrowsToItsReplicationFactor() {
    try (TestCluster cluster = TestCluster.of(1).start()) {
      fill(cluster, 0);
      cluster.awaitReady(cluster.add());
      cluster.awaitReady(cluster.add());
      cluster.awaitSettled();
      assertHeldByAllMembers(cluster, 3);
      cluster.kill(0);
      assertReads(cluster, 2);
    }
  }

  @Test
  void aNodeThatLeavesGivesItsDataToTheOthersFirst() {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      fill(cluster, 0);
      NodeId left = cluster.id(0);
      cluster.leave(0);
      cluster.await("all know", () -> !members(cluster, 1).contains(left));
      cluster.awaitSettled();
      assertHeldByAllMembers(cluster, 3);
      assertReads(cluster, 1);
    }
  }

  @Test
  void theLastOfThreeMayLeaveToTheOthersToo() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      fill(cluster, 0);
      cluster.leave(0);
      assertReads(cluster, 1);
      cluster.leave(1);
      assertReads(cluster, 2);
      assertHeldByAllMembers(cluster, 1);
    }
  }

  @Test
  void aNodeThatIsAwayForLongIsReplacedByAnother() {
    try (TestCluster cluster =
        TestCluster.of(4).with("reconfiguration.replace-after", "1s").start()) {
      fill(cluster, 0);
      NodeId gone = cluster.id(3);
      cluster.kill(3);
      cluster.await("another one holds its data", () -> !members(cluster, 0).contains(gone));
      cluster.awaitSettled();
      assertHeldByAllMembers(cluster, 3);
      assertReads(cluster, 1);
    }
  }

  @Test
  void aNodeThatComesBackInTimeGoesOnWithItsData() {
    try (TestCluster cluster = TestCluster.of(4).start()) {
      fill(cluster, 0);
      List<PartitionStatus> before = cluster.node(0).partitions();
      cluster.kill(3);
      cluster.restart(3, true);
      cluster.awaitReady(3);
      cluster.awaitSettled();
      assertEquals(
          before.stream().map(PartitionStatus::epoch).toList(),
          cluster.node(0).partitions().stream().map(PartitionStatus::epoch).toList());
      assertReads(cluster, 3);
    }
  }

  @Test
  void everyNodeInTurnIsReplacedByANewOneAndNothingIsLost() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      fill(cluster, 0);
      for (int i = 0; i < 3; i++) {
        cluster.leave(i);
        cluster.restart(i, false);
        cluster.awaitReady(i);
        cluster.awaitSettled();
      }
      assertHeldByAllMembers(cluster, 3);
      assertReads(cluster, 0);
      ReadOptions all = ReadOptions.DEFAULT.with(Consistency.ALL);
      assertInstanceOf(
          GetOutcome.Found.class,
          cluster.node(1).get(Key.of("values", "key-0"), all).toCompletableFuture().join());
    }
  }

  @Test
  void whenTheFoundersAreGoneTheOthersComeBackFromAFullStopWithOneMissing(@TempDir Path directory) {
    try (TestCluster cluster = TestCluster.of(2).engine("rocksdb", directory).start()) {
      fill(cluster, 0);
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(cluster.add());
      }
      cluster.awaitSettled();
      cluster.leave(0);
      cluster.leave(1);
      cluster.awaitSettled();
      for (int i = 2; i < 5; i++) {
        cluster.kill(i);
      }
      cluster.restart(4, true);
      cluster.restart(2, true);
      cluster.awaitReady(4);
      cluster.awaitReady(2);
      assertReads(cluster, 2);
      cluster.restart(3, true);
      cluster.awaitReady(3);
      cluster.awaitSettled();
      assertHeldByAllMembers(cluster, 3);
      assertReads(cluster, 3);
    }
  }

  /** A node that was away while its part was given to others learns that, and serves none of it. */
  @Test
  void aNodeThatComesBackTooLateServesNothingOfWhatItHad(@TempDir Path directory) {
    try (TestCluster cluster =
        TestCluster.of(4)
            .engine("rocksdb", directory)
            .with("reconfiguration.replace-after", "1s")
            .start()) {
      fill(cluster, 0);
      NodeId late = cluster.id(3);
      cluster.kill(3);
      cluster.await("others hold its part", () -> !members(cluster, 0).contains(late));
      IntStream.range(0, VALUES)
          .mapToObj(i -> values(cluster, 0).put("key-" + i, "later-" + i))
          .toList()
          .forEach(put -> put.toCompletableFuture().join());
      cluster.restart(3, true);
      cluster.awaitReady(3);
      cluster.await("it has a part again", () -> members(cluster, 0).contains(late));
      cluster.awaitSettled();
      ReadOptions one = ReadOptions.DEFAULT.with(Consistency.ONE);
      for (int i = 0; i < VALUES; i++) {
        GetResult.Found<?> found =
            assertInstanceOf(
                GetResult.Found.class,
                values(cluster, 3).get("key-" + i, one).toCompletableFuture().join());
        assertEquals("later-" + i, found.value());
      }
    }
  }
}
