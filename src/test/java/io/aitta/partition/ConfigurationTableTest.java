package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConfigurationTableTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final ClusterShape SHAPE = new ClusterShape(2, 2);
  private static final ConfigurationTable TABLE =
      ConfigurationTable.of(SHAPE, List.of(stable(0, 1, A, B), stable(1, 1, B, C)));

  @Test
  void findsTheConfigurationOfAKeysPartition() {
    Key key = Key.of("orders", "42");
    assertEquals(PartitionId.of(key, 2), TABLE.partitionOf(key));
    assertSame(TABLE.configuration(TABLE.partitionOf(key)), TABLE.configurationOf(key));
    assertEquals(2, TABLE.partitions());
    assertEquals(stable(1, 1, B, C), TABLE.all().get(1));
  }

  @Test
  void namesMembersAndTheirPartitions() {
    assertEquals(Set.of(A, B, C), TABLE.members());
    assertEquals(List.of(new PartitionId(0), new PartitionId(1)), TABLE.replicasOf(B));
    assertEquals(List.of(new PartitionId(1)), TABLE.replicasOf(C));
    assertEquals(List.of(), TABLE.replicasOf(new NodeId(9)));
  }

  @Test
  void aSuccessorOfAJointConfigurationIsAMember() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B), List.of(C));
    assertEquals(
        List.of(new PartitionId(0), new PartitionId(1)), TABLE.with(joint, true).replicasOf(C));
  }

  @Test
  void aNewerConfigurationReplacesAnOlderOneOfItsPartitionAlone() {
    Configuration newer = stable(0, 2, A, C);
    ConfigurationTable next = TABLE.with(newer, true);
    assertEquals(newer, next.configuration(new PartitionId(0)));
    assertEquals(stable(1, 1, B, C), next.configuration(new PartitionId(1)));
    assertEquals(stable(0, 1, A, B), TABLE.configuration(new PartitionId(0)), "immutable");
  }

  @Test
  void aConfigurationIsServedOnceItIsSaidToBe() {
    PartitionId partition = new PartitionId(0);
    assertTrue(TABLE.isServed(partition), "the first one is");
    ConfigurationTable next = TABLE.with(stable(0, 2, A, C), false);
    assertFalse(next.isServed(partition));
    assertTrue(next.isServed(new PartitionId(1)));
    assertTrue(next.with(stable(0, 2, A, C), true).isServed(partition));
  }

  @Test
  void theRosterIsNoPartition() {
    assertEquals(List.of(A, B, C), TABLE.roster().members());
    Configuration roster = Configuration.roster(new Epoch(0, 2), List.of(A, C), List.of());
    ConfigurationTable next = TABLE.with(roster, false);
    assertEquals(roster, next.roster());
    assertEquals(roster, next.configuration(PartitionId.ROSTER));
    assertEquals(TABLE.all(), next.all());
    assertFalse(next.isServed(PartitionId.ROSTER));
    assertEquals(Set.of(A, B, C), next.members());
  }

  @Test
  void refusesATableThatIsNotOneConfigurationForEachPartition() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ConfigurationTable.of(SHAPE, List.of(stable(0, 1, A))));
    assertThrows(
        IllegalArgumentException.class,
        () -> ConfigurationTable.of(SHAPE, List.of(stable(1, 1, A), stable(0, 1, A))));
  }

  private static Configuration stable(int partition, int epoch, NodeId... members) {
    return Configuration.stable(new PartitionId(partition), new Epoch(0, epoch), List.of(members));
  }
}
