package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.NodeId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerDescription;
import io.aitta.partition.Placement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What nodes hold in the end, by what every one of them says of the configurations. */
final class WeightsAndZonesTest {
  private static final int PARTITIONS = 128;

  /** Waits until nothing moves any more, and every node says this of every partition. */
  private static void await(TestCluster cluster, Predicate<PartitionStatus> condition) {
    cluster.await(
        "every node knows every partition in its place",
        () ->
            cluster.isSettled()
                && cluster.running().stream()
                    .flatMap(node -> cluster.node(node).partitions().stream())
                    .allMatch(
                        partition ->
                            partition.successors().isEmpty() && condition.test(partition)));
  }

  private static PeerDescription weighing(TestCluster cluster, int node, double weight) {
    return new PeerDescription(cluster.id(node), "", weight, "");
  }

  /**
   * Of two copies among four nodes of weights 1, 1, 1 and 2, the last holds one of 2/5 + 3/5 · 2/4
   * = 70 % of the partitions, and each other 43 %; were all equal, each would hold 50 %.
   */
  @Test
  void aNodeOfDoubleWeightThatJoinsTakesOverAlmostTwiceAsMuch() {
    try (TestCluster cluster =
        TestCluster.of(3)
            .replicationFactor(2)
            .with("partitions", PARTITIONS)
            .weight(3, 2.0)
            .start()) {
      int heavy = cluster.add();
      List<PeerDescription> nodes =
          List.of(
              weighing(cluster, 0, 1),
              weighing(cluster, 1, 1),
              weighing(cluster, 2, 1),
              weighing(cluster, heavy, 2));
      await(
          cluster,
          partition ->
              Set.copyOf(partition.members())
                  .equals(Set.copyOf(Placement.preferenceList(partition.partition(), nodes, 2))));
      long share =
          cluster.node(0).partitions().stream()
              .filter(partition -> partition.members().contains(cluster.id(heavy)))
              .count();
      assertTrue(share > PARTITIONS / 2, "it holds " + share);
    }
  }

  private static Set<String> zones(PartitionStatus partition, Map<NodeId, String> zones) {
    Set<String> held = new HashSet<>();
    partition.members().forEach(member -> held.add(zones.getOrDefault(member, "unknown")));
    return held;
  }

  /** {@code a{0,1} b{2,3}}, then {@code c{4}} joins, {@code c{5}} too, and 4 and 0 leave. */
  @Test
  void noZoneHoldsTwoCopiesOnceThereAreEnough() {
    Map<Integer, String> places = Map.of(0, "a", 1, "a", 2, "b", 3, "b", 4, "c", 5, "c");
    TestClusterBuilder builder = TestCluster.of(4);
    places.forEach(builder::zone);
    try (TestCluster cluster = builder.start()) {
      Map<NodeId, String> zones = new HashMap<>();
      cluster.running().forEach(node -> zones.put(cluster.id(node), places.getOrDefault(node, "")));
      await(cluster, partition -> zones(partition, zones).equals(Set.of("a", "b")));
      Predicate<PartitionStatus> isSpread =
          partition ->
              partition.members().size() == 3
                  && zones(partition, zones).equals(Set.of("a", "b", "c"));
      for (int joining : List.of(4, 5)) {
        assertEquals(joining, cluster.add());
        zones.put(cluster.id(joining), places.getOrDefault(joining, ""));
        await(cluster, isSpread);
      }
      for (int leaving : List.of(4, 0)) {
        cluster.leave(leaving);
        await(cluster, isSpread);
      }
    }
  }
}
