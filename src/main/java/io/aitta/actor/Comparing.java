package io.aitta.actor;

import io.aitta.model.Epoch;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.TreeComparison;

/** The comparison that {@link AntiEntropy} has begun: what it waits for. Owned by one actor. */
final class Comparing {

  /** What it waits for. */
  enum Phase {
    /** Nothing: the next step is to be done. */
    READY,
    /** The other side's answer. */
    ASKED,
    /** This side's tree, to compare an answer with. */
    OWN_TREE,
    /** Writes in flight. */
    SETTLING,
    /** Records that are being moved. */
    MOVING
  }

  private final ComparedPair pair;
  private final Epoch epoch;
  private final TreeComparison comparison;
  private final Moves moves;
  private Phase phase = Phase.READY;
  private long untilNanos; // meaningless unless ASKED or SETTLING
  private int repetitions; // of the question that is not answered
  private long reportedSent;
  private long reportedReceived;

  Comparing(ComparedPair pair, Epoch epoch, TreeComparison comparison, Moves moves) {
    this.pair = pair;
    this.epoch = epoch;
    this.comparison = comparison;
    this.moves = moves;
  }

  ComparedPair pair() {
    return pair;
  }

  Epoch epoch() {
    return epoch;
  }

  TreeComparison comparison() {
    return comparison;
  }

  Moves moves() {
    return moves;
  }

  Phase phase() {
    return phase;
  }

  void become(Phase next) {
    phase = next;
  }

  /** An answer has come: the next question is another one. */
  void recordAnswered(Phase next) {
    repetitions = 0;
    phase = next;
  }

  void becomeUntil(Phase next, long nanos) {
    become(next);
    untilNanos = nanos;
  }

  boolean isOver(long nowNanos) {
    return nowNanos - untilNanos >= 0;
  }

  /** How often the present question was asked again, this time included. */
  int repeat() {
    phase = Phase.READY;
    return ++repetitions;
  }

  /** Encoded bytes that were sent since they were taken last. */
  long takeSent() {
    long taken = comparison.bytesSent() + moves.bytesSent() - reportedSent;
    reportedSent += taken;
    return taken;
  }

  /** Encoded bytes that were received since they were taken last. */
  long takeReceived() {
    long taken = comparison.bytesReceived() + moves.bytesReceived() - reportedReceived;
    reportedReceived += taken;
    return taken;
  }
}
