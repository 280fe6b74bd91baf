package io.aitta.quorum;

import static io.aitta.quorum.Replicas.A;
import static io.aitta.quorum.Replicas.ABC;
import static io.aitta.quorum.Replicas.B;
import static io.aitta.quorum.Replicas.C;
import static io.aitta.quorum.Replicas.KEY;
import static io.aitta.quorum.Replicas.applied;
import static io.aitta.quorum.Replicas.copy;
import static io.aitta.quorum.Replicas.nodes;
import static io.aitta.quorum.Replicas.time;
import static io.aitta.quorum.Replicas.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.PutOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What we do of Dynamo (DeCandia et al., SOSP 2007), one test for each sentence, in our own words.
 * Placement (§4.2, §4.3) has its own in {@code io.aitta.partition}. Not followed: vector clocks
 * (§4.4; one version order instead), the sloppy quorum (§4.6; a hint never counts), Merkle trees
 * and gossip of membership (§4.7, §4.8).
 */
final class DynamoPaperTest {

  /** §4.3: each key is replicated at a configured number of nodes, one of which may coordinate. */
  @Test
  void section43AWriteIsSentToEveryReplicaOfTheKey() {
    assertEquals(ABC.members(), nodes(put(Consistency.QUORUM).begin().sends()));
  }

  /** §4.5: a write succeeds once W nodes answered, whoever they are. */
  @Test
  void section45AWriteSucceedsAtWAnswersAndNotBefore() {
    PutCourse put = put(Consistency.QUORUM);
    put.begin();
    assertNull(put.replied(C, 1, applied(), Duration.ZERO).answer());
    assertInstanceOf(
        PutOutcome.Written.class, put.replied(A, 1, applied(), Duration.ZERO).answer());
  }

  /** §4.5: a read asks all replicas and waits for R of them. */
  @Test
  void section45AReadAsksAllAndAnswersAtR() {
    GetCourse get = get();
    assertEquals(ABC.members(), nodes(get.begin().sends()));
    assertNull(get.replied(B, 1, copy(value(1)), time(1)).answer());
    GetStep step = get.replied(C, 1, copy(value(1)), time(1));
    assertInstanceOf(GetOutcome.Found.class, step.answer());
  }

  /** §4.5: with R + W above the number of replicas, a read meets every earlier write. */
  @Test
  void section45ReadAndWriteQuorumsOverlap() {
    int quorum = Consistency.QUORUM.required(ABC.members().size());
    assertTrue(quorum + quorum > ABC.members().size());
  }

  /** §4.5: the latency is that of the slowest of the R or W replicas, not of all. */
  @Test
  void section45TheSlowestReplicaIsNotWaitedFor() {
    PutCourse put = put(Consistency.ONE);
    put.begin();
    PutStep step = put.replied(B, 1, applied(), Duration.ZERO);
    assertInstanceOf(PutOutcome.Written.class, step.answer());
    assertFalse(step.isSettled(), "the others are collected behind the answer");
  }

  /** §4.6: what an unreachable replica should have had is kept for it elsewhere, with its name. */
  @Test
  void section46AWriteForAReplicaThatIsDownIsKeptAsAHint() {
    PutCourse put = put(Consistency.QUORUM);
    put.begin();
    put.replied(A, 1, applied(), Duration.ZERO);
    put.replied(B, 1, applied(), Duration.ZERO);
    PutStep step = put.deadlineReached();
    assertEquals(List.of(C), step.hints());
    assertEquals(value(1), put.entry());
  }

  /** §5: a read that finds stale replicas sends them the newest version. */
  @Test
  void section5AReadRepairsTheReplicasThatItFoundStale() {
    GetCourse get = get();
    get.begin();
    get.replied(A, 1, copy(value(2)), time(2));
    get.replied(B, 1, copy(value(2)), time(2));
    assertEquals(List.of(C), nodes(get.replied(C, 1, copy(value(1)), time(2)).sends()));
  }

  private static PutCourse put(Consistency consistency) {
    return new PutCourse(
        new PutPlan(KEY, value(1), consistency, ABC, Set.of(), Map.of(), 3, "memory"));
  }

  private static GetCourse get() {
    return new GetCourse(new GetPlan(KEY, Consistency.QUORUM, ABC, Set.of(), A, time(1)));
  }
}
