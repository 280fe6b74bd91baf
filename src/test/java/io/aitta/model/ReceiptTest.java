package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReceiptTest {
  @Test
  void countsTheAcknowledgedAlone() {
    List<ReplicaReceipt> replicas = new ArrayList<>();
    for (ReplicaReceipt.State state : ReplicaReceipt.State.values()) {
      replicas.add(new ReplicaReceipt(new NodeId(replicas.size() + 1L), "", state, null, null));
    }
    Receipt receipt = new Receipt(Version.NONE, Epoch.FIRST, 2, 5, "memory", replicas);
    assertEquals(1, receipt.acknowledged());
    assertFalse(receipt.isUnderReplicated());
    Receipt young = new Receipt(Version.NONE, Epoch.FIRST, 2, 6, "memory", replicas);
    assertTrue(young.isUnderReplicated());
  }

  @ParameterizedTest
  @EnumSource(WriteResult.class)
  void aReplyShowsWhatIsHeldExactlyIfItWasNotApplied(WriteResult result) {
    Entry held = Entry.tombstone(Version.NONE);
    boolean isApplied = result == WriteResult.APPLIED;
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReplicaReply.Wrote(result, isApplied ? held : null));
    ReplicaReply.Wrote wrote = new ReplicaReply.Wrote(result, isApplied ? null : held);
    assertEquals(
        isApplied || result == WriteResult.APPLIED_SINCE_OVERWRITTEN, wrote.result().isApplied());
  }

  @Test
  void anAbsentCopyHasNoVersion() {
    Version version = new Version(HybridTime.ofMillis(1), new NodeId(1));
    assertEquals(Version.NONE, new ReplicaReply.Copy(null).version());
    assertEquals(version, new ReplicaReply.Copy(Entry.tombstone(version)).version());
  }

  @Test
  void aliveAndSuspectPeersAreAskedAndNoOthers() {
    List<PeerState> asked =
        List.of(PeerState.values()).stream().filter(PeerState::isAsked).toList();
    assertEquals(List.of(PeerState.ALIVE, PeerState.SUSPECT), asked);
  }
}
