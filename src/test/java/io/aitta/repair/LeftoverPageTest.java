package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftoverPageTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId STRANGER = new NodeId(3);
  private static final KeyVersion FIRST = record("first");
  private static final KeyVersion SECOND = record("second");

  private final LeftoverPage page =
      new LeftoverPage(
          Configuration.stable(new PartitionId(0), new Epoch(0, 3), List.of(A, B)),
          List.of(FIRST, SECOND));

  private static KeyVersion record(String key) {
    return new KeyVersion(
        Key.of("orders", key), new Version(HybridTime.ofMillis(500), new NodeId(7)), false);
  }

  private static Bytes bits(int bits) {
    return Bytes.wrap(new byte[] {(byte) bits});
  }

  @Test
  void isCompleteOnceEveryMemberHoldsEverything() {
    assertEquals(List.of(), page.recordConfirmed(A, bits(3)));
    assertFalse(page.isComplete(), "B has not answered");
    assertEquals(List.of(), page.recordConfirmed(B, bits(3)));
    assertTrue(page.isComplete());
  }

  @Test
  void whatAMemberLacksIsOfferedToItOnce() {
    page.recordConfirmed(A, bits(3));
    assertEquals(List.of(SECOND), page.recordConfirmed(B, bits(1)));
    assertEquals(List.of(), page.recordConfirmed(B, bits(1)), "a repetition");
    assertFalse(page.isComplete());
    page.recordSettled(A, SECOND.key());
    assertFalse(page.isComplete(), "another member took it");
    page.recordSettled(B, SECOND.key());
    assertTrue(page.isComplete());
  }

  @Test
  void aMemberThatSaysNothingIsNoMemberThatHoldsIt() {
    page.recordConfirmed(A, bits(3));
    assertEquals(List.of(), page.recordConfirmed(B, Bytes.EMPTY));
    assertTrue(page.isRefused());
    assertFalse(page.isComplete());
  }

  @Test
  void whoIsNoMemberCountsForNothing() {
    page.recordConfirmed(A, bits(3));
    assertEquals(List.of(), page.recordConfirmed(STRANGER, bits(0)));
    page.recordSettled(STRANGER, FIRST.key());
    assertFalse(page.isComplete());
  }
}
