package io.aitta.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Faults for a cluster, one after the other, drawn from a seed: messages that are slow, lost or
 * repeated, links that are cut both ways or one way, a group that is split off, nodes that are
 * killed and restarted with or without their data, added, or leave; and pauses from all of that. A
 * pure function of seed, number of steps and {@link FaultBounds}, so a plan that found something
 * can be run again.
 *
 * <p>Immutable; prints its seed and its steps.
 */
public final class FaultPlan {
  private final long seed;
  private final FaultBounds bounds;
  private final List<FaultStep> steps;

  private FaultPlan(long seed, FaultBounds bounds, List<FaultStep> steps) {
    this.seed = seed;
    this.bounds = bounds;
    this.steps = List.copyOf(steps);
  }

  /**
   * Draws a plan.
   *
   * @param length how many steps it has, at least 0
   */
  public static FaultPlan of(long seed, int length, FaultBounds bounds) {
    if (length < 0) {
      throw new IllegalArgumentException("length must not be negative, was [" + length + "]");
    }
    Draw draw = new Draw(new Random(seed), bounds);
    while (draw.steps.size() < length) {
      FaultStep step = draw.next();
      if (step != null) {
        draw.steps.add(step);
      }
    }
    return new FaultPlan(seed, bounds, draw.steps);
  }

  /** What it was drawn from. */
  public long seed() {
    return seed;
  }

  /** What it keeps within. */
  public FaultBounds bounds() {
    return bounds;
  }

  /** Its steps, in order. */
  public List<FaultStep> steps() {
    return steps;
  }

  @Override
  public String toString() {
    return describe(steps.size());
  }

  /** Its seed and its first steps. */
  String describe(int done) {
    StringBuilder text = new StringBuilder("faults of seed [" + seed + "]");
    for (int i = 0; i < done; i++) {
      text.append("\n  ").append(i + 1).append(". ").append(steps.get(i));
    }
    return text.toString();
  }

  /** A plan in the making, with the cluster as it is after the steps so far. */
  private static final class Draw {
    private final Random random;
    private final FaultBounds bounds;
    private final List<FaultStep> steps = new ArrayList<>();
    private final Set<Integer> running = new TreeSet<>();
    private final Set<Integer> down = new TreeSet<>();
    private final Set<Integer> impaired = new TreeSet<>(); // contains down
    private final Set<Integer> lost = new HashSet<>(); // data since all was settled
    private boolean hasAdded; // since all was settled
    private boolean isNetworkFaulty;
    private boolean isLeaveNext;
    private int nextNode;

    Draw(Random random, FaultBounds bounds) {
      this.random = random;
      this.bounds = bounds;
      this.nextNode = bounds.nodes();
      IntStream.range(0, bounds.nodes()).forEach(running::add);
    }

    /** A step, if what was drawn is possible and within the bounds. */
    @Nullable FaultStep next() {
      if (isLeaveNext) {
        isLeaveNext = false;
        return leave();
      }
      return switch (random.nextInt(20)) {
        case 0, 1 -> slow();
        case 2, 3 -> lose();
        case 4 -> repeat();
        case 5, 6 -> cut();
        case 7, 8 -> cutOneWay();
        case 9, 10 -> split();
        case 11, 12 -> mend();
        case 13, 14 -> kill();
        case 15, 16 -> restart();
        case 17 -> add();
        case 18 -> {
          isLeaveNext = true; // once all is settled
          yield settle();
        }
        default -> settle();
      };
    }

    private @Nullable FaultStep slow() {
      List<Integer> link = link();
      Duration delay = Duration.ofMillis(1 + random.nextInt((int) bounds.maxDelay().toMillis()));
      return link == null ? null : new FaultStep.Slow(link.get(0), link.get(1), delay);
    }

    private @Nullable FaultStep lose() {
      List<Integer> link = linkOfImpaired();
      int percent = 10 + random.nextInt(70);
      return link == null ? null : new FaultStep.Lose(link.get(0), link.get(1), percent);
    }

    private @Nullable FaultStep repeat() {
      List<Integer> link = link();
      int percent = 10 + random.nextInt(91);
      return link == null ? null : new FaultStep.Repeat(link.get(0), link.get(1), percent);
    }

    private @Nullable FaultStep cut() {
      List<Integer> link = linkOfImpaired();
      return link == null ? null : new FaultStep.Cut(link.get(0), link.get(1));
    }

    private @Nullable FaultStep cutOneWay() {
      List<Integer> link = linkOfImpaired();
      return link == null ? null : new FaultStep.CutOneWay(link.get(0), link.get(1));
    }

    /** Two nodes that run; null if there are no two. */
    private @Nullable List<Integer> link() {
      Integer from = any(running);
      return from == null ? null : link(from);
    }

    private @Nullable List<Integer> link(int from) {
      Set<Integer> others = new TreeSet<>(running);
      others.remove(from);
      Integer to = any(others);
      isNetworkFaulty |= to != null;
      return to == null ? null : List.of(from, to);
    }

    /** The same, of which one is impaired from now on. */
    private @Nullable List<Integer> linkOfImpaired() {
      Integer victim = any(victims());
      List<Integer> link = victim == null ? null : link(victim);
      if (link == null) {
        return null;
      }
      impaired.add(link.get(0));
      return random.nextBoolean() ? link : List.of(link.get(1), link.get(0));
    }

    /** The running nodes that are impaired or may be. */
    private Set<Integer> victims() {
      Set<Integer> victims = new TreeSet<>(running);
      victims.removeAll(bounds.spared());
      if (impaired.size() >= bounds.maxImpaired()) {
        victims.retainAll(impaired);
      }
      return victims;
    }

    private @Nullable FaultStep split() {
      Set<Integer> group = new TreeSet<>();
      int size = 1 + random.nextInt(Math.max(1, bounds.maxImpaired()));
      while (group.size() < size) {
        Set<Integer> more = victims();
        more.removeAll(group);
        Integer victim = any(more);
        if (victim == null) {
          break;
        }
        impaired.add(victim);
        group.add(victim);
      }
      if (group.isEmpty() || group.size() == running.size()) {
        return null;
      }
      isNetworkFaulty = true;
      return new FaultStep.Split(group);
    }

    private @Nullable FaultStep mend() {
      boolean wasFaulty = isNetworkFaulty;
      isNetworkFaulty = false;
      return wasFaulty ? new FaultStep.Mend() : null;
    }

    private @Nullable FaultStep kill() {
      Integer node = running.size() < 2 ? null : any(victims());
      if (node == null) {
        return null;
      }
      impaired.add(node);
      running.remove(node);
      down.add(node);
      return new FaultStep.Kill(node);
    }

    private @Nullable FaultStep restart() {
      Integer node = any(down);
      if (node == null) {
        return null;
      }
      boolean mayLose = !hasAdded && (lost.contains(node) || lost.size() < bounds.maxLost());
      boolean withData = !mayLose || random.nextBoolean();
      if (!withData) {
        lost.add(node);
      }
      down.remove(node);
      running.add(node);
      return new FaultStep.Restart(node, withData);
    }

    private @Nullable FaultStep add() {
      if (running.size() + down.size() >= bounds.maxNodes()) {
        return null;
      }
      hasAdded = true;
      int node = nextNode++;
      running.add(node);
      return new FaultStep.Add(node);
    }

    /** Only as long as there are nodes for every copy. */
    private @Nullable FaultStep leave() {
      Set<Integer> mayLeave = new TreeSet<>(running);
      mayLeave.removeAll(bounds.spared());
      boolean areEnough = running.size() > Math.max(bounds.replicationFactor(), 2);
      Integer node = areEnough ? any(mayLeave) : null;
      if (node == null) {
        return null;
      }
      running.remove(node);
      return new FaultStep.Leave(node);
    }

    private FaultStep settle() {
      running.addAll(down);
      down.clear();
      impaired.clear();
      lost.clear();
      hasAdded = false;
      isNetworkFaulty = false;
      return new FaultStep.Settle();
    }

    private @Nullable Integer any(Set<Integer> nodes) {
      return nodes.isEmpty() ? null : List.copyOf(nodes).get(random.nextInt(nodes.size()));
    }
  }
}
