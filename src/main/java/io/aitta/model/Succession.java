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

  /** The partition. */
  public PartitionId partition() {
    return configuration.partition();
  }

  /** The configuration's epoch. */
  public Epoch epoch() {
    return configuration.epoch();
  }
}
