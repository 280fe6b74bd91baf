package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.GetResult;
import io.aitta.Store;
import io.aitta.codec.StringCodec;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerState;
import io.aitta.model.PutOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five nodes, K=3, two of them are lost for good: {0,1,2} | {3,4}. */
final class RecoveryTest {
  private static final int VALUES = 200;
  private static final List<Integer> LEFT = List.of(0, 1, 2);
  private static final List<Integer> LOST = List.of(3, 4);

  private static Store<String> values(TestCluster cluster, int node) {
    return cluster.store(node, "values", new StringCodec());
  }

  private static TestClusterBuilder five(String recoverAfter) {
    return TestCluster.of(5)
        .with("partitions", "32")
        .with("liveness.suspect-after", "500ms")
        .with("liveness.dead-after", "1s")
        .with("reconfiguration.replace-after", "1s")
        .with("reconfiguration.recover-after", recoverAfter);
  }

  private static void put(TestCluster cluster, int node, String value) {
    IntStream.range(0, VALUES)
        .mapToObj(i -> values(cluster, node).put("key-" + i, value + i))
        .map(CompletionStage::toCompletableFuture)
        .toList()
        .forEach(put -> assertInstanceOf(PutOutcome.Written.class, put.join().outcome()));
  }

  private static Set<NodeId> lose(TestCluster cluster) {
    Set<NodeId> ids = new HashSet<>();
    LOST.forEach(node -> ids.add(cluster.id(node)));
    LOST.forEach(cluster::kill);
    cluster.removeKilled();
    LEFT.forEach(node -> ids.forEach(id -> cluster.awaitState(node, id, PeerState.REMOVED)));
    return ids;
  }

  /** The partitions of which two of three members are among those nodes. */
  private static Set<Integer> withoutMajority(List<PartitionStatus> partitions, Set<NodeId> lost) {
    Set<Integer> without = new TreeSet<>();
    for (PartitionStatus partition : partitions) {
      if (partition.members().stream().filter(lost::contains).count() > 1) {
        without.add(partition.partition().value());
      }
    }
    return without;
  }

  private static boolean isFreeOf(TestCluster cluster, Set<NodeId> lost) {
    return LEFT.stream()
        .flatMap(node -> cluster.node(node).partitions().stream())
        .noneMatch(
            partition ->
                partition.members().stream().anyMatch(lost::contains)
                    || partition.successors().stream().anyMatch(lost::contains));
  }

  @Test
  void partitionsThatLostTheirMajorityGoOnFromTheirSurvivors() {
    try (TestCluster cluster = five("2s").start();
        SeenEvents events = new SeenEvents(cluster)) {
      put(cluster, 0, "value-");
      List<PartitionStatus> before = cluster.node(0).partitions();
      Set<NodeId> lost = lose(cluster);
      Set<Integer> without = withoutMajority(before, lost);
      assertFalse(without.isEmpty(), "some lose their majority");
      cluster.await(
          "every partition has three members that are left", () -> isFreeOf(cluster, lost));
      cluster.awaitSettled();
      for (PartitionStatus partition : cluster.node(0).partitions()) {
        assertEquals(3, partition.members().size());
        assertEquals(
            without.contains(partition.partition().value()) ? 1 : 0,
            partition.epoch().recoveryTerm(),
            "partition " + partition.partition());
      }
      for (int node : LEFT) {
        Set<Integer> told = new TreeSet<>();
        for (ClusterEvent.PartitionRecovered event :
            events.of(ClusterEvent.PartitionRecovered.class)) {
          if (event.node().equals(cluster.id(node))) {
            assertEquals(lost, Set.copyOf(event.lost()));
            assertEquals(1, event.survivors().size());
            told.add(event.partition().value());
          }
        }
        assertEquals(without, told, "node " + node);
      }
      for (int i = 0; i < VALUES; i++) {
        Key key = Key.of("values", "key-" + i);
        for (int node : LEFT) {
          GetResult.Found<?> found =
              assertInstanceOf(
                  GetResult.Found.class,
                  values(cluster, node).get("key-" + i).toCompletableFuture().join());
          assertEquals("value-" + i, found.value());
          assertTrue(cluster.probe(node, key).isPresent(), "node " + node + " has " + key);
        }
      }
      put(cluster, 1, "later-");
    }
  }

  /** The lost nodes are back after the recovery, with what they had. */
  @Test
  void whoComesBackAfterTheRecoveryServesNothingOfWhatItHad(@TempDir Path directory) {
    try (TestCluster cluster = five("2s").engine("rocksdb", directory).start()) {
      put(cluster, 0, "value-");
      Set<NodeId> lost = lose(cluster);
      cluster.await("recovered without them", () -> isFreeOf(cluster, lost));
      cluster.awaitSettled();
      put(cluster, 0, "later-");
      LOST.forEach(node -> cluster.restart(node, true));
      LOST.forEach(cluster::awaitReady);
      for (int i = 0; i < VALUES; i++) {
        GetResult.Found<?> found =
            assertInstanceOf(
                GetResult.Found.class,
                values(cluster, LOST.get(i % 2)).get("key-" + i).toCompletableFuture().join());
        assertEquals("later-" + i, found.value());
      }
      List<Epoch> epochs = new ArrayList<>();
      cluster.awaitSettled();
      cluster.node(3).partitions().forEach(partition -> epochs.add(partition.epoch()));
      assertTrue(epochs.stream().anyMatch(epoch -> epoch.recoveryTerm() == 1));
    }
  }

  @Test
  void nothingIsRecoveredWhereThatIsOff() {
    try (TestCluster cluster = five("off").start()) {
      put(cluster, 0, "value-");
      List<PartitionStatus> before = cluster.node(0).partitions();
      Set<NodeId> lost = lose(cluster);
      Set<Integer> without = withoutMajority(before, lost);
      cluster.await(
          "all others have members that are left alone",
          () ->
              withoutMajority(cluster.node(0).partitions(), lost).equals(without)
                  && cluster.node(0).partitions().stream()
                      .filter(one -> !without.contains(one.partition().value()))
                      .noneMatch(one -> one.members().stream().anyMatch(lost::contains)));
      cluster
          .node(0)
          .partitions()
          .forEach(partition -> assertEquals(0, partition.epoch().recoveryTerm()));
    }
  }
}
