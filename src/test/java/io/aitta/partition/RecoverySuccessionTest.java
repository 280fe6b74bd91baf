package io.aitta.partition;

import static io.aitta.partition.Successions.PARTITION;
import static io.aitta.partition.Successions.joint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The roster {A,B,C,D,E} decides how the partition {A,B,C} goes on without A and B. */
final class RecoverySuccessionTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);
  private static final List<NodeId> ABC = List.of(A, B, C);
  private static final List<NodeId> CDE = List.of(C, D, E);
  private static final List<NodeId> ALL = List.of(A, B, C, D, E);
  private static final Configuration ROSTER = Configuration.roster(Epoch.FIRST, ALL, List.of());
  private static final Configuration RECOVERY = recovery(List.of(C), CDE);

  private static Configuration recovery(List<NodeId> survivors, List<NodeId> target) {
    return new Configuration(PARTITION, new Epoch(1, 1), survivors, target);
  }

  private static Configuration next(List<NodeId> nodes, Configuration... recoveries) {
    return Configuration.roster(ROSTER.epoch().next(), nodes, List.of(recoveries));
  }

  private static Successions roster(List<NodeId> running) {
    Successions nodes = new Successions(ROSTER);
    nodes.start(running);
    return nodes;
  }

  private static Successions partition(List<NodeId> running) {
    Successions nodes = new Successions(ABC);
    nodes.start(running);
    return nodes;
  }

  @Test
  void aRosterIsDecidedByTheOneBeforeAndServedAtOnce() {
    Successions nodes = roster(CDE);
    nodes.propose(D, next(CDE, RECOVERY), 0);
    nodes.settle(0);
    for (NodeId node : CDE) {
      assertEquals(next(CDE, RECOVERY), nodes.installed(node).configuration());
      assertTrue(nodes.disk(node).isServed());
    }
  }

  /** {A,B} | {C,D,E}, where A and B find C, D and E lost. */
  @Test
  void theSmallerSideOfASplitDecidesNothing() {
    Successions nodes = roster(List.of(A, B));
    nodes.propose(A, next(List.of(A, B), recovery(List.of(A), List.of(A, B))), 0);
    nodes.settle(0);
    nodes.propose(B, next(List.of(A, B), recovery(List.of(B), List.of(A, B))), 1_000);
    nodes.settle(1_000);
    assertEquals(ROSTER, nodes.installed(A).configuration());
    nodes.start(CDE);
    nodes.stop(A);
    nodes.stop(B);
    nodes.propose(E, next(CDE, RECOVERY), 5_000);
    nodes.settle(5_000);
    assertEquals(
        next(CDE, RECOVERY),
        nodes.installed(E).configuration(),
        "what the others accepted was never a majority's");
  }

  @Test
  void twoDriversThatRaceRecoverInOneWay() {
    Successions nodes = roster(CDE);
    nodes.propose(D, next(CDE, RECOVERY), 0);
    nodes.propose(E, next(ALL, recovery(List.of(C), List.of(C, E))), 0);
    nodes.settle(0);
    nodes.propose(D, next(CDE, RECOVERY), 2_000);
    nodes.settle(2_000);
    Configuration decided = nodes.installed(C).configuration();
    for (NodeId node : CDE) {
      assertEquals(decided, nodes.installed(node).configuration());
    }
    assertEquals(1, decided.recoveries().size());
  }

  /** D's recovery is accepted by C and D; then the roster is to become another one. */
  @Test
  void aRosterCannotChangePastARecoveryThatMayHaveBeenDecided() {
    Successions nodes = roster(CDE);
    nodes.propose(D, next(ALL, RECOVERY), 0);
    nodes.take(SuccessionMessage.Prepare.class).forEach(prepare -> nodes.deliver(prepare, 0));
    nodes.take(SuccessionMessage.Promise.class).forEach(promise -> nodes.deliver(promise, 0));
    nodes.take(SuccessionMessage.Accept.class).forEach(accept -> nodes.deliver(accept, 0));
    nodes.messages().clear();
    nodes.stop(D);
    nodes.start(A);
    nodes.propose(E, next(CDE, recovery(List.of(C), List.of(C, E))), 1_000);
    nodes.settle(1_000);
    nodes.propose(E, next(CDE, recovery(List.of(C), List.of(C, E))), 3_000);
    nodes.settle(3_000);
    assertEquals(next(ALL, RECOVERY), nodes.installed(E).configuration());
  }

  /** A and B had gone on by themselves: many configurations further, and of the term before. */
  @Test
  void whatTheLostDecidedBeforeTheyCameBackCountsNoMore() {
    Successions nodes = partition(List.of(A, B, D));
    Configuration further = joint(nodes.first(), List.of(A, B, D));
    nodes.propose(A, further, 0);
    nodes.settle(0);
    nodes.start(List.of(C, E));
    CDE.forEach(node -> nodes.perform(node, one -> one.recover(RECOVERY)));
    assertEquals(RECOVERY, nodes.installed(D).configuration());
    nodes.propose(A, Successions.stable(further, List.of(A, B, D)), 1_000);
    nodes.settle(1_000);
    nodes.deliver( // as when tables are compared
        new SuccessionMessage.Install(C, B, Succession.recovered(RECOVERY), true), 2_000);
    for (NodeId node : ALL) {
      assertEquals(Succession.recovered(RECOVERY), nodes.installed(node), "node " + node);
      assertTrue(nodes.disk(node).isServed(), "node " + node);
    }
  }

  @Test
  void theRecoveredGoOnAsAnyOthersDo() {
    Successions nodes = partition(CDE);
    CDE.forEach(node -> nodes.perform(node, one -> one.recover(RECOVERY)));
    Configuration stable = Configuration.stable(PARTITION, new Epoch(1, 2), CDE);
    nodes.propose(E, stable, 0);
    nodes.settle(0);
    CDE.forEach(node -> assertEquals(stable, nodes.installed(node).configuration()));
    nodes.perform(C, one -> one.recover(RECOVERY));
    assertEquals(stable, nodes.installed(C).configuration(), "it is over");
  }

  @Test
  void twoConfigurationsOfOneEpochStopThePartitionForGood() {
    Successions nodes = partition(ALL);
    Configuration mine = Configuration.stable(PARTITION, new Epoch(0, 2), ABC);
    Configuration other = Configuration.stable(PARTITION, new Epoch(0, 2), CDE);
    nodes.deliver(new SuccessionMessage.Install(B, C, new Succession(mine, ABC), true), 0);
    nodes.deliver(new SuccessionMessage.Install(D, C, new Succession(other, CDE), true), 0);
    assertFalse(nodes.disk(C).isServed());
    assertEquals(new Succession(other, CDE), nodes.disk(C).conflict());
    nodes.start(C);
    assertNotNull(nodes.node(C).conflict(), "also after a start");
    nodes.propose(C, joint(mine, CDE), 1_000);
    nodes.perform(C, node -> node.tick(10_000));
    nodes.deliver(new SuccessionMessage.Install(B, C, new Succession(mine, ABC), true), 10_000);
    assertEquals(List.of(), nodes.messages(), "it takes part in nothing");
    assertFalse(nodes.disk(C).isServed());
  }

  @Test
  void aRecoveryEndsAConflict() {
    Successions nodes = partition(ALL);
    Configuration other = Configuration.stable(PARTITION, Epoch.FIRST, CDE);
    nodes.deliver(new SuccessionMessage.Install(D, C, new Succession(other, CDE), true), 0);
    nodes.deliver(new SuccessionMessage.Install(E, D, new Succession(other, CDE), true), 0);
    assertNotNull(nodes.node(D).conflict());
    nodes.perform(C, node -> node.recover(RECOVERY));
    nodes.deliver(new SuccessionMessage.Install(C, D, Succession.recovered(RECOVERY), true), 1_000);
    for (NodeId node : List.of(C, D)) {
      assertNull(nodes.node(node).conflict());
      assertEquals(RECOVERY, nodes.installed(node).configuration());
      assertTrue(nodes.disk(node).isServed());
    }
  }
}
