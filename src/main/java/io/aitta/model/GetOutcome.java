package io.aitta.model;

/** How a get ended. A time-out is never "not found". */
public sealed interface GetOutcome {

  /**
   * The newest value among the replicas that were required.
   *
   * @param entry neither a tombstone nor expired
   * @param holders how many replicas were known to hold this version or a newer one when the answer
   *     was given
   */
  record Found(Entry entry, int holders) implements GetOutcome {}

  /**
   * There is no value. A majority of the key's members said what they hold, at any consistency, and
   * the newest of it is none: fewer are not enough to say so, though ONE or TWO find a value.
   *
   * @param deleted the version of the tombstone or expired entry that says so; {@link Version#NONE}
   *     if the key is absent
   */
  record NotFound(Version deleted) implements GetOutcome {}

  /**
   * Too few replicas answered by the deadline, or too few are alive. Says nothing about the key.
   */
  record Unavailable(Refusal refusal) implements GetOutcome {}
}
