package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentifiersTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  @Test
  void aNodeIdReadsBackItsText() {
    for (long value : new long[] {0, 1, -1, Long.MIN_VALUE, 0xABCDEF}) {
      NodeId node = new NodeId(value);
      assertEquals(16, node.toString().length());
      assertEquals(node, NodeId.parse(node.toString()));
    }
    assertThrows(IllegalArgumentException.class, () -> NodeId.parse("ab"));
    assertThrows(IllegalArgumentException.class, () -> NodeId.parse("zzzzzzzzzzzzzzzz"));
  }

  @Test
  void nodeIdsAreOrderedUnsigned() {
    assertTrue(new NodeId(-1).compareTo(A) > 0);
    assertTrue(NodeId.NONE.compareTo(A) < 0);
  }

  @Test
  void anEpochIsOrderedByItsTermFirst() {
    assertTrue(new Epoch(1, 1).compareTo(new Epoch(0, 9)) > 0);
    assertTrue(new Epoch(1, 1).compareTo(new Epoch(1, 2)) < 0);
    assertEquals("1.2", new Epoch(1, 2).toString());
    assertThrows(IllegalArgumentException.class, () -> new Epoch(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Epoch(0, -1));
  }

  @Test
  void aBallotIsOrderedByItsRoundFirst() {
    assertTrue(new Ballot(2, A).isAbove(new Ballot(1, B)));
    assertTrue(new Ballot(1, B).isAbove(new Ballot(1, A)));
    assertFalse(new Ballot(1, A).isAbove(new Ballot(1, A)));
    assertTrue(new Ballot(1, A).isAbove(Ballot.NONE));
    assertEquals("1-0000000000000001", new Ballot(1, A).toString());
  }

  @Test
  void anIncarnationKeepsItsStartCounterApartFromItsRandomBits() {
    Incarnation incarnation = Incarnation.of(7, -1);
    assertEquals(7, incarnation.startCounter());
    assertNotEquals(incarnation, Incarnation.of(7, 0));
    assertEquals(0, Incarnation.UNKNOWN.startCounter());
    assertThrows(IllegalArgumentException.class, () -> Incarnation.of(0, 1));
  }

  @Test
  void aClusterIdReadsBackItsText() {
    ClusterId cluster = new ClusterId(new UUID(1, 2));
    assertEquals(cluster, ClusterId.parse(cluster.toString()));
  }

  @Test
  void everyPartitionOfTheLargestShapeHasAnId() {
    ClusterShape largest = new ClusterShape(PartitionId.MAX_COUNT, 64);
    assertEquals("32767", new PartitionId(largest.partitions() - 1).toString());
    assertTrue(new PartitionId(1).compareTo(new PartitionId(2)) < 0);
    assertThrows(
        IllegalArgumentException.class, () -> new PartitionId(2 * PartitionId.MAX_COUNT + 1));
    assertThrows(IllegalArgumentException.class, () -> new PartitionId(-1));
  }

  @Test
  void whatIsSetAsideOfAPartitionIsNoPartition() {
    PartitionId first = new PartitionId(0);
    PartitionId last = new PartitionId(PartitionId.MAX_COUNT - 1);
    for (PartitionId partition : List.of(first, last)) {
      assertFalse(partition.isSetAside());
      assertEquals(partition, partition.origin());
      assertTrue(partition.setAside().isSetAside());
      assertFalse(partition.setAside().isRoster());
      assertEquals(partition, partition.setAside().origin());
    }
    assertThrows(IllegalStateException.class, PartitionId.ROSTER::setAside);
    assertThrows(IllegalStateException.class, first.setAside()::setAside);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, PartitionId.MAX_COUNT + 1})
  void refusesAShapeWithOtherPartitions(int partitions) {
    assertThrows(IllegalArgumentException.class, () -> new ClusterShape(partitions, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65})
  void refusesAShapeWithOtherReplicationFactors(int factor) {
    assertThrows(IllegalArgumentException.class, () -> new ClusterShape(16, factor));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, 1_000_001})
  void refusesOtherWeights(double weight) {
    assertThrows(
        IllegalArgumentException.class, () -> new PeerDescription(A, "", weight, "address"));
  }

  @Test
  void aConfigurationHasDistinctMembers() {
    PartitionId partition = new PartitionId(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> Configuration.stable(partition, Epoch.FIRST, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Configuration.stable(partition, Epoch.FIRST, List.of(A, A)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Configuration(partition, Epoch.FIRST, List.of(A), List.of(B, B)));
  }

  @Test
  void aJointConfigurationHasEveryReplicaOnce() {
    NodeId c = new NodeId(3);
    Configuration joint =
        new Configuration(new PartitionId(0), Epoch.FIRST, List.of(A, B), List.of(B, c));
    assertTrue(joint.isJoint());
    assertEquals(List.of(A, B, c), joint.replicas());
    assertTrue(joint.hasReplica(A));
    assertTrue(joint.hasReplica(c));
    assertFalse(joint.hasReplica(new NodeId(4)));
  }
}
