package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReconfigurationPlannerTest {
  private static final int PARTITIONS = 256;
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);
  private static final ClusterView.Loaded NOTHING = (partition, epoch, node) -> false;
  private static final ClusterView.Loaded EVERYTHING = (partition, epoch, node) -> true;

  private final ReconfigurationPlanner planner = new ReconfigurationPlanner(3, 8);

  @Test
  void nothingIsProposedWhileEverythingIsInItsPlace() {
    assertEquals(List.of(), planner.plan(placed(A, B, C, D), view(NOTHING, A, B, C, D)));
  }

  @Test
  void theOrderOfMembersIsNoReasonToMove() {
    Configuration present = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(C, A, B));
    assertEquals(List.of(), planner.plan(List.of(present), view(NOTHING, A, B, C)));
  }

  @Test
  void aNodeThatJoinsIsGivenItsShareAndNothingElseMoves() {
    List<Configuration> moved = movedAll(placed(A, B, C, D), view(EVERYTHING, A, B, C, D, E));
    long toNewcomer = moved.stream().filter(one -> one.hasReplica(E)).count();
    double ideal = PARTITIONS * 3 / 5.0;
    assertTrue(Math.abs(toNewcomer - ideal) < ideal / 3, "[" + toNewcomer + "] of [" + ideal + "]");
    List<Configuration> before = placed(A, B, C, D);
    for (int i = 0; i < PARTITIONS; i++) {
      Set<NodeId> gained = new HashSet<>(moved.get(i).members());
      gained.removeAll(before.get(i).members());
      assertTrue(gained.isEmpty() || gained.equals(Set.of(E)), "only to the newcomer");
    }
  }

  @Test
  void noMorePartitionsAreJointAtOnceThanTheLimit() {
    List<Configuration> table = placed(A, B, C, D);
    ClusterView view = view(NOTHING, A, B, C, D, E);
    List<Configuration> proposals = planner.plan(table, view);
    assertEquals(8, proposals.size());
    apply(table, proposals.subList(0, 5));
    assertEquals(3, planner.plan(table, view).size(), "five are on their way");
    apply(table, planner.plan(table, view));
    assertEquals(List.of(), planner.plan(table, view));
  }

  @Test
  void aJointConfigurationEndsWhenAllItsSuccessorsHaveLoaded() {
    Configuration joint = joint(List.of(A, B, C), List.of(A, B, D));
    ClusterView partly =
        view(
            (partition, epoch, node) -> !node.equals(A) && epoch.equals(joint.epoch()), A, B, C, D);
    assertEquals(List.of(), planner.plan(List.of(joint), partly), "those that stay merge too");
    assertEquals(
        List.of(Configuration.stable(joint.partition(), new Epoch(0, 3), List.of(A, B, D))),
        planner.plan(List.of(joint), view(EVERYTHING, A, B, C, D)));
  }

  @Test
  void aTargetThatIsGoneSendsThePartitionBack() {
    Configuration joint = joint(List.of(A, B, C), List.of(A, B, D));
    assertEquals(
        List.of(Configuration.stable(joint.partition(), new Epoch(0, 3), List.of(A, B, C))),
        planner.plan(List.of(joint), view(NOTHING, A, B, C, E)));
  }

  @Test
  void aTargetThatIsAwayIsWaitedForUntilItIsGone() {
    Configuration joint = joint(List.of(A, B, C), List.of(A, B, D));
    ClusterView away =
        new ClusterView(descriptions(A, B, C, D), Set.of(), Set.of(A, B, C), NOTHING);
    assertEquals(List.of(), planner.plan(List.of(joint), away));
  }

  @Test
  void nothingMovesToANodeThatIsNotAliveNorFromAPartitionWithoutAMajority() {
    Configuration stable = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C));
    List<PeerDescription> eligible = descriptions(A, B, D);
    assertEquals(
        List.of(),
        planner.plan(List.of(stable), new ClusterView(eligible, Set.of(), Set.of(A, B), NOTHING)));
    assertEquals(
        List.of(),
        planner.plan(List.of(stable), new ClusterView(eligible, Set.of(), Set.of(A, D), NOTHING)));
    assertEquals(
        1,
        planner
            .plan(List.of(stable), new ClusterView(eligible, Set.of(), Set.of(A, B, D), NOTHING))
            .size());
  }

  @Test
  void thePartitionsThatMissTheMostMembersComeFirst() {
    List<Configuration> table = new ArrayList<>();
    NodeId gone = new NodeId(8);
    table.add(Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C, D, gone)));
    table.add(
        Configuration.stable(
            new PartitionId(1), Epoch.FIRST, List.of(A, B, C, gone, new NodeId(9))));
    List<Configuration> proposals =
        new ReconfigurationPlanner(5, 1).plan(table, view(NOTHING, A, B, C, D, E));
    assertEquals(
        List.of(new PartitionId(1)), proposals.stream().map(one -> one.partition()).toList());
  }

  @Test
  void withFewerNodesThanReplicasAllOfThemAreMembers() {
    Configuration stable = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A));
    Configuration joint = planner.plan(List.of(stable), view(NOTHING, A, B)).get(0);
    assertEquals(Set.of(A, B), new LinkedHashSet<>(joint.successors()));
    assertEquals(List.of(A), joint.members());
  }

  @Test
  void aSetGetsSmallerOnlyForAMemberThatLeaves() {
    Configuration stable = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C));
    assertEquals(List.of(), planner.plan(List.of(stable), view(NOTHING, A, B)), "C is away");
    ClusterView leaving = new ClusterView(descriptions(A, B), Set.of(C), Set.of(A, B, C), NOTHING);
    Configuration joint = planner.plan(List.of(stable), leaving).get(0);
    assertEquals(Set.of(A, B), new LinkedHashSet<>(joint.successors()));
  }

  @Test
  void nothingMovesWhileOneOfThoseThatStayIsAway() {
    Configuration stable = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A, B, C));
    ClusterView away = new ClusterView(descriptions(A, B, D), Set.of(), Set.of(A, C, D), NOTHING);
    assertEquals(List.of(), planner.plan(List.of(stable), away), "B could not load its part");
  }

  /** A and B survived; the target C is gone before they have each other's entries. */
  @Test
  void afterARecoveryTheSurvivorsGoOnAloneOnlyOnceTheyLoadedEverything() {
    Configuration recovery =
        new Configuration(new PartitionId(0), new Epoch(1, 1), List.of(A, B), List.of(A, B, C));
    ClusterView.Loaded atOne = (partition, epoch, node) -> node.equals(A);
    ClusterView.Loaded atBoth = (partition, epoch, node) -> !node.equals(C);
    assertEquals(List.of(), planner.plan(List.of(recovery), view(atOne, A, B, D)));
    assertEquals(
        List.of(Configuration.stable(new PartitionId(0), new Epoch(1, 2), List.of(A, B))),
        planner.plan(List.of(recovery), view(atBoth, A, B, D)));
  }

  @Test
  void withoutAnyNodeNothingIsProposed() {
    Configuration stable = Configuration.stable(new PartitionId(0), Epoch.FIRST, List.of(A));
    assertEquals(List.of(), planner.plan(List.of(stable), view(NOTHING)));
  }

  private List<Configuration> movedAll(List<Configuration> table, ClusterView view) {
    List<Configuration> present = new ArrayList<>(table);
    for (int round = 0; round < 2 * PARTITIONS; round++) {
      List<Configuration> proposals = planner.plan(present, view);
      if (proposals.isEmpty()) {
        return present;
      }
      apply(present, proposals);
    }
    throw new AssertionError("no end of proposals");
  }

  private static void apply(List<Configuration> table, List<Configuration> proposals) {
    for (Configuration proposal : proposals) {
      assertTrue(
          PartitionSuccession.follows(proposal, table.get(proposal.partition().value())),
          "may be decided");
      table.set(proposal.partition().value(), proposal);
    }
  }

  private static List<Configuration> placed(NodeId... nodes) {
    List<Configuration> table = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      PartitionId partition = new PartitionId(i);
      table.add(
          Configuration.stable(
              partition, Epoch.FIRST, Placement.preferenceList(partition, descriptions(nodes), 3)));
    }
    return table;
  }

  private static Configuration joint(List<NodeId> members, List<NodeId> successors) {
    return new Configuration(new PartitionId(0), new Epoch(0, 2), members, successors);
  }

  private static ClusterView view(ClusterView.Loaded loaded, NodeId... nodes) {
    return new ClusterView(descriptions(nodes), Set.of(), Set.of(nodes), loaded);
  }

  private static List<PeerDescription> descriptions(NodeId... nodes) {
    List<PeerDescription> descriptions = new ArrayList<>();
    for (NodeId node : nodes) {
      descriptions.add(new PeerDescription(node, "", 1, "node-" + node.value()));
    }
    return descriptions;
  }
}
