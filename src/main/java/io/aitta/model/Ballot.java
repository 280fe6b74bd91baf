package io.aitta.model;

/**
 * A Paxos ballot (Lamport 2001, section 2.2): a round and the node that proposes in it, so that no
 * two proposers share one.
 *
 * @param round from 1; 0 only in {@link #NONE}
 * @param proposer the node that proposes
 */
public record Ballot(long round, NodeId proposer) implements Comparable<Ballot> {
  /** Below every ballot. */
  public static final Ballot NONE = new Ballot(0, NodeId.NONE);

  @Override
  public int compareTo(Ballot other) {
    int byRound = Long.compare(round, other.round);
    return byRound != 0 ? byRound : proposer.compareTo(other.proposer);
  }

  /** Whether this ballot is above the other. */
  public boolean isAbove(Ballot other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return round + "-" + proposer;
  }
}
