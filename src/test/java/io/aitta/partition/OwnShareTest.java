package io.aitta.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.partition.OwnShare.Departure;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Node A's share of one partition, K=3. */
final class OwnShareTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final NodeId E = new NodeId(5);
  private static final NodeId F = new NodeId(6);
  private static final PartitionId PARTITION = new PartitionId(0);
  private static final Duration TOLD = Duration.ofSeconds(1);

  private final OwnShare share = new OwnShare(A, new ReconfigurationPlanner(3, 1), TOLD);

  private static ConfigurationTable table(List<NodeId> members, List<NodeId> successors) {
    return ConfigurationTable.of(
        new ClusterShape(1, 3),
        List.of(new Configuration(PARTITION, new Epoch(0, 4), members, successors)));
  }

  private static ClusterView view(Set<NodeId> leaving, Set<NodeId> loaded, NodeId... eligible) {
    List<PeerDescription> nodes =
        Arrays.stream(eligible).map(node -> new PeerDescription(node, "", 1, "")).toList();
    return new ClusterView(
        nodes, leaving, Set.of(), (partition, epoch, node) -> loaded.contains(node));
  }

  @Test
  void isSettledOnceItLoadedWhatMovesToIt() {
    ConfigurationTable joint = table(List.of(B, C, D), List.of(A, B, C));
    assertFalse(share.isSettled(joint, view(Set.of(), Set.of(B, C), A, B, C)));
    assertTrue(share.isSettled(joint, view(Set.of(), Set.of(A), A, B, C)));
  }

  @Test
  void isNotSettledBeforeTheMoveBegins() {
    ConfigurationTable before = table(List.of(B, C), List.of());
    assertFalse(share.isSettled(before, view(Set.of(), Set.of(), A, B, C)));
    assertTrue(share.isSettled(before, view(Set.of(), Set.of(), B, C)), "it is to hold nothing");
  }

  @Test
  void isOfTheRosterOnceItIsSettledAndNotOnceItLeft() {
    ConfigurationTable free = table(List.of(B, C, D), List.of());
    Set<NodeId> alive = Set.of(A, B, C);
    ClusterView joins =
        new ClusterView(
            view(Set.of(), Set.of(), A, B, C, D).eligible(),
            Set.of(),
            alive,
            (partition, epoch, node) -> true);
    OwnShare full = new OwnShare(A, new ReconfigurationPlanner(4, 1), TOLD);
    ConfigurationTable held = table(List.of(A, B, C, D), List.of());
    ConfigurationTable without =
        held.with(Configuration.roster(Epoch.FIRST, List.of(B, C, D), List.of()), true);
    assertTrue(full.isSettled(held, joins));
    assertFalse(full.isSettled(without, joins), "the others are to take it up");
    ConfigurationTable undecided =
        held.with(Configuration.roster(Epoch.FIRST, List.of(C, D, E, F), List.of()), true);
    assertTrue(full.isSettled(undecided, joins), "they are too few to decide that");
    ConfigurationTable counted =
        free.with(Configuration.roster(Epoch.FIRST, List.of(A, B, C), List.of()), true);
    ClusterView leaves = view(Set.of(A), Set.of(), B, C, D);
    assertEquals(Departure.LEFT, share.departure(free, leaves, TOLD));
    assertEquals(Departure.GIVING, share.departure(counted, leaves, TOLD));
  }

  @Test
  void hasLeftOnlyWhenThatIsServed() {
    ConfigurationTable free = table(List.of(B, C), List.of());
    ClusterView view = view(Set.of(A), Set.of(), B, C);
    assertEquals(Departure.LEFT, share.departure(free, view, Duration.ZERO));
    ConfigurationTable unserved = free.with(free.configuration(PARTITION), false);
    assertEquals(Departure.GIVING, share.departure(unserved, view, TOLD));
    ConfigurationTable joint = table(List.of(A, B, C), List.of(B, C));
    assertEquals(Departure.GIVING, share.departure(joint, view, TOLD));
  }

  /** On a machine that is busy all others may be silent for a moment. */
  @Test
  void aMemberThatIsSilentIsWaitedFor() {
    ConfigurationTable held = table(List.of(A, B, C), List.of());
    ClusterView silent = view(Set.of(A), Set.of(), B, C); // eligible, none of them alive
    assertEquals(Departure.GIVING, share.departure(held, silent, TOLD));
  }

  @Test
  void nobodyTakesOverWhenAllLeaveAndHadTheTimeToSaySo() {
    ConfigurationTable held = table(List.of(A, B, C), List.of());
    ClusterView all = view(Set.of(A, B, C), Set.of());
    assertEquals(Departure.GIVING, share.departure(held, all, TOLD.minusNanos(1)));
    assertEquals(Departure.NOBODY_TAKES_OVER, share.departure(held, all, TOLD));
  }
}
