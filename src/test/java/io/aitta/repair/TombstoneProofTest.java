package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.repair.TombstoneProof.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TombstoneProofTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final Configuration ABC =
      Configuration.stable(new PartitionId(0), new Epoch(0, 3), List.of(A, B, C));
  private static final KeyVersion FIRST = dead("first");
  private static final KeyVersion SECOND = dead("second");
  private static final long WAIT = 30_000_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final TombstoneProof proof = new TombstoneProof(ABC, List.of(FIRST, SECOND), WAIT);

  private static KeyVersion dead(String key) {
    return new KeyVersion(
        Key.of("orders", key), new Version(HybridTime.ofMillis(500), new NodeId(7)), true);
  }

  private static Bytes bits(int bits) {
    return Bytes.wrap(new byte[] {(byte) bits});
  }

  @Test
  void asksEveryMemberTheNodeItselfIncluded() {
    assertEquals(List.of(A, B, C), proof.due(0));
    assertEquals(List.of(), proof.due(SECOND_NANOS), "they are asked already");
  }

  @Test
  void nothingIsProvenWhileAMemberIsSilent() {
    proof.recordConfirmed(A, bits(3), 0);
    proof.recordConfirmed(B, bits(3), 0);
    assertEquals(Phase.ASKING, proof.phase());
    assertEquals(List.of(), proof.proven());
  }

  @Test
  void dropsWhatAllHoldOnceTheLongestRequestIsOver() {
    // {A,B,C}: A read C before C had the tombstone, and may repair by that for as long as its get
    // lasts
    confirmAll(3, 3, 3, 100);
    assertEquals(Phase.WAITING, proof.phase());
    assertEquals(List.of(FIRST, SECOND), proof.proven());
    assertEquals(List.of(), proof.due(100 + WAIT - 1));
    assertEquals(List.of(A, B, C), proof.due(100 + WAIT));
    assertEquals(Phase.DROPPING, proof.phase());
    List.of(A, B, C).forEach(proof::recordDropped);
    assertEquals(Phase.OVER, proof.phase());
  }

  @Test
  void whatOneMemberLacksIsNotProvenAndIsGivenToIt() {
    // {A,B,C} → {A,B,D} with D as C here: D copied k=v1, and the delete was acknowledged by A and B
    confirmAll(3, 3, 2, 0);
    assertEquals(List.of(SECOND), proof.proven());
    assertEquals(List.of(FIRST), proof.missing(C));
    assertEquals(List.of(), proof.missing(A));
  }

  @Test
  void isOverIfNothingIsHeldByAll() {
    confirmAll(1, 2, 3, 0);
    assertEquals(Phase.OVER, proof.phase());
    assertEquals(List.of(), proof.proven());
    assertEquals(List.of(SECOND), proof.missing(A));
    assertEquals(List.of(FIRST), proof.missing(B));
  }

  @Test
  void isOverIfAMemberConfirmsNothing() {
    proof.recordConfirmed(A, bits(3), 0);
    proof.recordConfirmed(B, Bytes.EMPTY, 0);
    assertEquals(Phase.OVER, proof.phase());
    proof.recordConfirmed(C, bits(3), 0);
    assertEquals(Phase.OVER, proof.phase());
  }

  @Test
  void asksThoseAgainWhoDidNotAnswerAndGivesUp() {
    assertEquals(List.of(A, B, C), proof.due(0));
    proof.recordConfirmed(B, bits(3), 1);
    int asked = 1;
    long now = 0;
    while (proof.phase() == Phase.ASKING) {
      now += 2 * SECOND_NANOS;
      asked += proof.due(now).equals(List.of(A, C)) ? 1 : 0;
    }
    assertEquals(Phase.OVER, proof.phase());
    assertEquals(5, asked);
  }

  @Test
  void aMemberThatDoesNotSayThatItDroppedIsToldAgain() {
    confirmAll(3, 3, 3, 0);
    assertEquals(List.of(A, B, C), proof.due(WAIT));
    proof.recordDropped(A);
    proof.recordDropped(C);
    assertEquals(List.of(B), proof.due(WAIT + 2 * SECOND_NANOS));
    proof.recordDropped(B);
    assertEquals(Phase.OVER, proof.phase());
  }

  @Test
  void whoIsNoMemberCountsForNothing() {
    NodeId stranger = new NodeId(9);
    proof.recordConfirmed(A, bits(3), 0);
    proof.recordConfirmed(B, bits(3), 0);
    proof.recordConfirmed(stranger, bits(3), 0);
    assertEquals(Phase.ASKING, proof.phase());
    assertEquals(List.of(), proof.missing(stranger));
    proof.recordConfirmed(C, bits(3), 0);
    proof.due(WAIT);
    List.of(A, B, stranger).forEach(proof::recordDropped);
    assertEquals(Phase.DROPPING, proof.phase());
  }

  @Test
  void nothingIsProvenInAJointConfiguration() {
    Configuration joint =
        new Configuration(ABC.partition(), ABC.epoch(), List.of(A, B, C), List.of(A, B));
    assertThrows(
        IllegalArgumentException.class, () -> new TombstoneProof(joint, List.of(FIRST), WAIT));
  }

  private void confirmAll(int ofA, int ofB, int ofC, long nowNanos) {
    proof.recordConfirmed(A, bits(ofA), nowNanos);
    proof.recordConfirmed(B, bits(ofB), nowNanos);
    proof.recordConfirmed(C, bits(ofC), nowNanos);
  }
}
