package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Ballot;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.Succession;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The roster {A,B,C,D,E}, one partition, K=3. */
final class RosterPlannerTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);
  private static final NodeId F = new NodeId(6);
  private static final List<NodeId> ALL = List.of(A, B, C, D, E);
  private static final List<NodeId> ABC = List.of(A, B, C);
  private static final PartitionId PARTITION = new PartitionId(0);
  private static final Set<NodeId> EVERYBODY = Set.of(A, B, C, D, E, F);

  private final RosterPlanner planner = new RosterPlanner(3);

  private static ConfigurationTable table(Configuration configuration) {
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(configuration))
        .with(Configuration.roster(Epoch.FIRST, ALL, List.of()), true);
  }

  private static Configuration stable(List<NodeId> members) {
    return Configuration.stable(PARTITION, new Epoch(0, 5), members);
  }

  private static Configuration joint(List<NodeId> members, List<NodeId> successors) {
    return new Configuration(PARTITION, new Epoch(0, 6), members, successors);
  }

  /** All of the nodes are to hold data; only some are alive. */
  private static ClusterView view(List<NodeId> eligible, NodeId... alive) {
    return new ClusterView(
        eligible.stream().map(node -> new PeerDescription(node, "", 1, "")).toList(),
        Set.of(),
        Set.copyOf(Arrays.asList(alive)),
        (partition, epoch, node) -> false);
  }

  private static Predicate<NodeId> lost(NodeId... nodes) {
    return List.of(nodes)::contains;
  }

  private Configuration recovery(Configuration lost, ClusterView view, Predicate<NodeId> isLost) {
    return recovery(table(lost), view, isLost);
  }

  private Configuration recovery(
      ConfigurationTable table, ClusterView view, Predicate<NodeId> isLost) {
    Configuration next =
        Objects.requireNonNull(planner.plan(table, view, isLost, EVERYBODY::contains));
    assertTrue(PartitionSuccession.follows(next, table.roster()), "it may be decided");
    return next.recoveries().get(0);
  }

  @Test
  void nothingIsDecidedWhileAllAreThere() {
    assertNull(
        planner.plan(table(stable(ABC)), view(ALL, A, B, C, D, E), lost(), EVERYBODY::contains));
    assertNull(
        planner.plan(table(stable(ABC)), view(ALL, C, D, E), lost(), EVERYBODY::contains),
        "away, not lost");
  }

  @Test
  void nodesThatJoinComeToTheRosterAndThoseThatAreGoneForLongLeaveIt() {
    Configuration next =
        planner.plan(
            table(stable(List.of(C, D, E))),
            view(List.of(C, D, E, F), C, D, E, F),
            lost(),
            EVERYBODY::contains);
    assertEquals(Configuration.roster(new Epoch(0, 2), List.of(C, D, E, F), List.of()), next);
  }

  /** {A,B} | {C,D,E}: whoever drives on the side of A finds no majority of the roster. */
  @Test
  void theSmallerSideOfASplitDecidesNothing() {
    Configuration onBothSides = stable(List.of(A, C, D));
    assertNull(
        planner.plan(
            table(onBothSides), view(List.of(A, B), A, B), lost(C, D, E), EVERYBODY::contains));
    assertNotNull(
        planner.plan(
            table(stable(ABC)), view(List.of(C, D, E), C, D, E), lost(A, B), EVERYBODY::contains));
  }

  @Test
  void theRosterStaysWhereTheNextOneWouldHaveNoMajority() {
    assertNull(
        planner.plan(
            table(stable(ABC)),
            view(List.of(A, B, C, D, E, F, new NodeId(7)), A, B, C),
            lost(),
            EVERYBODY::contains));
  }

  @Test
  void aPartitionGoesOnFromItsSurvivorTowardsThePlacement() {
    ClusterView view = view(List.of(C, D, E), C, D, E);
    Configuration recovery = recovery(stable(ABC), view, lost(A, B));
    assertEquals(new Epoch(1, 1), recovery.epoch());
    assertEquals(List.of(C), recovery.members());
    assertEquals(Set.of(C, D, E), new HashSet<>(recovery.successors()));
    assertTrue(recovery.isRecovery());
  }

  @Test
  void aPartitionThatKeptItsMajorityIsNotRecovered() {
    Configuration next =
        planner.plan(
            table(stable(List.of(B, C, D))),
            view(List.of(C, D, E), C, D, E),
            lost(A, B),
            EVERYBODY::contains);
    assertEquals(List.of(), Objects.requireNonNull(next).recoveries());
  }

  @Test
  void aMemberThatIsNeitherAliveNorLostIsWaitedFor() {
    ClusterView view = view(List.of(C, D, E), D, E, F);
    ConfigurationTable table =
        table(stable(ABC))
            .with(Configuration.roster(Epoch.FIRST, List.of(C, D, E), List.of()), true);
    assertNull(planner.plan(table, view, lost(A, B), EVERYBODY::contains));
  }

  /** {A,B,C} → {C,D,E}, which the driver does not know yet; A and B are lost. */
  @Test
  void nothingIsRecoveredBeforeConfigurationsWereComparedWithAllThatAreAlive() {
    ClusterView view = view(List.of(C, D, E), C, D, E);
    Configuration next =
        planner.plan(table(stable(ABC)), view, lost(A, B), node -> !node.equals(D));
    assertEquals(List.of(), Objects.requireNonNull(next).recoveries());
    ConfigurationTable compared = table(joint(ABC, List.of(C, D, E)));
    assertEquals(List.of(C, D, E), recovery(compared, view, lost(A, B)).members());
  }

  /** {A,B,C} → {B,C,D}: A and B are lost, C and D hold what is left. */
  @Test
  void aJointConfigurationGoesOnFromTheSurvivorsOfBothSets() {
    ClusterView view = view(List.of(C, D, E), C, D, E);
    Configuration recovery = recovery(joint(ABC, List.of(B, C, D)), view, lost(A, B));
    assertEquals(List.of(C, D), recovery.members());
  }

  /** {A,B,C} → {A,B,D} was known to A and B alone. */
  @Test
  void whatOnlyTheLostKnewIsOfAnEarlierTerm() {
    ClusterView view = view(List.of(C, D, E), C, D, E);
    Configuration recovery = recovery(stable(ABC), view, lost(A, B));
    assertTrue(recovery.epoch().isNewerThan(joint(ABC, List.of(A, B, D)).epoch()));
  }

  /** {D,E,F} follow {A,B,C}, and are known; but A and B will not store it any more. */
  @Test
  void aConfigurationThatCanNeverBeServedIsRecovered() {
    PartitionState unserved =
        new PartitionState(
            new Succession(stable(List.of(C, D, E)), ABC),
            false,
            Ballot.NONE,
            Ballot.NONE,
            null,
            null);
    ClusterView view = view(List.of(C, D, E), C, D, E);
    ConfigurationTable table = table(stable(ABC)).with(unserved);
    assertEquals(List.of(C, D, E), recovery(table, view, lost(A, B)).members());
  }

  @Test
  void whereNobodyIsLeftThePartitionBeginsWithItsNewMembers() {
    ClusterView view = view(List.of(C, D, E), C, D, E);
    Configuration recovery = recovery(stable(List.of(A, B)), view, lost(A, B));
    assertEquals(recovery.successors(), recovery.members());
    assertEquals(Set.of(C, D, E), new HashSet<>(recovery.members()));
  }

  @Test
  void aRecoveryThatLosesASurvivorIsRecoveredAnewInTheNextTerm() {
    Configuration first =
        new Configuration(PARTITION, new Epoch(1, 1), List.of(C, D, E), List.of(C, D, E));
    ConfigurationTable table =
        table(first).with(Configuration.roster(new Epoch(0, 2), ALL, List.of(first)), true);
    Configuration second = recovery(table, view(List.of(A, D, E), A, D, E), lost(B, C));
    assertEquals(new Epoch(2, 1), second.epoch());
    assertEquals(List.of(D, E), second.members());
  }

  @Test
  void aRosterChangesNoRecoveryAndSkipsNoTerm() {
    Configuration first = new Configuration(PARTITION, new Epoch(1, 1), List.of(C), List.of(D, E));
    Configuration other = new Configuration(PARTITION, new Epoch(1, 1), List.of(D), List.of(D, E));
    Configuration second = new Configuration(PARTITION, new Epoch(2, 1), List.of(D), List.of(E));
    Configuration third = new Configuration(PARTITION, new Epoch(3, 1), List.of(D), List.of(E));
    Configuration none = Configuration.roster(Epoch.FIRST, ALL, List.of());
    Configuration one = Configuration.roster(new Epoch(0, 2), ALL, List.of(first));
    assertTrue(PartitionSuccession.follows(one, none));
    assertFalse(follows(one, List.of()), "forgotten");
    assertFalse(follows(one, List.of(other)), "another one");
    assertTrue(follows(one, List.of(first)));
    assertTrue(follows(one, List.of(second)));
    assertFalse(follows(one, List.of(third)), "a term is missing");
    assertFalse(follows(one, List.of(first, second)), "two of one partition");
  }

  private static boolean follows(Configuration roster, List<Configuration> recoveries) {
    return PartitionSuccession.follows(
        Configuration.roster(roster.epoch().next(), ALL, recoveries), roster);
  }
}
