package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import org.junit.jupiter.api.Test;

final class LinkSequencesTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final Incarnation FIRST = Incarnation.of(1, 7);
  private static final Incarnation SECOND = Incarnation.of(2, 7);

  private final LinkSequences sequences = new LinkSequences();

  @Test
  void takesAFrameUpOnceInWhateverOrderFramesCome() {
    assertTrue(sequences.admit(A, FIRST, 1));
    assertFalse(sequences.admit(A, FIRST, 1));
    assertTrue(sequences.admit(A, FIRST, 5), "overtook those between them");
    assertTrue(sequences.admit(A, FIRST, 4), "a large one, which came in pieces");
    assertFalse(sequences.admit(A, FIRST, 4));
    assertFalse(sequences.admit(A, FIRST, 5));
    assertTrue(sequences.admit(B, FIRST, 1), "another link");
  }

  @Test
  void remembersTheLinksOfTheLatestStartsAlone() {
    sequences.admit(A, FIRST, 1);
    sequences.admit(B, FIRST, 1);
    assertEquals(2, sequences.links());
    sequences.admit(A, SECOND, 1);
    sequences.admit(A, FIRST, 2);
    assertEquals(2, sequences.links());
  }

  @Test
  void whatIsOlderThanTheWindowCameTooLate() {
    assertTrue(sequences.admit(A, FIRST, 1));
    assertTrue(sequences.admit(A, FIRST, 2_000));
    assertFalse(sequences.admit(A, FIRST, 2_000 - LinkSequences.WINDOW));
    assertTrue(sequences.admit(A, FIRST, 2_001 - LinkSequences.WINDOW));
    assertFalse(sequences.admit(A, FIRST, 2_001 - LinkSequences.WINDOW));
  }

  @Test
  void aSequenceThatNobodyCountsToIsNoWayBack() {
    assertTrue(sequences.admit(A, FIRST, Long.MIN_VALUE));
    assertTrue(sequences.admit(A, FIRST, 7));
    assertTrue(sequences.admit(A, FIRST, Long.MAX_VALUE));
    assertFalse(sequences.admit(A, FIRST, Long.MIN_VALUE));
    assertFalse(sequences.admit(A, FIRST, 7));
    assertFalse(sequences.admit(A, FIRST, Long.MAX_VALUE));
    assertTrue(sequences.admit(A, FIRST, Long.MAX_VALUE - 1));
  }

  @Test
  void aRestartedSenderBeginsAnewAndItsEarlierRunIsOver() {
    assertTrue(sequences.admit(A, FIRST, 9));
    assertTrue(sequences.admit(A, SECOND, 1));
    assertFalse(sequences.admit(A, FIRST, 10));
    assertFalse(sequences.admit(A, SECOND, 1));
    assertTrue(sequences.admit(A, SECOND, 2));
  }

  @Test
  void twoRunsOfOneStartCounterDoNotReopenEachOther() {
    // a restored backup starts under the counter that another run used
    Incarnation restored = Incarnation.of(1, 8);
    assertTrue(sequences.admit(A, FIRST, 3));
    assertTrue(sequences.admit(A, restored, 1));
    assertFalse(sequences.admit(A, FIRST, 3), "taken up before");
    assertFalse(sequences.admit(A, restored, 1), "taken up before");
    assertTrue(sequences.admit(A, FIRST, 4));
  }

  @Test
  void theRunsOfOneStartCounterAreBounded() {
    for (int bits = 0; bits < 16; bits++) {
      assertTrue(sequences.admit(A, Incarnation.of(1, bits), 1));
    }
    assertFalse(sequences.admit(A, Incarnation.of(1, 16), 1));
    assertTrue(sequences.admit(A, SECOND, 1));
  }

  @Test
  void beyondTheBoundTheSenderThatWasSilentLongestIsForgotten() {
    sequences.admit(A, FIRST, 1);
    sequences.admit(B, FIRST, 1);
    for (long node = 10; node < 10 + 4_094; node++) {
      sequences.admit(new NodeId(node), FIRST, 1);
    }
    assertFalse(sequences.admit(A, FIRST, 1), "still known, and heard last now");
    sequences.admit(new NodeId(5_000_000), FIRST, 1);
    assertTrue(sequences.admit(B, FIRST, 1), "forgotten");
    assertFalse(sequences.admit(A, FIRST, 1));
  }
}
