package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FaultPlanTest {
  private static final int SEEDS = 1_000;
  private static final int STEPS = 40;

  /** Follows a plan, with the cluster as it becomes, and checks the bounds after every step. */
  private static final class Follower {
    private final FaultPlan plan;
    private final FaultBounds bounds;
    private final Set<Integer> running = new TreeSet<>();
    private final Set<Integer> down = new TreeSet<>();
    private final Set<Set<Integer>> faulty = new HashSet<>(); // of each, one node is impaired
    private final Set<Integer> lost = new HashSet<>();
    private boolean hasAdded;
    private boolean isSettled = true;

    Follower(FaultPlan plan) {
      this.plan = plan;
      this.bounds = plan.bounds();
      IntStream.range(0, bounds.nodes()).forEach(running::add);
    }

    void follow() {
      for (FaultStep step : plan.steps()) {
        check(step);
        isSettled = step instanceof FaultStep.Settle;
        require(canBeSoFew(), step);
        require(running.size() + down.size() <= Math.max(bounds.nodes(), bounds.maxNodes()), step);
      }
    }

    /** Whether as few impaired nodes as allowed are an explanation of all faults. */
    private boolean canBeSoFew() {
      return canExplain(List.copyOf(faulty), Set.of());
    }

    private boolean canExplain(List<Set<Integer>> faults, Set<Integer> impaired) {
      List<Set<Integer>> left =
          faults.stream().filter(nodes -> Collections.disjoint(nodes, impaired)).toList();
      if (left.isEmpty() || impaired.size() == bounds.maxImpaired()) {
        return left.isEmpty();
      }
      return left.get(0).stream()
          .filter(node -> !bounds.spared().contains(node))
          .anyMatch(
              node -> {
                Set<Integer> more = new HashSet<>(impaired);
                more.add(node);
                return canExplain(left, more);
              });
    }

    private void check(FaultStep step) {
      if (step instanceof FaultStep.Slow slow) {
        requireLink(slow.from(), slow.to(), step);
        require(slow.delay().compareTo(bounds.maxDelay()) <= 0 && !slow.delay().isZero(), step);
      } else if (step instanceof FaultStep.Repeat repeat) {
        requireLink(repeat.from(), repeat.to(), step);
        require(repeat.percent() > 0 && repeat.percent() <= 100, step);
      } else if (step instanceof FaultStep.Lose lose) {
        require(lose.percent() > 0 && lose.percent() < 100, step);
        impairOneOf(lose.from(), lose.to(), step);
      } else if (step instanceof FaultStep.Cut cut) {
        impairOneOf(cut.one(), cut.other(), step);
      } else if (step instanceof FaultStep.CutOneWay cut) {
        impairOneOf(cut.from(), cut.to(), step);
      } else if (step instanceof FaultStep.Split split) {
        require(running.containsAll(split.group()) && !split.group().isEmpty(), step);
        require(!split.group().containsAll(running), step);
        split.group().forEach(node -> faulty.add(Set.of(node)));
      } else {
        checkOfNodes(step);
      }
    }

    private void checkOfNodes(FaultStep step) {
      if (step instanceof FaultStep.Kill kill) {
        require(running.remove(kill.node()) && !running.isEmpty(), step);
        down.add(kill.node());
        faulty.add(Set.of(kill.node()));
      } else if (step instanceof FaultStep.Restart restart) {
        require(down.remove(restart.node()), step);
        running.add(restart.node());
        if (!restart.withData()) {
          lost.add(restart.node());
          require(bounds.losesData() && !hasAdded, step);
          require(lost.size() * 2 < Math.min(bounds.nodes(), bounds.replicationFactor()), step);
        }
      } else if (step instanceof FaultStep.Add add) {
        hasAdded = true;
        require(running.add(add.node()) && !down.contains(add.node()), step);
      } else if (step instanceof FaultStep.Leave leave) {
        require(isSettled && running.remove(leave.node()), step);
        require(running.size() >= bounds.replicationFactor(), step);
        require(!bounds.spared().contains(leave.node()), step);
      } else if (step instanceof FaultStep.Settle) {
        running.addAll(down);
        down.clear();
        faulty.clear();
        lost.clear();
        hasAdded = false;
      }
    }

    private void requireLink(int from, int to, FaultStep step) {
      require(from != to && running.contains(from) && running.contains(to), step);
    }

    private void impairOneOf(int one, int other, FaultStep step) {
      requireLink(one, other, step);
      faulty.add(Set.of(one, other));
    }

    private void require(boolean isTrue, FaultStep step) {
      assertTrue(isTrue, step + " breaks the bounds of " + bounds + " in " + plan);
    }
  }

  private static void assertWithinBounds(FaultBounds bounds) {
    Set<Class<?>> kinds = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultPlan plan = FaultPlan.of(seed, STEPS, bounds);
      assertEquals(STEPS, plan.steps().size());
      new Follower(plan).follow();
      plan.steps().forEach(step -> kinds.add(step.getClass()));
    }
    assertEquals(12, kinds.size(), "all kinds of steps are drawn");
  }

  @Test
  void theSameSeedGivesTheSamePlan() {
    FaultBounds bounds = FaultBounds.of(5, 3).losingData();
    Set<List<FaultStep>> plans = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultPlan plan = FaultPlan.of(seed, STEPS, bounds);
      assertEquals(plan.steps(), FaultPlan.of(seed, STEPS, bounds).steps());
      plans.add(plan.steps());
    }
    assertEquals(SEEDS, plans.size(), "and another seed another one");
  }

  @Test
  void aLongerPlanBeginsWithTheShorterOne() {
    FaultBounds bounds = FaultBounds.of(5, 3);
    assertEquals(
        FaultPlan.of(7, 10, bounds).steps(), FaultPlan.of(7, 30, bounds).steps().subList(0, 10));
  }

  @Test
  void boundsHoldWithThreeCopies() {
    assertWithinBounds(FaultBounds.of(5, 3).losingData());
  }

  @Test
  void boundsHoldWithFiveCopies() {
    assertWithinBounds(FaultBounds.of(7, 5).losingData().withMaxDelay(Duration.ofMillis(1)));
  }

  @Test
  void boundsHoldWithNodesThatAreSpared() {
    assertWithinBounds(FaultBounds.of(4, 3).losingData().sparing(0).sparing(2));
  }

  @Test
  void boundsHoldWhenMajoritiesMayBeGone() {
    assertWithinBounds(FaultBounds.of(5, 3).losingData().withMaxImpaired(4).withMaxNodes(6));
  }

  @Test
  void byDefaultNobodyLosesDataAndALoneCopyIsNeverImpaired() {
    for (int seed = 0; seed < SEEDS; seed++) {
      for (FaultStep step : FaultPlan.of(seed, STEPS, FaultBounds.of(5, 3)).steps()) {
        assertFalse(step instanceof FaultStep.Restart restart && !restart.withData());
      }
      for (FaultStep step : FaultPlan.of(seed, STEPS, FaultBounds.of(3, 1)).steps()) {
        assertFalse(step instanceof FaultStep.Kill || step instanceof FaultStep.Cut);
      }
    }
  }

  @Test
  void aPlanPrintsItsSeedAndItsSteps() {
    FaultPlan plan = FaultPlan.of(42, 3, FaultBounds.of(5, 3));
    List<String> lines = plan.toString().lines().toList();
    assertEquals("faults of seed [42]", lines.get(0));
    for (int i = 0; i < 3; i++) {
      assertEquals("  " + (i + 1) + ". " + plan.steps().get(i), lines.get(i + 1));
    }
    assertNotEquals(plan.toString(), FaultPlan.of(43, 3, FaultBounds.of(5, 3)).toString());
  }

  @Test
  void everyStepSaysWhatItDoes() {
    assertEquals(
        "slow messages from 1 to 2 by 30 ms",
        new FaultStep.Slow(1, 2, Duration.ofMillis(30)).toString());
    assertEquals("lose 20 % of the messages from 1 to 2", new FaultStep.Lose(1, 2, 20).toString());
    assertEquals(
        "repeat 20 % of the messages from 1 to 2", new FaultStep.Repeat(1, 2, 20).toString());
    assertEquals("cut 1 and 2", new FaultStep.Cut(1, 2).toString());
    assertEquals("cut the way from 1 to 2", new FaultStep.CutOneWay(1, 2).toString());
    assertEquals("split [1, 3] from the others", new FaultStep.Split(Set.of(3, 1)).toString());
    assertEquals("restart 1 without its data", new FaultStep.Restart(1, false).toString());
  }

  @Test
  void refusesWhatIsNoBound() {
    assertThrows(IllegalArgumentException.class, () -> FaultBounds.of(0, 3));
    assertThrows(
        IllegalArgumentException.class, () -> FaultBounds.of(3, 3).withMaxDelay(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> FaultPlan.of(1, -1, FaultBounds.of(3, 3)));
  }
}
