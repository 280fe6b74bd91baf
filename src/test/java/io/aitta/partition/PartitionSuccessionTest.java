package io.aitta.partition;

import static io.aitta.partition.Successions.PARTITION;
import static io.aitta.partition.Successions.joint;
import static io.aitta.partition.Successions.stable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Ballot;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionSuccessionTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);
  private static final List<NodeId> ABC = List.of(A, B, C);
  private static final List<NodeId> ABD = List.of(A, B, D);
  private static final List<NodeId> ALL = List.of(A, B, C, D, E);

  @Test
  void theMembersDecideOneSuccessorWhichAllConcernedStoreAndServe() {
    Successions nodes = started();
    Configuration next = joint(nodes.first(), ABD);
    nodes.propose(E, next, 0);
    nodes.settle(0);
    for (NodeId node : List.of(A, B, C, D, E)) {
      assertEquals(new Succession(next, ABC), nodes.installed(node), "node " + node);
      assertTrue(nodes.disk(node).isServed(), "node " + node);
    }
    nodes.perform(A, node -> node.tick(10_000));
    assertEquals(List.of(), nodes.messages(), "nothing is left to say");
  }

  @Test
  void afterTheJointConfigurationComesEitherSetAlone() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    for (List<NodeId> either : List.of(ABD, ABC)) {
      assertTrue(PartitionSuccession.follows(stable(joint, either), joint));
    }
    nodes.propose(A, joint, 0);
    nodes.settle(0);
    nodes.propose(B, stable(joint, ABD), 0);
    nodes.settle(0);
    assertEquals(
        new Succession(stable(joint, ABD), ABC), nodes.installed(C), "the old ones decide");
    assertTrue(nodes.disk(D).isServed());
  }

  @Test
  void nothingElseMayFollow() {
    Configuration first = Configuration.stable(PARTITION, Epoch.FIRST, ABC);
    Configuration joint = joint(first, ABD);
    assertTrue(PartitionSuccession.follows(joint, first));
    assertFalse(PartitionSuccession.follows(joint, joint), "of the same epoch");
    assertFalse(PartitionSuccession.follows(stable(first, ABD), first), "not by a joint one");
    assertFalse(
        PartitionSuccession.follows(new Configuration(PARTITION, new Epoch(0, 2), ABD, ABC), first),
        "of other members");
    assertFalse(
        PartitionSuccession.follows(new Configuration(PARTITION, new Epoch(0, 3), ABC, ABD), joint),
        "joint upon joint");
    assertFalse(PartitionSuccession.follows(stable(joint, List.of(A, B, E)), joint));
    assertFalse(
        PartitionSuccession.follows(
            new Configuration(new PartitionId(8), new Epoch(0, 2), ABC, ABD), first),
        "of another partition");
  }

  @Test
  void twoWhoRaceAgreeOnOneSuccessor() {
    Successions nodes = started();
    Configuration one = joint(nodes.first(), ABD);
    Configuration other = joint(nodes.first(), List.of(A, B, E));
    nodes.propose(D, one, 0);
    nodes.propose(E, other, 0);
    nodes.settle(0);
    Succession decided = nodes.installed(A);
    for (NodeId node : ABC) {
      assertEquals(decided, nodes.installed(node));
    }
    assertEquals(new Epoch(0, 2), decided.epoch());
    nodes.propose(D, one, 1_000);
    nodes.settle(1_000);
    assertEquals(decided, nodes.installed(D), "who lost learns it when it tries again");
  }

  /** {A,B,C}: A accepted D's value, and nobody else knows. E must propose it, once it asks A. */
  @Test
  void aValueThatMayHaveBeenDecidedIsTheOneThatIsProposed() {
    Successions nodes = started();
    Configuration first = joint(nodes.first(), ABD);
    nodes.propose(D, first, 0);
    nodes.take(SuccessionMessage.Prepare.class).forEach(prepare -> nodes.deliver(prepare, 0));
    nodes.take(SuccessionMessage.Promise.class).forEach(promise -> nodes.deliver(promise, 0));
    List<SuccessionMessage.Accept> accepts = nodes.take(SuccessionMessage.Accept.class);
    nodes.deliver(accepts.get(0), 0);
    assertEquals(first, nodes.disk(accepts.get(0).to()).accepted());
    nodes.messages().clear();
    nodes.stop(C); // so that the majority that E asks has A in it
    nodes.propose(E, joint(nodes.first(), List.of(A, B, E)), 1_000);
    nodes.settle(1_000);
    nodes.propose(E, joint(nodes.first(), List.of(A, B, E)), 3_000);
    nodes.settle(3_000);
    assertEquals(first, nodes.installed(E).configuration());
    assertEquals(first, nodes.installed(B).configuration());
  }

  @Test
  void whoDoesNotKnowThePredecessorStoresItFirst() {
    Successions nodes = started();
    nodes.stop(C);
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(A, joint, 0);
    nodes.settle(0);
    nodes.start(C);
    nodes.stop(B);
    nodes.propose(A, stable(joint, ABD), 1_000);
    nodes.settle(1_000);
    assertEquals(stable(joint, ABD), nodes.installed(C).configuration());
  }

  @Test
  void whoKnowsTheSuccessorAnswersWithItAndPromisesNothing() {
    Successions nodes = started();
    nodes.stop(E);
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(A, joint, 0);
    nodes.settle(0);
    nodes.start(E);
    nodes.propose(E, joint(nodes.first(), List.of(A, B, E)), 0);
    List<SuccessionMessage.Prepare> prepares = nodes.take(SuccessionMessage.Prepare.class);
    assertEquals(3, prepares.size());
    nodes.deliver(prepares.get(0), 0);
    assertEquals(Ballot.NONE, nodes.disk(A).promised());
    assertEquals(
        List.of(new SuccessionMessage.Install(A, E, new Succession(joint, ABC), true)),
        nodes.messages());
    nodes.settle(0);
    assertEquals(joint, nodes.installed(E).configuration());
  }

  /** A decides, and dies before anyone else hears. Its acceptors still know what they accepted. */
  @Test
  void aProposerThatDiesAfterTheDecisionChangesNothing() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(D, joint, 0);
    nodes.take(SuccessionMessage.Prepare.class).forEach(prepare -> nodes.deliver(prepare, 0));
    nodes.take(SuccessionMessage.Promise.class).forEach(promise -> nodes.deliver(promise, 0));
    nodes.take(SuccessionMessage.Accept.class).forEach(accept -> nodes.deliver(accept, 0));
    nodes.messages().clear();
    nodes.stop(D);
    nodes.propose(E, joint(nodes.first(), List.of(A, B, E)), 1_000);
    nodes.settle(1_000);
    nodes.propose(E, joint(nodes.first(), List.of(A, B, E)), 3_000);
    nodes.settle(3_000);
    assertEquals(joint, nodes.installed(A).configuration());
  }

  @Test
  void itIsServedOnceAMajorityOfThePredecessorsStoredIt() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(E, joint, 0);
    nodes.take(SuccessionMessage.Prepare.class).forEach(prepare -> nodes.deliver(prepare, 0));
    nodes.take(SuccessionMessage.Promise.class).forEach(promise -> nodes.deliver(promise, 0));
    nodes.take(SuccessionMessage.Accept.class).forEach(accept -> nodes.deliver(accept, 0));
    nodes.take(SuccessionMessage.Accepted.class).forEach(accepted -> nodes.deliver(accepted, 0));
    List<SuccessionMessage.Install> installs = nodes.take(SuccessionMessage.Install.class);
    assertEquals(List.of(A, B, C, D), installs.stream().map(install -> install.to()).toList());
    nodes.deliver(installs.get(3), 0);
    nodes.deliver(installs.get(0), 0);
    nodes.take(SuccessionMessage.Installed.class).forEach(installed -> nodes.deliver(installed, 0));
    assertFalse(nodes.disk(E).isServed(), "D is none of them");
    nodes.deliver(installs.get(1), 0);
    nodes.take(SuccessionMessage.Installed.class).forEach(installed -> nodes.deliver(installed, 0));
    assertTrue(nodes.disk(E).isServed());
    assertEquals(4, nodes.take(SuccessionMessage.Install.class).size(), "and all are told");
  }

  @Test
  void whoLearnsOfOneThatIsNotServedSeesToIt() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.deliver(new SuccessionMessage.Install(E, D, new Succession(joint, ABC), false), 0);
    nodes.messages().clear();
    nodes.stop(E);
    nodes.perform(D, node -> node.tick(PartitionSuccession.PATIENCE_MILLIS - 1));
    assertEquals(List.of(), nodes.messages(), "E may still do it");
    nodes.perform(D, node -> node.tick(PartitionSuccession.PATIENCE_MILLIS));
    nodes.settle(0);
    for (NodeId node : List.of(A, B, C, D)) {
      assertTrue(nodes.disk(node).isServed(), "node " + node);
      assertEquals(joint, nodes.installed(node).configuration());
    }
  }

  @Test
  void aNodeThatStartsAgainSeesToWhatItHadNotFinished() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.deliver(new SuccessionMessage.Install(E, A, new Succession(joint, ABC), false), 0);
    nodes.messages().clear();
    nodes.stop(A);
    nodes.start(A);
    nodes.perform(A, node -> node.tick(0));
    nodes.settle(0);
    assertTrue(nodes.disk(A).isServed());
  }

  @Test
  void nothingIsProposedBeforeTheInstalledOneIsServed() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.deliver(new SuccessionMessage.Install(E, A, new Succession(joint, ABC), false), 0);
    nodes.messages().clear();
    nodes.propose(A, stable(joint, ABD), 0);
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void promisesAreKeptOverAStart() {
    Successions nodes = started();
    Ballot high = new Ballot(5, E);
    nodes.deliver(new SuccessionMessage.Prepare(E, A, Succession.first(nodes.first()), high), 0);
    nodes.messages().clear();
    nodes.stop(A);
    nodes.start(A);
    Ballot low = new Ballot(4, D);
    nodes.deliver(
        new SuccessionMessage.Accept(
            D, A, Succession.first(nodes.first()), low, joint(nodes.first(), ABD)),
        0);
    assertNull(nodes.disk(A).accepted());
    assertEquals(
        List.of(new SuccessionMessage.Rejected(A, D, PARTITION, Epoch.FIRST, low, high)),
        nodes.messages());
  }

  @Test
  void aValueThatDoesNotFollowIsNotAccepted() {
    Successions nodes = started();
    nodes.deliver(
        new SuccessionMessage.Accept(
            D,
            A,
            Succession.first(nodes.first()),
            new Ballot(1, D),
            Configuration.stable(PARTITION, new Epoch(0, 2), List.of(D))),
        0);
    assertNull(nodes.disk(A).accepted());
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void whoIsNoMemberPromisesNothing() {
    Successions nodes = started();
    nodes.deliver(
        new SuccessionMessage.Prepare(E, D, Succession.first(nodes.first()), new Ballot(1, E)), 0);
    assertEquals(Ballot.NONE, nodes.disk(D).promised());
    assertEquals(List.of(), nodes.messages());
  }

  @Test
  void anOldConfigurationIsAnsweredWithTheNewOne() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(A, joint, 0);
    nodes.settle(0);
    nodes.deliver(new SuccessionMessage.Install(E, A, Succession.first(nodes.first()), true), 0);
    assertEquals(
        List.of(new SuccessionMessage.Install(A, E, new Succession(joint, ABC), true)),
        nodes.messages());
  }

  @Test
  void anotherConfigurationOfTheSameEpochStopsThePartitionHere() {
    Successions nodes = started();
    Configuration joint = joint(nodes.first(), ABD);
    nodes.propose(A, joint, 0);
    nodes.settle(0);
    Succession foreign = new Succession(joint(nodes.first(), List.of(C, D, E)), ABC);
    nodes.deliver(new SuccessionMessage.Install(E, A, foreign, true), 0);
    assertEquals(foreign, nodes.node(A).conflict());
    assertEquals(joint, nodes.installed(A).configuration(), "kept for whoever looks into it");
    nodes.deliver(
        new SuccessionMessage.Prepare(B, A, new Succession(joint, ABC), new Ballot(9, B)), 0);
    nodes.propose(A, stable(joint, ABD), 10_000);
    nodes.perform(A, node -> node.tick(10_000));
    assertEquals(List.of(), nodes.messages(), "it takes part in nothing");
  }

  @Test
  void aMessageForAnotherNodeOrPartitionIsIgnored() {
    Successions nodes = started();
    Configuration elsewhere = Configuration.stable(new PartitionId(8), new Epoch(0, 9), List.of(A));
    nodes.deliver(new SuccessionMessage.Install(E, A, Succession.first(elsewhere), true), 0);
    assertEquals(nodes.first(), nodes.installed(A).configuration());
    nodes.perform(
        A,
        node ->
            node.received(
                new SuccessionMessage.Install(
                    E, B, new Succession(joint(nodes.first(), ABD), ABC), true),
                0));
    assertEquals(nodes.first(), nodes.installed(A).configuration());
  }

  @Test
  void aLoneMemberDecidesAndServesAtOnce() {
    Successions nodes = new Successions(List.of(A));
    nodes.start(List.of(A, B));
    Configuration joint = joint(nodes.first(), List.of(B));
    nodes.propose(A, joint, 0);
    assertEquals(joint, nodes.installed(A).configuration());
    assertTrue(nodes.disk(A).isServed());
    nodes.settle(0);
    assertEquals(joint, nodes.installed(B).configuration());
    assertTrue(nodes.disk(B).isServed());
  }

  @Test
  void aProposalThatWasRejectedWaitsAndTheLowerOneLonger() {
    Successions nodes = started();
    nodes.propose(E, joint(nodes.first(), ABD), 0);
    nodes.messages().clear();
    nodes.deliver(
        new SuccessionMessage.Rejected(
            A, E, PARTITION, Epoch.FIRST, new Ballot(1, E), new Ballot(3, D)),
        0);
    nodes.propose(E, joint(nodes.first(), ABD), PartitionSuccession.PATIENCE_MILLIS - 1);
    assertEquals(List.of(), nodes.messages());
    nodes.propose(E, joint(nodes.first(), ABD), PartitionSuccession.PATIENCE_MILLIS);
    assertEquals(
        new Ballot(4, E), nodes.take(SuccessionMessage.Prepare.class).get(0).ballot(), "above all");
    nodes.propose(D, joint(nodes.first(), ABD), 0);
    nodes.messages().clear();
    nodes.deliver(
        new SuccessionMessage.Rejected(
            A, D, PARTITION, Epoch.FIRST, new Ballot(1, D), new Ballot(3, E)),
        0);
    nodes.propose(D, joint(nodes.first(), ABD), 2 * PartitionSuccession.PATIENCE_MILLIS - 1);
    assertEquals(List.of(), nodes.messages());
    nodes.propose(D, joint(nodes.first(), ABD), 2 * PartitionSuccession.PATIENCE_MILLIS);
    assertEquals(3, nodes.messages().size());
  }

  @Test
  void aPartitionIsAtItsFirstConfigurationServed() {
    PartitionState first = PartitionState.first(Configuration.stable(PARTITION, Epoch.FIRST, ABC));
    assertTrue(first.isServed());
    assertNotNull(first.installed());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Succession(first.installed().configuration(), List.of()));
  }

  private static Successions started() {
    Successions nodes = new Successions(ABC);
    nodes.start(ALL);
    return nodes;
  }
}
