package io.aitta.testkit;

import java.time.Duration;
import java.util.Set;

/** One step of a {@link FaultPlan}; says in words what it does. Nodes are numbered from 0. */
public sealed interface FaultStep {

  /** Every message from one node to another takes so much longer, until the network is mended. */
  record Slow(int from, int to, Duration delay) implements FaultStep {
    @Override
    public String toString() {
      return "slow messages from " + from + " to " + to + " by " + delay.toMillis() + " ms";
    }
  }

  /**
   * Some of the messages from one node to another are lost, until the network is mended.
   *
   * @param percent how many of 100, at random
   */
  record Lose(int from, int to, int percent) implements FaultStep {
    @Override
    public String toString() {
      return "lose " + percent + " % of the messages from " + from + " to " + to;
    }
  }

  /**
   * Some of the messages from one node to another arrive twice, until the network is mended.
   *
   * @param percent how many of 100, at random
   */
  record Repeat(int from, int to, int percent) implements FaultStep {
    @Override
    public String toString() {
      return "repeat " + percent + " % of the messages from " + from + " to " + to;
    }
  }

  /** Two nodes hear nothing of each other, until the network is mended. */
  record Cut(int one, int other) implements FaultStep {
    @Override
    public String toString() {
      return "cut " + one + " and " + other;
    }
  }

  /** One node hears nothing of another, which still hears it, until the network is mended. */
  record CutOneWay(int from, int to) implements FaultStep {
    @Override
    public String toString() {
      return "cut the way from " + from + " to " + to;
    }
  }

  /** A group of nodes and all others hear nothing of each other, until the network is mended. */
  record Split(Set<Integer> group) implements FaultStep {
    public Split {
      group = Set.copyOf(group);
    }

    @Override
    public String toString() {
      return "split " + group.stream().sorted().toList() + " from the others";
    }
  }

  /** The network is mended: every message arrives, once and at once. */
  record Mend() implements FaultStep {
    @Override
    public String toString() {
      return "mend the network";
    }
  }

  /** A node is killed: what is in flight is lost, what it stored is not. */
  record Kill(int node) implements FaultStep {
    @Override
    public String toString() {
      return "kill " + node;
    }
  }

  /**
   * A killed node is started again, and is not waited for.
   *
   * @param withData whether it has what it had; otherwise it is a new node under the same number
   */
  record Restart(int node, boolean withData) implements FaultStep {
    @Override
    public String toString() {
      return "restart " + node + (withData ? " with its data" : " without its data");
    }
  }

  /** An empty node is added, and is not waited for. */
  record Add(int node) implements FaultStep {
    @Override
    public String toString() {
      return "add " + node;
    }
  }

  /** A node gives its data to the others, is waited for, and is gone. */
  record Leave(int node) implements FaultStep {
    @Override
    public String toString() {
      return "let " + node + " leave";
    }
  }

  /**
   * The network is mended, killed nodes are started again with their data, and it is waited until
   * all serve, find each other alive, and hold what they are to hold.
   */
  record Settle() implements FaultStep {
    @Override
    public String toString() {
      return "mend everything and wait until all is settled";
    }
  }
}
