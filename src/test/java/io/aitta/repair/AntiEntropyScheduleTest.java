package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AntiEntropyScheduleTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long RETRY = Duration.ofMinutes(1).toNanos();
  private static final AntiEntropySettings SETTINGS =
      new AntiEntropySettings(Duration.ofHours(1), Duration.ofMinutes(1), 2);
  private static final long START = Long.MAX_VALUE - HOUR; // the monotonic clock wraps

  private final AntiEntropySchedule schedule = new AntiEntropySchedule(A, SETTINGS);

  @Test
  void nothingIsComparedBeforeConfigurationsAreKnown() {
    assertNull(schedule.begin(node -> true, START + HOUR));
  }

  @Test
  void everyOwnPairIsComparedWithinTheFirstInterval() {
    schedule.follow(table(List.of(List.of(A, B, C), List.of(B, C), List.of(C, A))), START);
    Set<ComparedPair> compared = new HashSet<>();
    for (long now = START; now - START <= HOUR; now += HOUR / 100) {
      ComparedPair pair = schedule.begin(node -> true, now);
      if (pair != null) {
        assertTrue(compared.add(pair), pair + " twice");
        schedule.recordCompared(0, 100, now);
      }
    }
    assertEquals(Set.of(pair(0, B), pair(0, C), pair(2, C)), compared);
  }

  @Test
  void firstComparisonsAreSpreadOverTheInterval() {
    List<List<NodeId>> members = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      members.add(List.of(A, B));
    }
    schedule.follow(table(members), START);
    int inTheFirstHalf = 0;
    while (schedule.begin(node -> true, START + HOUR / 2) != null) {
      schedule.recordCompared(0, 0, START + HOUR / 2);
      inTheFirstHalf++;
    }
    assertTrue(inTheFirstHalf > 60 && inTheFirstHalf < 140, inTheFirstHalf + " of 200");
  }

  @Test
  void oneComparisonRunsAtATime() {
    schedule.follow(table(List.of(List.of(A, B, C))), START);
    assertNotNull(schedule.begin(node -> true, START + HOUR));
    assertNull(schedule.begin(node -> true, START + HOUR));
    schedule.recordFailed(0, 0, START + HOUR);
    assertThrows(IllegalStateException.class, () -> schedule.recordFailed(0, 0, START + HOUR));
    assertThrows(IllegalStateException.class, () -> schedule.recordCompared(0, 0, START + HOUR));
  }

  @Test
  void whatIsLongestOverdueComesFirstAmongReachableOnes() {
    schedule.follow(table(List.of(List.of(A, B, C, D))), START);
    long now = START + HOUR;
    compare(B, now);
    compare(C, now + 1);
    compare(D, now + 2);
    long later = now + 2 + HOUR;
    assertEquals(pair(0, C), schedule.begin(pair -> !pair.other().equals(B), later));
    schedule.recordCompared(0, 0, later);
    assertEquals(pair(0, B), schedule.begin(node -> true, later));
    schedule.recordCompared(0, 0, later);
    assertEquals(pair(0, D), schedule.begin(node -> true, later));
    schedule.recordCompared(0, 0, later);
    assertNull(schedule.begin(node -> true, later));
  }

  @Test
  void aPairThatFailedIsLeftAloneForAWhile() {
    schedule.follow(table(List.of(List.of(A, B))), START);
    long now = START + HOUR;
    assertNotNull(schedule.begin(node -> true, now));
    schedule.recordFailed(0, 0, now);
    assertNull(schedule.begin(node -> true, now + RETRY - 1));
    assertEquals(pair(0, B), schedule.begin(node -> true, now + RETRY));
    schedule.recordCompared(0, 0, now + RETRY);
    assertNull(schedule.begin(node -> true, now + HOUR));
    assertEquals(pair(0, B), schedule.begin(node -> true, now + RETRY + HOUR));
  }

  @Test
  void whatTheOtherComparedIsNotComparedAgainUnlessItStops() {
    schedule.follow(table(List.of(List.of(A, B))), START);
    schedule.recordComparedBy(pair(0, B), START);
    schedule.recordComparedBy(pair(0, D), START);
    assertNull(schedule.begin(node -> true, START + HOUR + HOUR / 2 - 1));
    assertEquals(pair(0, B), schedule.begin(node -> true, START + HOUR + HOUR / 2));
    assertEquals(HOUR, schedule.sinceCompared(new PartitionId(0), START + HOUR));
  }

  @Test
  void membersOfAJointConfigurationCompareAndSuccessorsDoNot() {
    Configuration joint =
        new Configuration(new PartitionId(0), new Epoch(0, 2), List.of(A, B), List.of(A, C));
    schedule.follow(ConfigurationTable.of(new ClusterShape(1, 2), List.of(joint)), START);
    compare(B, START + HOUR);
    assertNull(schedule.begin(node -> true, START + HOUR));
    AntiEntropySchedule successor = new AntiEntropySchedule(C, SETTINGS);
    successor.follow(ConfigurationTable.of(new ClusterShape(1, 2), List.of(joint)), START);
    assertNull(successor.begin(node -> true, START + HOUR));
  }

  @Test
  void pairsFollowTheConfigurations() {
    schedule.follow(table(List.of(List.of(A, B))), START);
    compare(B, START + HOUR);
    ConfigurationTable changed = table(List.of(List.of(A, C)));
    schedule.follow(changed, START + HOUR);
    schedule.follow(changed, START + 2 * HOUR); // no news
    assertNull(schedule.sinceCompared(new PartitionId(0), START + HOUR));
    assertEquals(pair(0, C), schedule.begin(node -> true, START + 2 * HOUR));
    schedule.follow(table(List.of(List.of(B, C))), START + 2 * HOUR);
    schedule.recordFailed(0, 0, START + 2 * HOUR);
    assertNull(schedule.begin(node -> true, START + 9 * HOUR));
  }

  @Test
  void saysHowLongAgoAPartitionWasComparedWithAll() {
    schedule.follow(table(List.of(List.of(A, B, C), List.of(B, C))), START);
    long now = START + HOUR;
    compare(B, now);
    assertNull(schedule.sinceCompared(new PartitionId(0), now), "not with C");
    compare(C, now + 5);
    assertEquals(7, schedule.sinceCompared(new PartitionId(0), now + 7));
    assertNull(schedule.sinceCompared(new PartitionId(1), now), "of others");
  }

  @Test
  void saysOfEachPartitionWhenItWasComparedWithAllAndHowMuchDiffered() {
    schedule.follow(table(List.of(List.of(A, B, C), List.of(A, B))), START);
    schedule.recordComparedBy(pair(0, C), START + 5);
    assertEquals(Map.of(), schedule.compared(START + 9));
    ComparedPair first = schedule.begin(each -> each.equals(pair(0, B)), START + HOUR);
    assertEquals(pair(0, B), first);
    schedule.recordCompared(3, 0, START + HOUR);
    assertEquals(
        Map.of(new PartitionId(0), new ComparedReplica(HOUR, 3)),
        schedule.compared(START + HOUR + 5),
        "with C an hour ago, who counts what differed");
  }

  @Test
  void aDemandComesFirstAndCountsWhatItDid() {
    schedule.follow(table(List.of(List.of(A, B, C), List.of(A, B), List.of(B, C))), START);
    schedule.demand(List.of(new PartitionId(0), new PartitionId(2)));
    assertEquals(new RepairProgress(2, 0, 0, 0, 0, 0), schedule.progress());
    assertFalse(schedule.progress().isComplete());
    assertEquals(pair(0, C), schedule.begin(pair -> pair.other().equals(C), START));
    schedule.recordCompared(5, 900, START);
    assertEquals(new RepairProgress(2, 1, 0, 0, 5, 900), schedule.progress());
    assertEquals(pair(0, B), schedule.begin(node -> true, START));
    schedule.recordCompared(1, 100, START);
    assertEquals(new RepairProgress(2, 2, 0, 0, 6, 1_000), schedule.progress());
    assertTrue(schedule.progress().isComplete());
    assertNull(schedule.begin(node -> true, START), "nothing is due yet");
  }

  @Test
  void aDemandTriesAFailedPairAgainAndThenGivesItUp() {
    schedule.follow(table(List.of(List.of(A, B))), START);
    schedule.demand(List.of(new PartitionId(0)));
    assertNotNull(schedule.begin(node -> true, START));
    schedule.recordFailed(2, 10, START);
    assertNull(schedule.begin(node -> true, START + RETRY - 1));
    assertFalse(schedule.progress().isComplete());
    assertNotNull(schedule.begin(node -> true, START + RETRY));
    schedule.recordFailed(1, 10, START + RETRY);
    assertEquals(new RepairProgress(1, 0, 1, 0, 3, 20), schedule.progress());
    assertTrue(schedule.progress().isComplete());
  }

  @Test
  void aDemandDoesNotWaitForNodesThatAreNotReachable() {
    schedule.follow(table(List.of(List.of(A, B, C))), START);
    schedule.demand(List.of(new PartitionId(0)));
    assertEquals(pair(0, B), schedule.begin(pair -> pair.other().equals(B), START));
    assertEquals(0, schedule.progress().unreachable(), "it may come back meanwhile");
    schedule.recordCompared(0, 0, START);
    assertNull(schedule.begin(pair -> pair.other().equals(B), START));
    assertEquals(new RepairProgress(2, 1, 0, 1, 0, 0), schedule.progress());
    assertTrue(schedule.progress().isComplete());
  }

  @Test
  void demandedPairsThatVanishHaveFailed() {
    schedule.follow(table(List.of(List.of(A, B, C))), START);
    schedule.demand(List.of(new PartitionId(0)));
    assertEquals(pair(0, C), schedule.begin(pair -> pair.other().equals(C), START));
    schedule.follow(table(List.of(List.of(A, B))), START);
    schedule.recordCompared(3, 50, START);
    assertEquals(new RepairProgress(2, 0, 1, 0, 0, 0), schedule.progress());
    schedule.demand(List.of(new PartitionId(0)));
    assertEquals(new RepairProgress(1, 0, 0, 0, 0, 0), schedule.progress(), "a new one");
  }

  @Test
  void refusesSettingsThatLeadNowhere() {
    Duration second = Duration.ofSeconds(1);
    for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThrows(IllegalArgumentException.class, () -> new AntiEntropySettings(bad, second, 1));
      assertThrows(IllegalArgumentException.class, () -> new AntiEntropySettings(second, bad, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> new AntiEntropySettings(second, second, 0));
  }

  private void compare(NodeId other, long now) {
    assertEquals(pair(0, other), schedule.begin(pair -> pair.other().equals(other), now));
    schedule.recordCompared(0, 0, now);
  }

  private static ComparedPair pair(int partition, NodeId other) {
    return new ComparedPair(new PartitionId(partition), other);
  }

  private static ConfigurationTable table(List<List<NodeId>> members) {
    List<Configuration> configurations = new ArrayList<>();
    for (List<NodeId> each : members) {
      configurations.add(
          Configuration.stable(new PartitionId(configurations.size()), Epoch.FIRST, each));
    }
    return ConfigurationTable.of(new ClusterShape(members.size(), 3), configurations);
  }
}
