package io.aitta.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one replica of a put.
 *
 * @param node the replica's node
 * @param zone its zone; empty if none is set
 * @param state what is known
 * @param after how long after the put began the replica answered; null unless it answered
 * @param reason why it failed; null unless {@code state} is {@link State#FAILED} or a {@link
 *     State#HINTED} replica had answered
 */
public record ReplicaReceipt(
    NodeId node,
    String zone,
    State state,
    @Nullable Duration after,
    @Nullable RefusalReason reason) {

  /** What is known of a replica. */
  public enum State {
    /** It applied the entry. */
    ACKNOWLEDGED,
    /** It holds a newer version: it never applied the entry, or has overwritten it. */
    SUPERSEDED,
    /**
     * It answered that it did not, or nothing was sent to it; {@code reason} tells whether it may
     * have applied the entry all the same.
     */
    FAILED,
    /** It did not acknowledge, and this node keeps a hint for it. */
    HINTED,
    /**
     * It has not answered, or has refused an attempt and not answered an earlier one, by an older
     * configuration. It may have applied the entry.
     */
    UNANSWERED
  }
}
