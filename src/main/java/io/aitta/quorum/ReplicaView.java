package io.aitta.quorum;

import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import org.jspecify.annotations.Nullable;

/** What a get knows of one replica. */
final class ReplicaView {
  /** What was heard. */
  enum State {
    UNASKED,
    ASKED,
    /** Its configuration is changing: it is asked again soon. */
    POSTPONED,
    /** It takes writes, and has not loaded the partition yet. */
    LOADING,
    /** It said what it holds. */
    HELD,
    FAILED
  }

  private final NodeId node;
  private State state = State.UNASKED;
  private @Nullable Entry entry; // null unless HELD and not absent
  private HybridTime time = HybridTime.ZERO; // never goes back
  private long drops = ReplicaRequest.Write.UNPROVEN; // when it said what it holds
  private @Nullable RefusalReason reason; // of the failure, or of the last repair's
  private int round; // of the last send: an answer to an earlier one says nothing of a later repair
  private @Nullable Entry repairSent; // by the last repair
  private boolean hasRepairFailed; // and it is not known to hold what was repaired

  ReplicaView(NodeId node) {
    this.node = node;
  }

  NodeId node() {
    return node;
  }

  boolean is(State other) {
    return state == other;
  }

  @Nullable Entry entry() {
    return entry;
  }

  Version version() {
    return entry == null ? Version.NONE : entry.version();
  }

  HybridTime time() {
    return time;
  }

  /** How often it had dropped tombstones when it said what it holds. */
  long drops() {
    return drops;
  }

  void recordDrops(long said) {
    drops = said;
  }

  @Nullable RefusalReason reason() {
    return reason;
  }

  @Nullable Entry repairSent() {
    return repairSent;
  }

  boolean hasRepairFailed() {
    return hasRepairFailed;
  }

  boolean wasRepairedTo(Version version) {
    return repairSent != null && repairSent.version().equals(version);
  }

  int round() {
    return round;
  }

  void becomeAsked(int ofRound) {
    state = State.ASKED;
    round = ofRound;
  }

  /**
   * Records what the replica holds. What it was once known to hold is never replaced by something
   * older.
   */
  void recordHeld(@Nullable Entry held, HybridTime heard) {
    time = time.max(heard);
    if (state != State.HELD
        || (held != null && (entry == null || held.version().isNewerThan(entry.version())))) {
      entry = held;
    }
    state = State.HELD;
  }

  void becomePostponed() {
    state = State.POSTPONED;
  }

  void becomeLoading() {
    state = State.LOADING;
  }

  void recordFailed(RefusalReason why) {
    state = State.FAILED;
    reason = why;
    entry = null;
  }

  void recordRepair(Entry sent, int ofRound) {
    round = ofRound;
    repairSent = sent;
    hasRepairFailed = false;
    reason = null;
  }

  void recordRepairFailed(RefusalReason why) {
    hasRepairFailed = true;
    reason = why;
  }
}
