package io.aitta.liveness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.liveness.StartComparison.Verdict;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One test per row of the table in {@link StartComparison}, in its order. */
final class StartComparisonTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId PEER = new NodeId(2);
  private static final Incarnation RUN = Incarnation.of(5, 100);
  private static final HybridTime BEGAN = HybridTime.ofMillis(1000);
  private static final ClusterId OWN = new ClusterId(new UUID(0, 1));
  private static final ClusterId OTHER = new ClusterId(new UUID(0, 2));
  private static final StartComparison COMPARISON = new StartComparison(SELF, RUN, BEGAN);

  private static Greeting greeting(
      NodeId from,
      Incarnation run,
      @Nullable ClusterId cluster,
      boolean serves,
      int starts,
      @Nullable SeenRuns remembered) {
    return greeting(from, run, cluster, serves, starts, SELF, remembered);
  }

  private static Greeting greeting(
      NodeId from,
      Incarnation run,
      @Nullable ClusterId cluster,
      boolean serves,
      int starts,
      @Nullable NodeId receiver,
      @Nullable SeenRuns remembered) {
    return new Greeting(
        new PeerDescription(from, "", 1, "somewhere"),
        run,
        cluster,
        serves,
        new ClusterShape(4, 3),
        BEGAN,
        1000,
        starts,
        true,
        false,
        receiver,
        remembered);
  }

  /** The one that was here before started as often, or more often. */
  @Test
  void whatAPeerRemembersOfAnotherNodeSaysNothing() {
    for (NodeId other : Arrays.asList(new NodeId(3), NodeId.NONE, null)) {
      for (Incarnation last : List.of(Incarnation.of(6, 1), Incarnation.of(5, 99), RUN)) {
        assertEquals(
            Verdict.NOTHING,
            COMPARISON.judge(
                greeting(
                    PEER,
                    Incarnation.of(9, 9),
                    OWN,
                    true,
                    last.startCounter(),
                    other,
                    new SeenRuns(last, BEGAN, BEGAN)),
                OWN,
                false));
      }
    }
  }

  private static Verdict ofTwin(Incarnation run, boolean serves, boolean isServing) {
    return COMPARISON.judge(greeting(SELF, run, OWN, serves, 0, null), OWN, isServing);
  }

  private static Verdict ofPeer(@Nullable SeenRuns remembered, boolean isServing) {
    int starts = remembered == null ? 0 : remembered.last().startCounter();
    return COMPARISON.judge(
        greeting(PEER, Incarnation.of(9, 9), OWN, true, starts, remembered), OWN, isServing);
  }

  private static SeenRuns seen(Incarnation last, HybridTime earlier) {
    return new SeenRuns(last, HybridTime.ofMillis(5000), earlier);
  }

  @Test
  void itsOwnGreetingSaysNothing() {
    assertEquals(Verdict.NOTHING, ofTwin(RUN, true, false));
  }

  @Test
  void ofTwoWithOneIdTheOneThatServesGoesOn() {
    assertEquals(Verdict.COPY, ofTwin(Incarnation.of(4, 1), true, false));
    assertEquals(Verdict.NOTHING, ofTwin(Incarnation.of(6, 1), false, true));
  }

  @Test
  void ofTwoWithOneIdThatBothServeOrBothDoNotTheOneWithMoreStartsGoesOn() {
    for (boolean serve : List.of(true, false)) {
      assertEquals(Verdict.NOTHING, ofTwin(Incarnation.of(4, 1), serve, serve));
      assertEquals(Verdict.COPY, ofTwin(Incarnation.of(6, 1), serve, serve));
    }
  }

  @Test
  void ofTwoCopiesWithAsManyStartsExactlyOneGoesOn() {
    Incarnation twin = Incarnation.of(5, 200);
    assertEquals(Verdict.COPY, ofTwin(twin, false, false));
    Greeting own = greeting(SELF, RUN, OWN, false, 0, null);
    assertEquals(Verdict.NOTHING, new StartComparison(SELF, twin, BEGAN).judge(own, OWN, false));
  }

  @Test
  void whatOneOfAnotherClusterRemembersIsNotHeeded() {
    Greeting foreign = greeting(PEER, RUN, OTHER, true, 99, seen(Incarnation.of(99, 1), BEGAN));
    assertEquals(Verdict.FOREIGN, COMPARISON.judge(foreign, OWN, false));
    assertEquals(Verdict.FOREIGN, COMPARISON.judge(foreign, OWN, true));
    assertEquals(Verdict.SET_BACK, COMPARISON.judge(foreign, null, false), "it has no cluster yet");
    Greeting empty = greeting(PEER, RUN, null, false, 99, seen(Incarnation.of(99, 1), BEGAN));
    assertEquals(Verdict.SET_BACK, COMPARISON.judge(empty, OWN, false));
  }

  @Test
  void dataThatForgotStartsWasSetBack() {
    assertEquals(Verdict.SET_BACK, ofPeer(seen(Incarnation.of(6, 100), BEGAN), false));
    assertEquals(Verdict.SET_BACK, ofPeer(seen(Incarnation.of(6, 100), BEGAN), true));
    Greeting counterAlone = greeting(PEER, RUN, OWN, true, 6, null);
    assertEquals(Verdict.SET_BACK, COMPARISON.judge(counterAlone, OWN, true));
  }

  @Test
  void dataFromWhichAnotherRunStartedAsOftenWasSetBack() {
    SeenRuns another = seen(Incarnation.of(5, 101), HybridTime.ZERO);
    assertEquals(Verdict.SET_BACK, ofPeer(another, false));
    assertEquals(Verdict.NOTHING, ofPeer(another, true));
  }

  @Test
  void whoHasNotHeardOfThisRunHasComparedNothing() {
    assertEquals(Verdict.NOTHING, ofPeer(null, false));
    assertEquals(Verdict.NOTHING, ofPeer(SeenRuns.NONE, false));
    assertEquals(Verdict.NOTHING, ofPeer(seen(Incarnation.of(4, 1), BEGAN), false));
  }

  @Test
  void dataThatBeganBelowATimeOfAnEarlierRunWasSetBack() {
    assertEquals(Verdict.SET_BACK, ofPeer(seen(RUN, BEGAN.next()), false));
    assertEquals(Verdict.SET_BACK, ofPeer(seen(RUN, BEGAN.next()), true));
  }

  @Test
  void whoKnowsThisRunAndNothingLaterWasComparedWith() {
    assertEquals(Verdict.COMPARED, ofPeer(seen(RUN, BEGAN), false));
    assertEquals(Verdict.COMPARED, ofPeer(seen(RUN, HybridTime.ZERO), false));
  }

  @Test
  void aNodeStrayedWhenMoreThanHalfOfAllServeOneOtherCluster() {
    assertTrue(StartComparison.isOutnumbered(OWN, List.of(OTHER, OTHER, OTHER), 5));
    assertFalse(StartComparison.isOutnumbered(OWN, List.of(OTHER, OTHER), 4), "half of them");
    assertFalse(StartComparison.isOutnumbered(OWN, List.of(OTHER), 2), "one stray");
    assertFalse(StartComparison.isOutnumbered(OWN, List.of(OWN, OWN, OWN, OTHER), 5));
    ClusterId third = new ClusterId(new UUID(0, 3));
    assertFalse(StartComparison.isOutnumbered(OWN, List.of(OTHER, third, third), 4), "two others");
  }
}
