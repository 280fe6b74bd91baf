package io.aitta.partition;

import static io.aitta.partition.Founders.description;
import static io.aitta.partition.Founders.empty;
import static io.aitta.partition.Founders.ownId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.partition.Bootstrap.Phase;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BootstrapTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final Ballot LOW = new Ballot(1, A);
  private static final Ballot HIGH = new Ballot(2, B);

  @Test
  void threeEmptyNodesFoundOneClusterAndThenServe() {
    Founders nodes = started(3, A, B, C);
    nodes.tick(A, 0);
    assertEquals(Phase.AGREEING, nodes.node(A).phase());
    nodes.settle(0);
    for (NodeId node : List.of(A, B, C)) {
      assertEquals(Phase.ACTIVE, nodes.node(node).phase());
      assertEquals("founded", nodes.node(node).condition());
      assertTrue(nodes.disk(node).isActive());
      assertEquals(founding(A, A, B, C), nodes.disk(node).decided());
    }
    nodes.tick(A, 1_000);
    assertEquals(List.of(), nodes.messages(), "nothing is left to say");
  }

  @Test
  void aLoneNodeFoundsItsClusterAtOnce() {
    Founders nodes = started(1, A);
    nodes.tick(A, 0);
    assertEquals(Phase.ACTIVE, nodes.node(A).phase());
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void waitsWhileTooFewAreUp() {
    Founders nodes = started(3, A, B);
    assertEquals("starting", nodes.node(A).condition());
    nodes.tick(A, 0);
    assertEquals(Phase.WAITING, nodes.node(A).phase());
    assertEquals("waiting for [3] founders, [2] are up and empty", nodes.node(A).condition());
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void aNodeThatFoundsNoClusterWaitsForEver() {
    Founders nodes = started(0, A, B);
    nodes.tick(A, 0);
    assertEquals(Phase.WAITING, nodes.node(A).phase());
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void anEmptyNodeAsksToJoinTheClusterThatAnotherBelongsTo() {
    Founders nodes = started(2, A, B);
    ClusterId other = new ClusterId(new UUID(9, 9));
    FounderCandidate member = member(B, other, true);
    BootstrapStep step = nodes.node(A).tick(0, List.of(member, empty(C)), Set.of());
    assertEquals(List.of(new FoundingMessage.AskedToJoin(A, B)), step.sends());
    assertEquals(Phase.WAITING, nodes.node(A).phase());
    assertTrue(nodes.node(A).condition().contains("joining cluster [" + other + "]"));
  }

  @Test
  void emptyNodesThatHeardOfAClusterFoundNoneThoughItsNodesAreGone() {
    // {A,B} of a cluster | {C,D}, empty: A was heard by C, and is dead, then forgotten
    Founders nodes = started(2, C, D);
    ClusterId other = new ClusterId(new UUID(9, 9));
    nodes.perform(C, nodes.node(C).tick(0, List.of(member(A, other, false), empty(D)), Set.of()));
    nodes.tick(C, 10_000);
    nodes.start(C);
    nodes.tick(C, 20_000);
    assertEquals(List.of(), nodes.messages(), "C proposes nothing, nor after a restart");
    nodes.tick(D, 0);
    nodes.tick(D, 20_000);
    assertEquals(1, nodes.messages().size(), "D, which heard of none, asks C");
    nodes.settle(20_000);
    nodes.deliver(new FoundingMessage.Accept(D, C, HIGH, founding(D, C, D)), 20_000);
    nodes.deliver(new FoundingMessage.Decided(D, C, founding(D, C, D)), 20_000);
    assertEquals(List.of(), nodes.messages(), "and gets no answer");
    assertNull(nodes.disk(C).accepted());
    assertNull(nodes.disk(C).decided());
    nodes.tick(D, 30_000);
    assertTrue(nodes.node(D).condition().contains("no answer of node [" + C + "] at node-3"));
  }

  @Test
  void nothingIsFoundedUntilEveryMemberGreeted() {
    Founders nodes = started(2, A, B);
    BootstrapStep step = nodes.node(A).tick(0, List.of(empty(B)), Set.of("node-9", "node-8"));
    assertEquals(List.of(), step.sends());
    assertEquals(Phase.WAITING, nodes.node(A).phase());
    assertEquals(
        "waiting for a greeting from the members at [node-8, node-9]", nodes.node(A).condition());
    assertEquals(1, nodes.node(A).tick(1, List.of(empty(B)), Set.of()).sends().size());
  }

  @Test
  void whoIsNotUpIsNoFounder() {
    Founders nodes = started(2, A, B);
    BootstrapStep step = nodes.node(A).tick(0, List.of(member(B, null, false)), Set.of());
    assertEquals(List.of(), step.sends());
    assertEquals("waiting for [2] founders, [1] are up and empty", nodes.node(A).condition());
  }

  @Test
  void aFounderThatIsLostIsNamedThoughAnotherCameInItsPlace() {
    // A proposed to {A,B,C} and lost its memory; D is at its place
    Founders nodes = started(3, A, B, C);
    nodes.tick(A, 0);
    deliverAllBut(nodes, Set.of(FoundingMessage.Accepted.class), A);
    nodes.wipe(A);
    nodes.start(D);
    nodes.tick(B, 10_000);
    nodes.tick(B, 20_000);
    assertEquals(Phase.AGREEING, nodes.node(B).phase());
    assertEquals(
        "agreeing on the first configurations: no answer of node ["
            + A
            + "] at node-1; start it with the data that it had, or if that is lost, all without"
            + " data",
        nodes.node(B).condition());
    nodes.stop(D);
    nodes.tick(B, 30_000);
    assertTrue(nodes.node(B).condition().contains("no answer of node [" + A + "]"));
  }

  @Test
  void nodesOfAnotherShapeFoundNothingTogether() {
    Founders nodes = started(2, A);
    FounderCandidate other =
        new FounderCandidate(description(B), null, new ClusterShape(16, 3), true);
    assertEquals(List.of(), nodes.node(A).tick(0, List.of(other), Set.of()).sends());
    assertTrue(nodes.node(A).condition().contains("is set to"));
  }

  @Test
  void theFoundersAreTheLowestIdsAndTheOthersDoNotPropose() {
    Founders nodes = started(2, A, B, C);
    nodes.tick(C, 0);
    nodes.tick(C, 10_000);
    assertEquals(List.of(), nodes.messages(), "C is not among them");
    nodes.tick(A, 0);
    nodes.settle(0);
    assertEquals(List.of(description(A), description(B)), founders(nodes, A));
    assertEquals(Phase.AGREEING, nodes.node(C).phase());
  }

  @Test
  void aNodeThatIsNoFounderIsToldAndStaysEmpty() {
    Founders nodes = started(2, C);
    nodes.deliver(new FoundingMessage.Decided(A, C, founding(A, A, B)), 0);
    assertNull(nodes.disk(C).decided());
    assertTrue(nodes.node(C).condition().contains("was founded without this node"));
    assertEquals(List.of(), nodes.messages());
    nodes.start(C);
    nodes.start(D);
    nodes.tick(C, 0);
    nodes.settle(0);
    assertNull(nodes.disk(C).decided(), "nor does it found another one after a restart");
  }

  @Test
  void aWelcomeIsOnlyTakenFromTheClusterThatTheNodeJoins() {
    Founders nodes = started(2, C);
    nodes.deliver(new FoundingMessage.Welcome(A, C, founding(A, A, B)), 0);
    assertNull(nodes.disk(C).decided(), "it asked for none");
    nodes.deliver(new FoundingMessage.Decided(A, C, founding(A, A, B)), 0);
    nodes.deliver(new FoundingMessage.Welcome(B, C, founding(B, A, B)), 0);
    assertNull(nodes.disk(C).decided(), "that is of another cluster");
    nodes.deliver(new FoundingMessage.Welcome(A, C, founding(A, A, B)), 0);
    assertEquals(founding(A, A, B), nodes.disk(C).decided());
    assertEquals(Phase.ACTIVE, nodes.node(C).phase());
  }

  @Test
  void whoIsNotActiveWelcomesNobody() {
    Founders nodes = started(2, A);
    nodes.deliver(new FoundingMessage.AskedToJoin(C, A), 0);
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void aHigherRankWaitsForTheFirstToPropose() {
    Founders nodes = started(3, A, B, C);
    nodes.tick(B, 0);
    assertEquals(List.of(), nodes.messages());
    nodes.tick(B, 799);
    assertEquals(List.of(), nodes.messages());
    nodes.tick(B, 800);
    assertEquals(2, nodes.messages().size(), "A said nothing: B asks A and C");
    assertInstanceOf(FoundingMessage.Prepare.class, nodes.messages().get(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {-5_000, -1, 0, Long.MAX_VALUE - 100})
  void theOriginOfTheMonotonicClockDoesNotMatter(long origin) {
    Founders nodes = started(3, A, B, C);
    nodes.tick(A, origin);
    assertEquals(2, nodes.messages().size());
    nodes.messages().clear();
    nodes.tick(A, origin + 399);
    assertEquals(List.of(), nodes.messages(), "patience");
    nodes.tick(A, origin + 400);
    assertEquals(2, nodes.messages().size(), "asks again");
  }

  @Test
  void aMessageForAnotherIdIsIgnored() {
    Founders nodes = started(2, A);
    BootstrapStep step = nodes.node(A).received(new FoundingMessage.Prepare(B, C, HIGH), 0);
    assertEquals(new BootstrapStep(FoundingState.NONE, List.of()), step);
  }

  @Test
  void promisesAndAcceptsNothingBelowAPromise() {
    Founders nodes = started(2, A, B);
    nodes.deliver(new FoundingMessage.Prepare(B, A, HIGH), 0);
    assertEquals(
        List.of(new FoundingMessage.Promise(A, B, HIGH, Ballot.NONE, null)), nodes.messages());
    nodes.messages().clear();
    nodes.deliver(new FoundingMessage.Prepare(B, A, LOW), 0);
    nodes.deliver(new FoundingMessage.Accept(B, A, LOW, founding(B, A, B)), 0);
    FoundingMessage rejected = new FoundingMessage.Rejected(A, B, LOW, HIGH);
    assertEquals(List.of(rejected, rejected), nodes.messages());
    assertNull(nodes.disk(A).accepted());
  }

  @Test
  void aPromiseCarriesWhatWasAccepted() {
    Founders nodes = started(2, A, B);
    Founding value = founding(B, A, B);
    nodes.deliver(new FoundingMessage.Accept(B, A, LOW, value), 0);
    nodes.messages().clear();
    nodes.deliver(new FoundingMessage.Prepare(B, A, HIGH), 0);
    assertEquals(List.of(new FoundingMessage.Promise(A, B, HIGH, LOW, value)), nodes.messages());
  }

  @Test
  void aProposerTakesOverWhatWasAcceptedUnderTheHighestBallot() {
    Founders nodes = started(3, A, B, C);
    nodes.deliver(new FoundingMessage.Accept(B, B, new Ballot(1, B), founding(B, A, B, C)), 0);
    nodes.deliver(new FoundingMessage.Accept(C, C, new Ballot(2, C), founding(C, A, B, C)), 0);
    nodes.messages().clear();
    nodes.tick(A, 0); // its ballot is too low for B and C
    nodes.settle(0);
    assertNull(nodes.disk(A).decided());
    nodes.tick(A, 10_000);
    nodes.settle(10_000);
    assertEquals(ownId(C), cluster(nodes, A));
    assertEquals(ownId(C), cluster(nodes, B));
  }

  @Test
  void anAcceptedValueOfOtherFoundersIsProposedToThose() {
    // B accepted {B,C}'s value; A sees {A,B} and comes later with a higher ballot
    Founders nodes = started(2, A, B);
    nodes.deliver(new FoundingMessage.Accept(C, B, new Ballot(1, A), founding(C, B, C)), 0);
    nodes.messages().clear();
    nodes.tick(A, 0);
    nodes.settle(0);
    nodes.tick(A, 10_000);
    nodes.tick(A, 20_000);
    assertEquals(List.of(), nodes.messages(), "A is no founder of it, and proposes nothing else");
    nodes.start(C);
    nodes.tick(B, 10_000);
    nodes.tick(B, 20_000);
    nodes.settle(20_000);
    assertEquals(ownId(C), cluster(nodes, B));
    assertEquals(ownId(C), cluster(nodes, C));
    assertNull(nodes.disk(A).decided());
  }

  @Test
  void nothingIsServedUntilAllFoundersStoredIt() {
    Founders nodes = started(3, A, B, C);
    nodes.tick(A, 0);
    deliverAllBut(nodes, Set.of(FoundingMessage.Decided.class), C);
    assertEquals(Phase.STORING, nodes.node(A).phase());
    assertTrue(nodes.node(A).condition().contains("[2] did"), nodes.node(A).condition());
    assertTrue(nodes.node(A).condition().contains("no answer of node [" + C + "] at node-3"));
    assertEquals(Phase.STORING, nodes.node(B).phase());
    nodes.tick(A, 100); // says it again to those that did not confirm
    nodes.settle(100);
    for (NodeId node : List.of(A, B, C)) {
      assertEquals(Phase.ACTIVE, nodes.node(node).phase());
    }
  }

  @Test
  void aFounderThatRestartsWhileStoringAsksAllAgain() {
    Founders nodes = started(2, A, B);
    nodes.tick(A, 0);
    deliverAllBut(nodes, Set.of(FoundingMessage.Stored.class, FoundingMessage.Activated.class), B);
    nodes.start(B);
    assertEquals(Phase.STORING, nodes.node(B).phase());
    nodes.tick(B, 0);
    nodes.settle(0);
    assertEquals(Phase.ACTIVE, nodes.node(B).phase(), "A says that it is active");
  }

  @Test
  void lateProposersAreToldWhatWasDecided() {
    Founders nodes = started(2, A, B);
    nodes.tick(A, 0);
    nodes.settle(0);
    Founding decided = nodes.disk(A).decided();
    assertNotNull(decided);
    nodes.deliver(new FoundingMessage.Prepare(B, A, new Ballot(9, B)), 0);
    nodes.deliver(new FoundingMessage.Accept(B, A, new Ballot(9, B), founding(B, A, B)), 0);
    FoundingMessage told = new FoundingMessage.Decided(A, B, decided);
    assertEquals(List.of(told, told), nodes.messages());
    assertEquals(decided, nodes.disk(A).decided());
  }

  @Test
  void anEmptyNodeThatComesFirstAfterAFullRestartMintsNoSecondCluster() {
    // {A,B,C} were founded and are down; D is empty and alone, then sees C, then all
    Founders nodes = started(3, A, B, C);
    nodes.tick(A, 0);
    nodes.settle(0);
    for (NodeId node : List.of(A, B, C)) {
      nodes.stop(node);
    }
    nodes.start(D);
    nodes.tick(D, 0);
    nodes.start(C);
    nodes.tick(D, 10_000);
    nodes.start(A);
    nodes.start(B);
    nodes.tick(D, 20_000);
    nodes.tick(D, 30_000);
    assertTrue(
        nodes.messages().stream().allMatch(FoundingMessage.AskedToJoin.class::isInstance),
        "D proposes nothing");
    nodes.settle(30_000);
    assertEquals(nodes.disk(C).decided(), nodes.disk(D).decided(), "D joins instead");
    assertEquals(Phase.ACTIVE, nodes.node(C).phase());
    assertEquals(Phase.ACTIVE, nodes.node(D).phase());
  }

  @Test
  void twoFoundedClustersThatMeetAreALoudFault() {
    Founders nodes = started(1, A);
    nodes.tick(A, 0);
    FoundingMessage other = new FoundingMessage.Decided(B, A, founding(B, A, B));
    assertThrows(IllegalStateException.class, () -> nodes.deliver(other, 0));
  }

  @Test
  void confirmationsOfAnotherClusterCountForNothing() {
    Founders nodes = started(2, A, B);
    nodes.deliver(new FoundingMessage.Stored(B, A, ownId(B)), 0);
    nodes.deliver(new FoundingMessage.Activated(B, A, ownId(B)), 0);
    assertFalse(nodes.disk(A).isActive());
    nodes.deliver(new FoundingMessage.Decided(B, A, founding(A, A, B)), 0);
    nodes.deliver(new FoundingMessage.Stored(B, A, ownId(B)), 0);
    nodes.deliver(new FoundingMessage.Activated(B, A, ownId(B)), 0);
    assertEquals(Phase.STORING, nodes.node(A).phase());
    nodes.deliver(new FoundingMessage.Stored(B, A, ownId(A)), 0);
    assertEquals(Phase.ACTIVE, nodes.node(A).phase());
  }

  @Test
  void answersToABallotThatIsOverChangeNothing() {
    Founders nodes = started(2, A, B);
    nodes.deliver(new FoundingMessage.Promise(B, A, LOW, Ballot.NONE, null), 0);
    nodes.deliver(new FoundingMessage.Accepted(B, A, LOW), 0);
    assertEquals(List.of(), nodes.messages());
    nodes.tick(A, 0);
    nodes.messages().clear();
    nodes.deliver(new FoundingMessage.Promise(B, A, HIGH, Ballot.NONE, null), 0);
    nodes.deliver(new FoundingMessage.Promise(D, A, LOW, Ballot.NONE, null), 0);
    nodes.deliver(new FoundingMessage.Accepted(B, A, LOW), 0);
    nodes.deliver(new FoundingMessage.Rejected(B, A, HIGH, new Ballot(3, B)), 0);
    assertEquals(List.of(), nodes.messages());
    assertNull(nodes.disk(A).decided());
  }

  @Test
  void aRejectedProposerTriesAHigherBallotLater() {
    Founders nodes = started(2, A, B);
    nodes.tick(A, 0);
    nodes.messages().clear();
    nodes.deliver(new FoundingMessage.Rejected(B, A, LOW, new Ballot(7, B)), 100);
    nodes.tick(A, 499);
    assertEquals(List.of(), nodes.messages());
    nodes.tick(A, 500);
    assertEquals(List.of(new FoundingMessage.Prepare(A, B, new Ballot(8, A))), nodes.messages());
  }

  private static void deliverAllBut(
      Founders nodes, Set<Class<? extends FoundingMessage>> lost, NodeId to) {
    while (!nodes.messages().isEmpty()) {
      FoundingMessage message = nodes.messages().remove(0);
      if (!lost.contains(message.getClass()) || !message.to().equals(to)) {
        nodes.deliver(message, 0);
      }
    }
  }

  private static Founders started(int wanted, NodeId... nodes) {
    Founders founders = new Founders(wanted);
    for (NodeId node : nodes) {
      founders.start(node);
    }
    return founders;
  }

  private static FounderCandidate member(
      NodeId node, @Nullable ClusterId cluster, boolean isAlive) {
    return new FounderCandidate(description(node), cluster, Founders.SHAPE, isAlive);
  }

  private static Founding founding(NodeId proposer, NodeId... founders) {
    return new Founding(
        ownId(proposer),
        Founders.SHAPE,
        List.of(founders).stream().map(Founders::description).toList());
  }

  private static List<PeerDescription> founders(Founders nodes, NodeId node) {
    Founding decided = nodes.disk(node).decided();
    assertNotNull(decided);
    return decided.founders();
  }

  private static ClusterId cluster(Founders nodes, NodeId node) {
    Founding decided = nodes.disk(node).decided();
    assertNotNull(decided);
    return decided.cluster();
  }
}
