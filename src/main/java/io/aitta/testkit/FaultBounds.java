package io.aitta.testkit;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * How far the faults of a {@link FaultPlan} go. A node is <em>impaired</em> from when it is killed,
 * or messages from or to it are cut or lost, until all is settled again ({@link FaultStep.Settle}).
 * Every such fault is of a node that counts as impaired; slow and repeated messages impair nobody.
 *
 * @param nodes how many nodes there are at first, numbered from 0
 * @param replicationFactor how many copies there are of every key, at least 1
 * @param maxImpaired how many nodes may be impaired at a time; not negative
 * @param maxNodes how many nodes there may be at a time; none is added beyond it
 * @param maxDelay the longest that a message is slowed; at least 1 ms
 * @param losesData whether killed nodes may lose their data: as long as all is not settled again,
 *     no more of them than leave a majority of every key's copies
 * @param spared nodes that are never impaired and never leave
 */
public record FaultBounds(
    int nodes,
    int replicationFactor,
    int maxImpaired,
    int maxNodes,
    Duration maxDelay,
    boolean losesData,
    Set<Integer> spared) {

  public FaultBounds {
    spared = Set.copyOf(spared);
    if (nodes < 1 || replicationFactor < 1 || maxImpaired < 0 || maxDelay.toMillis() < 1) {
      throw new IllegalArgumentException(
          ("nodes and replicationFactor must be at least 1, maxImpaired at least 0, maxDelay at"
                  + " least 1 ms, were [%d], [%d], [%d], [%s]")
              .formatted(nodes, replicationFactor, maxImpaired, maxDelay));
    }
  }

  /**
   * Bounds that leave QUORUM possible for every key, at every moment, through every node that is
   * not impaired: as many are impaired as a key's copies may lose of a majority, 1 of 3. Up to two
   * nodes more than at first; up to 100 ms; no data is lost.
   */
  public static FaultBounds of(int nodes, int replicationFactor) {
    return new FaultBounds(
        nodes,
        replicationFactor,
        minority(nodes, replicationFactor),
        nodes + 2,
        Duration.ofMillis(100),
        false,
        Set.of());
  }

  private static int minority(int nodes, int replicationFactor) {
    return (Math.min(nodes, replicationFactor) - 1) / 2;
  }

  /** How many copies of a key may be lost: fewer than half. */
  int maxLost() {
    return losesData ? minority(nodes, replicationFactor) : 0;
  }

  /**
   * Up to so many impaired nodes: with more than {@link #of} allows, operations at QUORUM may find
   * too few replicas, and what is acknowledged is kept nevertheless.
   */
  public FaultBounds withMaxImpaired(int impaired) {
    return new FaultBounds(
        nodes, replicationFactor, impaired, maxNodes, maxDelay, losesData, spared);
  }

  /** Up to so many nodes; as many as there are at first, and none is added. */
  public FaultBounds withMaxNodes(int most) {
    return new FaultBounds(
        nodes, replicationFactor, maxImpaired, most, maxDelay, losesData, spared);
  }

  /** Messages that are slowed by up to that. */
  public FaultBounds withMaxDelay(Duration delay) {
    return new FaultBounds(
        nodes, replicationFactor, maxImpaired, maxNodes, delay, losesData, spared);
  }

  /**
   * Nodes that lose their data. The cluster needs a short {@code reconfiguration.replace-after} for
   * it, such as {@code 1s}: until then the lost copy is counted, and nobody makes up for it.
   */
  public FaultBounds losingData() {
    return new FaultBounds(nodes, replicationFactor, maxImpaired, maxNodes, maxDelay, true, spared);
  }

  /** Another node that is never impaired and never leaves. */
  public FaultBounds sparing(int node) {
    Set<Integer> more = new HashSet<>(spared);
    more.add(node);
    return new FaultBounds(
        nodes, replicationFactor, maxImpaired, maxNodes, maxDelay, losesData, more);
  }
}
