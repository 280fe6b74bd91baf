package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Founding;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
import io.aitta.partition.FoundingState;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.replica.NodeMetadata.Identity;
import io.aitta.storage.StorageException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class NodeMetadataTest {
  private static final Founding FOUNDING =
      new Founding(
          new ClusterId(new UUID(1, 2)),
          new ClusterShape(256, 3),
          List.of(
              new PeerDescription(new NodeId(1), "north", 1.5, "one:1"),
              new PeerDescription(new NodeId(-1), "", 1, "two:2")));

  @Test
  void readsBackWhatItWrote() throws StorageException {
    Identity identity = new Identity(new NodeId(-5), 7);
    assertEquals(identity, NodeMetadata.decodeIdentity(NodeMetadata.encodeIdentity(identity)));
    Ceilings ceilings = new Ceilings(HybridTime.ofMillis(9), new HybridTime(11));
    assertEquals(ceilings, NodeMetadata.decodeCeilings(NodeMetadata.encodeCeilings(ceilings)));
    Set<PartitionId> recovering = Set.of(new PartitionId(3), new PartitionId(255));
    assertEquals(
        recovering, NodeMetadata.decodeRecovering(NodeMetadata.encodeRecovering(recovering)));
    Map<NodeId, SeenRuns> peers =
        Map.of(
            new NodeId(1),
            SeenRuns.NONE,
            new NodeId(3),
            new SeenRuns(Incarnation.of(4, -1), new HybridTime(12), new HybridTime(11)));
    assertEquals(peers, NodeMetadata.decodePeers(NodeMetadata.encodePeers(peers)));
    assertEquals("why", NodeMetadata.decodeSetBack(NodeMetadata.encodeSetBack("why")));
  }

  @Test
  void readsBackEveryStateOfAFounding() throws StorageException {
    Ballot promised = new Ballot(9, new NodeId(2));
    Ballot accepted = new Ballot(8, new NodeId(1));
    for (FoundingState state :
        List.of(
            FoundingState.NONE,
            new FoundingState(promised, Ballot.NONE, null, null, false, null),
            new FoundingState(promised, accepted, FOUNDING, null, false, FOUNDING.cluster()),
            new FoundingState(promised, accepted, FOUNDING, FOUNDING, true, null))) {
      assertEquals(state, NodeMetadata.decodeFounding(NodeMetadata.encodeFounding(state)));
    }
  }

  /** What a version wrote, every later one must read. */
  @Test
  void readsTheStoredBytesOfFormatOne() throws StorageException {
    assertEquals(
        new Identity(new NodeId(0x1122334455667788L), 3),
        NodeMetadata.decodeIdentity(bytes("01112233445566778800000003")));
    assertEquals(
        new Ceilings(new HybridTime(0x10000), new HybridTime(0x20001)),
        NodeMetadata.decodeCeilings(bytes("0100000000000100000000000000020001")));
    assertEquals(
        Map.of(new NodeId(5), new SeenRuns(Incarnation.of(1, 0), HybridTime.ZERO, HybridTime.ZERO)),
        NodeMetadata.decodePeers(bytes("0100000001000000000000000500000002")));
  }

  @Test
  void aNewerFormatIsNamedAsSuch() {
    StorageException e =
        assertThrows(
            StorageException.class,
            () -> NodeMetadata.decodeIdentity(bytes("02112233445566778800000003")));
    assertEquals(StorageException.Kind.FORMAT, e.kind());
  }

  @Test
  void whatIsCutShortOrSenselessIsCorrupt() {
    for (String hex : List.of("", "01", "0111", "01ffffffff", "017fffffff", "01000000020000")) {
      StorageException e =
          assertThrows(StorageException.class, () -> NodeMetadata.decodePeers(bytes(hex)), hex);
      assertEquals(StorageException.Kind.CORRUPT, e.kind());
    }
    assertThrows(
        StorageException.class,
        () -> NodeMetadata.decodeCeilings(bytes("01ffffffffffffffff0000000000000000")),
        "a negative time");
  }

  private static Bytes bytes(String hex) {
    return Bytes.wrap(HexFormat.of().parseHex(hex));
  }
}
