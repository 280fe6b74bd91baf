package io.aitta.model;

import java.util.List;

/**
 * A configuration that was decided, with the members that it follows: it is acted on once a
 * majority of these stored it durably, and thereby refuse everything older (protocol rule 6).
 *
 * @param configuration what was decided
 * @param predecessors the members of the configuration before; of a partition's first one, its own
 */
public record Succession(Configuration configuration, List<NodeId> predecessors) {

  public Succession {
    predecessors = List.copyOf(predecessors);
    if (predecessors.isEmpty()) {
      throw new IllegalArgumentException("predecessors must not be empty: " + configuration);
    }
  }

  /** A partition's first configuration, which follows none. */
  public static Succession first(Configuration configuration) {
    return new Succession(configuration, configuration.members());
  }

  /**
   * A configuration with which a partition is recovered: the roster decided it, and acts on it; it
   * is stored by those that it concerns before they take part.
   */
  public static Succession recovered(Configuration recovery) {
    return new Succession(recovery, recovery.members());
  }

  /** A hash of all of it, by which nodes find out that they hold the same. */
  public long contentHash() {
    return hash(hash(0, configuration), predecessors);
  }

  private static long hash(long before, Configuration configuration) {
    long hash = Hashing.mix(before ^ configuration.partition().value());
    hash = Hashing.mix(hash ^ configuration.epoch().recoveryTerm());
    hash = Hashing.mix(hash ^ configuration.epoch().number());
    hash = hash(hash(hash, configuration.members()), configuration.successors());
    for (Configuration recovery : configuration.recoveries()) {
      hash = hash(hash, recovery);
    }
    return hash;
  }

  private static long hash(long before, List<NodeId> nodes) {
    long hash = Hashing.mix(before ^ nodes.size());
    for (NodeId node : nodes) {
      hash = Hashing.mix(hash ^ node.value());
    }
    return hash;
  }

  /** The partition. */
  public PartitionId partition() {
    return configuration.partition();
  }

  /** The configuration's epoch. */
  public Epoch epoch() {
    return configuration.epoch();
  }
}
