package io.aitta.quorum;

import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a put knows of one replica, in its present round. */
final class ReplicaProgress {
  /** What was heard in this round. */
  enum State {
    ASKED,
    /** Its configuration is changing: it is asked again soon. */
    POSTPONED,
    APPLIED,
    /** Holds a newer version and never applied this one. */
    SUPERSEDED,
    /** Holds a newer version and may have applied this one. */
    SUPERSEDED_UNKNOWN,
    /** Holds nothing, and never applied this one, whose version may be older than a dropped one. */
    BELOW_HORIZON,
    FAILED
  }

  /** What became of the hint, if one was wanted. */
  enum Hint {
    NONE,
    WANTED,
    KEPT
  }

  private final NodeId node;
  private State state = State.ASKED;
  private Hint hint = Hint.NONE;
  private @Nullable RefusalReason reason;
  private @Nullable Duration after;

  ReplicaProgress(NodeId node) {
    this.node = node;
  }

  State state() {
    return state;
  }

  boolean is(State other) {
    return state == other;
  }

  @Nullable RefusalReason reason() {
    return reason;
  }

  Hint hint() {
    return hint;
  }

  void becomeAsked() {
    state = State.ASKED;
    reason = null;
    after = null;
  }

  void record(State heard, @Nullable RefusalReason why, @Nullable Duration elapsed) {
    state = heard;
    reason = why;
    after = elapsed;
  }

  void recordHint(Hint outcome) {
    hint = outcome;
  }

  /** Whether it certainly neither applied the entry in this round nor ever will. */
  boolean isCertainlyNotApplied() {
    return state == State.SUPERSEDED
        || state == State.BELOW_HORIZON
        || state == State.POSTPONED
        || (state == State.FAILED && reason != null && reason.isCertainlyNotApplied());
  }

  /** Whether it may have applied the entry in this round, or may still apply it. */
  boolean mayHaveApplied() {
    return !isCertainlyNotApplied();
  }

  /** Whether an answer may still come. */
  boolean isOutstanding() {
    return state == State.ASKED || state == State.POSTPONED;
  }

  /** Whether it lacks the entry, as far as is known, and so needs a hint. */
  boolean needsHint() {
    return isOutstanding() || state == State.FAILED;
  }

  /**
   * What is known of it.
   *
   * @param mayHoldBefore whether it may have applied the entry in an earlier round: then what it
   *     refused in this one does not exclude it
   */
  ReplicaReceipt receipt(String zone, boolean mayHoldBefore) {
    boolean isOpen = mayHoldBefore && isCertainlyNotApplied();
    ReplicaReceipt.State shown =
        switch (state) {
          case APPLIED -> ReplicaReceipt.State.ACKNOWLEDGED;
          case SUPERSEDED, SUPERSEDED_UNKNOWN, BELOW_HORIZON -> ReplicaReceipt.State.SUPERSEDED;
          case FAILED -> isOpen ? ReplicaReceipt.State.UNANSWERED : ReplicaReceipt.State.FAILED;
          case ASKED, POSTPONED -> ReplicaReceipt.State.UNANSWERED;
        };
    if (hint == Hint.KEPT && needsHint()) {
      shown = ReplicaReceipt.State.HINTED;
    }
    return new ReplicaReceipt(
        node, zone, shown, after, shown == ReplicaReceipt.State.UNANSWERED ? null : reason);
  }
}
