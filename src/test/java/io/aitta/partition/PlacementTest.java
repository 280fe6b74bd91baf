package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Founding;
import io.aitta.model.Hashing;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacementTest {
  private static final int PARTITIONS = 4_096;

  private static final List<List<Long>> STORED =
      List.of(
          List.of(0x55L, 0x11L, 0x44L),
          List.of(0x22L, 0x44L, 0x33L),
          List.of(0x11L, 0x33L, 0x44L),
          List.of(0x11L, 0x55L, 0x44L),
          List.of(0x22L, 0x55L, 0x44L),
          List.of(0x22L, 0x55L, 0x44L),
          List.of(0x44L, 0x11L, 0x55L),
          List.of(0x11L, 0x55L, 0x44L));

  /** Never changes: another placement would move every cluster's data. */
  @Test
  void theStoredExampleIsPlacedAsEver() {
    List<PeerDescription> nodes =
        List.of(
            node(0x11, "north", 1),
            node(0x22, "north", 2),
            node(0x33, "south", 1),
            node(0x44, "", 0.5),
            node(0x55, "south", 1));
    List<List<Long>> lists = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      lists.add(
          Placement.preferenceList(new PartitionId(i), nodes, 3).stream()
              .map(NodeId::value)
              .toList());
    }
    assertEquals(STORED, lists);
  }

  @Test
  void theFirstConfigurationsAreOneForEachPartitionInOrder() {
    Founding founding =
        new Founding(new ClusterId(new UUID(1, 2)), new ClusterShape(16, 3), nodes(5));
    List<Configuration> configurations = Placement.firstConfigurations(founding);
    assertEquals(16, configurations.size());
    for (int i = 0; i < 16; i++) {
      PartitionId partition = new PartitionId(i);
      assertEquals(
          Configuration.stable(
              partition, Epoch.FIRST, Placement.preferenceList(partition, nodes(5), 3)),
          configurations.get(i));
    }
  }

  @Test
  void fewerNodesThanCopiesHoldOneEach() {
    assertEquals(2, Placement.preferenceList(new PartitionId(0), nodes(2), 3).size());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theOrderInWhichNodesAreNamedDoesNotMatter(long seed) {
    List<PeerDescription> shuffled = new ArrayList<>(nodes(9));
    Collections.shuffle(shuffled, new Random(seed));
    for (int i = 0; i < 100; i++) {
      PartitionId partition = new PartitionId(i);
      assertEquals(
          Placement.preferenceList(partition, nodes(9), 3),
          Placement.preferenceList(partition, shuffled, 3));
    }
  }

  @Test
  void primariesFallInProportionToWeight() {
    // weights 1, 2, 3, 4
    List<PeerDescription> nodes = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      nodes.add(node(Hashing.mix(i), "", i));
    }
    Map<NodeId, Integer> first = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      first.merge(Placement.preferenceList(new PartitionId(i), nodes, 1).get(0), 1, Integer::sum);
    }
    for (PeerDescription node : nodes) {
      double share = first.getOrDefault(node.node(), 0) / (double) PARTITIONS;
      assertEquals(node.weight() / 10, share, 0.025, "weight " + node.weight());
    }
  }

  @Test
  void equalNodesHoldEqualShares() {
    Map<NodeId, Integer> copies = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      Placement.preferenceList(new PartitionId(i), nodes(8), 3)
          .forEach(node -> copies.merge(node, 1, Integer::sum));
    }
    for (PeerDescription node : nodes(8)) {
      double share = copies.getOrDefault(node.node(), 0) / (3.0 * PARTITIONS);
      assertEquals(1.0 / 8, share, 0.0125);
    }
  }

  @Test
  void noTwoCopiesShareAZoneWhileThereAreEnoughZones() {
    // {a, a, b, b, c, c}
    List<PeerDescription> nodes = zoned("a", "a", "b", "b", "c", "c");
    for (int i = 0; i < 500; i++) {
      List<NodeId> list = Placement.preferenceList(new PartitionId(i), nodes, 3);
      assertEquals(3, zones(nodes, list), "partition " + i);
    }
  }

  @Test
  void everyZoneIsUsedBeforeOneIsUsedTwice() {
    // {a, a, a, b}: three copies, two zones
    List<PeerDescription> nodes = zoned("a", "a", "a", "b");
    for (int i = 0; i < 500; i++) {
      List<NodeId> list = Placement.preferenceList(new PartitionId(i), nodes, 3);
      assertEquals(3, new HashSet<>(list).size());
      assertEquals(2, zones(nodes, list), "partition " + i);
    }
  }

  @Test
  void aNodeWithoutAZoneIsOneOfItsOwn() {
    List<PeerDescription> nodes = zoned("", "", "", "a");
    int withoutZone = 0;
    for (int i = 0; i < 500; i++) {
      List<NodeId> list = Placement.preferenceList(new PartitionId(i), nodes, 3);
      withoutZone += list.contains(nodes.get(3).node()) ? 0 : 1;
    }
    assertTrue(withoutZone > 50, "all three copies outside zones in " + withoutZone);
  }

  @Test
  void aJoiningNodeTakesItsShareAndNothingElseMoves() {
    int moved = 0;
    NodeId joined = nodes(9).get(8).node();
    for (int i = 0; i < PARTITIONS; i++) {
      PartitionId partition = new PartitionId(i);
      List<NodeId> before = Placement.preferenceList(partition, nodes(8), 3);
      List<NodeId> after = Placement.preferenceList(partition, nodes(9), 3);
      List<NodeId> gained = after.stream().filter(node -> !before.contains(node)).toList();
      assertTrue(gained.isEmpty() || gained.equals(List.of(joined)), "partition " + i);
      moved += gained.size();
    }
    assertEquals(1.0 / 9, moved / (3.0 * PARTITIONS), 0.0125);
  }

  @Test
  void aLeavingNodeMovesOnlyWhatItHeld() {
    NodeId left = nodes(9).get(8).node();
    for (int i = 0; i < PARTITIONS; i++) {
      PartitionId partition = new PartitionId(i);
      List<NodeId> before = Placement.preferenceList(partition, nodes(9), 3);
      List<NodeId> after = Placement.preferenceList(partition, nodes(8), 3);
      if (before.contains(left)) {
        assertEquals(2, after.stream().filter(before::contains).count());
      } else {
        assertEquals(before, after);
      }
    }
  }

  private static PeerDescription node(long id, String zone, double weight) {
    return new PeerDescription(new NodeId(id), zone, weight, "address");
  }

  private static List<PeerDescription> nodes(int count) {
    List<PeerDescription> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      nodes.add(node(Hashing.mix(i), "", 1));
    }
    return nodes;
  }

  private static List<PeerDescription> zoned(String... zones) {
    List<PeerDescription> nodes = new ArrayList<>();
    for (String zone : zones) {
      nodes.add(node(Hashing.mix(nodes.size() + 1L), zone, 1));
    }
    return nodes;
  }

  private static long zones(List<PeerDescription> nodes, List<NodeId> list) {
    return nodes.stream()
        .filter(node -> list.contains(node.node()))
        .map(PeerDescription::zone)
        .distinct()
        .count();
  }
}
