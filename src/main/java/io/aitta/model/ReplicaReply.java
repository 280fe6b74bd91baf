package io.aitta.model;

import org.jspecify.annotations.Nullable;

/** What one replica answers to one {@link ReplicaRequest}. */
public sealed interface ReplicaReply {

  /**
   * The answer to a write that the replica has looked at.
   *
   * @param result what became of it
   * @param held the newer entry if {@code result} is not {@link WriteResult#APPLIED}, else null; a
   *     tombstone at the horizon if it is {@link WriteResult#BELOW_HORIZON}. With its value only in
   *     answer to {@link WriteOrigin#REPAIR}; a put needs the version alone
   */
  record Wrote(WriteResult result, @Nullable Entry held) implements ReplicaReply {

    public Wrote {
      if ((result == WriteResult.APPLIED) != (held == null)) {
        throw new IllegalArgumentException(
            "held must be present exactly if not applied, result [" + result + "]");
      }
    }
  }

  /**
   * The answer to a read.
   *
   * @param entry the copy, tombstones and expired ones included; null if the replica has none
   * @param drops how often the replica dropped tombstones of the partition, or counts as if it had:
   *     a repair that rests on this answer names it (protocol rule 8)
   */
  record Copy(@Nullable Entry entry, long drops) implements ReplicaReply {

    /** The answer of a replica that dropped nothing yet. */
    public Copy(@Nullable Entry entry) {
      this(entry, 0);
    }

    /** The version of the copy; {@link Version#NONE} if there is none. */
    public Version version() {
      return entry == null ? Version.NONE : entry.version();
    }
  }

  /**
   * The replica did not do it.
   *
   * @param reason why
   * @param newer the replica's configuration if {@code reason} is {@link
   *     RefusalReason#STALE_EPOCH}, else null
   */
  record Refused(RefusalReason reason, @Nullable Configuration newer) implements ReplicaReply {

    /** A refusal without a configuration. */
    public static Refused of(RefusalReason reason) {
      return new Refused(reason, null);
    }
  }
}
