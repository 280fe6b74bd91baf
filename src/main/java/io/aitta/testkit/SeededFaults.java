package io.aitta.testkit;

import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries a {@link FaultPlan} out on a {@link TestCluster}, step by step between the steps of a
 * test, or all of it beside clients on other threads.
 *
 * <pre>{@code
 * SeededFaults faults = cluster.faults(seed);
 * while (faults.hasNext()) {
 *   faults.step();
 *   // whatever your code does with the cluster
 * }
 * faults.healAll();
 * faults.check(RegisterChecker.check(history));
 * }</pre>
 *
 * <p>The plan is the same for the same seed. When a step meets what clients do, and which messages
 * are lost or repeated, depends on threads; a seed that found something finds it again the more
 * surely the more often it is run. An operation through a node that is killed may never end, so
 * give each a time-out.
 *
 * <p>For use by the thread that uses the cluster. What fails here names the seed and the steps that
 * were done.
 */
public final class SeededFaults {
  private final TestCluster cluster;
  private final Faults network;
  private final FaultPlan plan;
  private final Set<Integer> down = new TreeSet<>();
  private int done; // steps

  SeededFaults(TestCluster cluster, Faults network, FaultPlan plan) {
    this.cluster = cluster;
    this.network = network;
    this.plan = plan;
  }

  /** What is carried out. */
  public FaultPlan plan() {
    return plan;
  }

  /** Whether there are steps left. */
  public boolean hasNext() {
    return done < plan.steps().size();
  }

  /**
   * Carries the next step out, and returns it. Steps that wait do so for up to 30 seconds for each
   * thing that they wait for.
   *
   * @throws IllegalStateException if there is none left, or what it waited for did not come
   */
  public FaultStep step() {
    if (!hasNext()) {
      throw new IllegalStateException("all steps are done of " + plan);
    }
    FaultStep step = plan.steps().get(done++);
    explained(() -> apply(step));
    return step;
  }

  /**
   * Carries all steps out that are left, each followed by a pause in which clients on other threads
   * go on.
   */
  public void run(Duration pause) {
    while (hasNext()) {
      step();
      long untilNanos = System.nanoTime() + pause.toNanos();
      for (long left = pause.toNanos(); left > 0; left = untilNanos - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  /**
   * Mends the network, starts again what was killed, and waits until every node serves, finds every
   * other alive, and every partition is where it belongs. Steps that are left are left.
   */
  public void healAll() {
    explained(this::settle);
  }

  /**
   * Throws what a checker found, with the seed and the steps that were done.
   *
   * @throws AssertionError unless nothing was found
   */
  public void check(Verdict verdict) {
    if (verdict.outcome() != Verdict.Outcome.PASSED) {
      throw new AssertionError(verdict + "\nafter " + this);
    }
  }

  private void explained(Runnable act) {
    try {
      act.run();
    } catch (RuntimeException e) {
      throw new IllegalStateException(e.getMessage() + "\nafter " + this, e);
    }
  }

  private void apply(FaultStep step) {
    if (step instanceof FaultStep.Slow slow) {
      network.slow(slow.from(), slow.to(), slow.delay());
    } else if (step instanceof FaultStep.Lose lose) {
      network.lose(lose.from(), lose.to(), lose.percent());
    } else if (step instanceof FaultStep.Repeat repeat) {
      network.repeat(repeat.from(), repeat.to(), repeat.percent());
    } else if (step instanceof FaultStep.Cut cut) {
      network.cut(cut.one(), cut.other(), true);
      network.cut(cut.other(), cut.one(), true);
    } else if (step instanceof FaultStep.CutOneWay cut) {
      network.cut(cut.from(), cut.to(), true);
    } else if (step instanceof FaultStep.Split split) {
      network.split(split.group());
    } else if (step instanceof FaultStep.Mend) {
      network.heal();
    } else {
      applyToNodes(step);
    }
  }

  private void applyToNodes(FaultStep step) {
    if (step instanceof FaultStep.Kill kill) {
      cluster.kill(kill.node());
      down.add(kill.node());
    } else if (step instanceof FaultStep.Restart restart) {
      cluster.restart(restart.node(), restart.withData());
      down.remove(restart.node());
    } else if (step instanceof FaultStep.Add add) {
      int node = cluster.add();
      if (node != add.node()) {
        throw new IllegalStateException("node [" + node + "] was added, not [" + add.node() + "]");
      }
    } else if (step instanceof FaultStep.Leave leave) {
      cluster.leave(leave.node());
    } else {
      settle();
    }
  }

  private void settle() {
    network.heal();
    down.forEach(node -> cluster.restart(node, true));
    down.clear();
    cluster.running().forEach(cluster::awaitReady);
    cluster.awaitAllAlive();
    cluster.await("nobody is counted who is gone", this::areAllMembersThere);
    cluster.awaitSettled();
  }

  private boolean areAllMembersThere() {
    List<Integer> running = cluster.running();
    Set<NodeId> there = new HashSet<>();
    running.forEach(node -> there.add(cluster.id(node)));
    return running.stream()
        .flatMap(node -> cluster.node(node).partitions().stream())
        .allMatch(partition -> there.containsAll(partition.members()));
  }

  /** The seed and the steps that were done. */
  @Override
  public String toString() {
    return plan.describe(done);
  }
}
