package io.aitta.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClockComparisonTest {
  private static final NodeId SELF = new NodeId(1);
  private static final long BOUND = 10_000;

  /** So many members, this node the first, of which so many are behind it. */
  private static boolean isAhead(int members, int behind, long aheadMillis) {
    Set<NodeId> all = new HashSet<>();
    Map<NodeId, Long> ahead = new HashMap<>();
    for (int i = 1; i <= members; i++) {
      all.add(new NodeId(i));
      ahead.put(new NodeId(i), i > 1 && i <= behind + 1 ? aheadMillis : 0);
    }
    return ClockComparison.isAhead(SELF, all, ahead, BOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, false",
    "2, 0, false",
    "2, 1, true",
    "3, 0, false",
    "3, 1, false",
    "3, 2, true",
    "4, 1, false",
    "4, 2, true",
    "5, 2, false",
    "5, 3, true",
    "5, 4, true"
  })
  void isAheadWhenItIsOfAMajorityOfTheOthers(int members, int behind, boolean isAhead) {
    assertEquals(isAhead, isAhead(members, behind, BOUND + 1));
  }

  /** {A, B | C}: C's clock stands still, and A and B go on putting. */
  @Test
  void oneClockThatIsBehindDoesNotStopTheOthers() {
    assertFalse(isAhead(3, 1, Long.MAX_VALUE));
  }

  @Test
  void theBoundItselfIsNotBeyondIt() {
    assertFalse(isAhead(3, 2, BOUND));
    assertFalse(isAhead(3, 2, -BOUND - 1));
  }

  @Test
  void whoWasNeverHeardDoesNotVote() {
    Set<NodeId> members = Set.of(SELF, new NodeId(2), new NodeId(3));
    assertFalse(
        ClockComparison.isAhead(SELF, members, Map.of(new NodeId(2), BOUND + 1), BOUND), "of one");
    assertFalse(ClockComparison.isAhead(SELF, members, Map.of(), BOUND));
  }

  @Test
  void strangersDoNotVote() {
    Set<NodeId> members = Set.of(SELF, new NodeId(2));
    Map<NodeId, Long> ahead = Map.of(new NodeId(8), BOUND + 1, new NodeId(9), BOUND + 1);
    assertFalse(ClockComparison.isAhead(SELF, members, ahead, BOUND));
  }

  @Test
  void aNodeThatIsNoMemberIsHeldAgainstThemAll() {
    Set<NodeId> members = Set.of(new NodeId(2), new NodeId(3), new NodeId(4));
    Map<NodeId, Long> two = Map.of(new NodeId(2), BOUND + 1, new NodeId(3), BOUND + 1);
    assertTrue(ClockComparison.isAhead(SELF, members, two, BOUND));
    assertFalse(
        ClockComparison.isAhead(SELF, members, Map.of(new NodeId(2), BOUND + 1), BOUND), "of one");
  }
}
