package io.aitta.model;

/** How a put or a delete ended, of three kinds that are never mistaken for each other. */
public sealed interface PutOutcome {

  /** As many replicas as were required applied it. */
  record Written(Receipt receipt) implements PutOutcome {}

  /**
   * Fewer acknowledged than were required, by the deadline or because the others failed. It may
   * have been applied, may be visible already, and may become visible later, once, under the
   * receipt's version. Putting again is safe and yields a newer version.
   */
  record MaybeApplied(Receipt receipt) implements PutOutcome {}

  /** Nothing was applied, and nothing will be. */
  record Refused(Refusal refusal) implements PutOutcome {}
}
