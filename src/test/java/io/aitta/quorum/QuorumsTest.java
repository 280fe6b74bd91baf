package io.aitta.quorum;

import static io.aitta.quorum.Replicas.A;
import static io.aitta.quorum.Replicas.ABC;
import static io.aitta.quorum.Replicas.B;
import static io.aitta.quorum.Replicas.C;
import static io.aitta.quorum.Replicas.D;
import static io.aitta.quorum.Replicas.E;
import static io.aitta.quorum.Replicas.joint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuorumsTest {
  private static final Configuration JOINT = joint(1, List.of(A, B, C), List.of(C, D, E));

  @Test
  void countsNodesOfTheSetAlone() {
    assertEquals(2, Quorums.count(ABC.members(), Set.of(A, C, D, E)::contains));
    assertTrue(Quorums.isReached(ABC, Consistency.QUORUM, Set.of(A, C)::contains));
    assertFalse(Quorums.isReached(ABC, Consistency.QUORUM, Set.of(A, D, E)::contains));
  }

  @Test
  void aJointConfigurationNeedsAMajorityOfEachSet() {
    assertFalse(Quorums.isReached(JOINT, Consistency.QUORUM, Set.of(A, B, D)::contains));
    assertFalse(Quorums.isReached(JOINT, Consistency.QUORUM, Set.of(A, D, E)::contains));
    assertTrue(Quorums.isReached(JOINT, Consistency.QUORUM, Set.of(A, B, D, E)::contains));
  }

  @Test
  void aNodeInBothSetsCountsInBoth() {
    assertTrue(Quorums.isReached(JOINT, Consistency.QUORUM, Set.of(A, C, D)::contains));
    assertTrue(Quorums.isReached(JOINT, Consistency.ONE, Set.of(C)::contains));
  }

  @ParameterizedTest
  @CsvSource({"ONE, false", "TWO, false", "THREE, false", "QUORUM, false", "ALL, false"})
  void threeMembersSufficeForEveryConsistency(Consistency consistency, boolean isTooMany) {
    assertEquals(isTooMany, Quorums.asksForTooMany(ABC.members(), consistency));
  }

  @Test
  void moreThanThereAreIsTooMany() {
    assertTrue(Quorums.asksForTooMany(List.of(A, B), Consistency.THREE));
    assertTrue(Quorums.asksForTooMany(List.of(A), Consistency.TWO));
  }
}
