package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.partition.PartitionState;
import io.aitta.storage.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoredPartitionsTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final PartitionId PARTITION = new PartitionId(7);
  private static final Configuration JOINT =
      new Configuration(PARTITION, new Epoch(1, 1), List.of(A), List.of(B, C));
  private static final Configuration STABLE =
      Configuration.stable(PARTITION, new Epoch(1, 2), List.of(B, C));

  private static void assertReadBack(PartitionState state) throws StorageException {
    assertEquals(state, StoredPartitions.decode(StoredPartitions.encode(state)));
  }

  @Test
  void readsBackWhatANodeKnowsOfAPartition() throws StorageException {
    assertEquals("partition-7", StoredPartitions.name(PARTITION));
    Succession installed = new Succession(JOINT, List.of(A, B));
    assertReadBack(new PartitionState(installed, false, Ballot.NONE, Ballot.NONE, null, null));
    assertReadBack(
        new PartitionState(installed, true, new Ballot(4, B), new Ballot(3, A), STABLE, null));
    assertReadBack(
        new PartitionState(
            installed, false, Ballot.NONE, Ballot.NONE, null, new Succession(STABLE, List.of(C))));
  }

  @Test
  void readsBackARosterWithItsRecoveries() throws StorageException {
    assertEquals("roster", StoredPartitions.name(PartitionId.ROSTER));
    Configuration roster = Configuration.roster(new Epoch(0, 3), List.of(A, B), List.of(JOINT));
    Configuration next = Configuration.roster(new Epoch(0, 4), List.of(B), List.of(JOINT));
    assertReadBack(
        new PartitionState(
            new Succession(roster, List.of(A, B, C)),
            true,
            new Ballot(2, C),
            new Ballot(2, C),
            next,
            null));
  }
}
