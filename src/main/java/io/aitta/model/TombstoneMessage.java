package io.aitta.model;

import java.util.List;

/**
 * How the members of a partition drop what is dead together (protocol rule 7): one of them learns
 * from all that they hold it, and then has all drop it. Every message names the configuration by
 * which it is meant, and means nothing in another.
 */
public sealed interface TombstoneMessage extends WireMessage {
  /** Whose question or answer it is. */
  ComparisonHeader header();

  /**
   * Asks which of these records the receiver holds, or newer ones of their keys.
   *
   * @param dead tombstones, and values whose expiry is over
   */
  record Asked(ComparisonHeader header, List<KeyVersion> dead) implements TombstoneMessage {

    public Asked {
      dead = List.copyOf(dead);
    }
  }

  /**
   * Which records the sender holds, or newer ones of their keys, durably.
   *
   * @param held a bit for each record of the question, the lowest of the first byte first; empty if
   *     the sender confirms nothing: it knows another configuration, or is not whole
   */
  record Confirmed(ComparisonHeader header, Bytes held) implements TombstoneMessage {}

  /** Has the receiver drop these records, which all members hold, or held newer ones of. */
  record Drop(ComparisonHeader header, List<KeyVersion> dead) implements TombstoneMessage {

    public Drop {
      dead = List.copyOf(dead);
    }
  }

  /**
   * The sender has carried out a {@link Drop}.
   *
   * @param isDone false if it did not, and will not: it knows another configuration, or its storage
   *     failed
   */
  record Dropped(ComparisonHeader header, boolean isDone) implements TombstoneMessage {}
}
