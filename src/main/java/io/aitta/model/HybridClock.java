package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * A hybrid logical clock (Kulkarni et al. 2014, figure 5) with a durable ceiling. Readings rise
 * strictly, follow physical time, and never fall behind an observed reading of another node. Not
 * safe for use by several threads; physical time is passed in.
 *
 * <p>Two additions of ours. Versions are issued below a ceiling that was made durable ahead of use,
 * and a start begins above it, so a clock that was set back never issues a version twice (protocol
 * rule 12). And a reading that is further ahead of physical time than a bound is not observed, so
 * one node with a wrong clock does not carry the others away (rule 13).
 */
public final class HybridClock {

  /** How many times the bound a node waits at most for its time to reach that of another one. */
  public static final int AWAITED_BOUNDS = 10;

  private final long boundMillis;
  private HybridTime last; // rises only
  private HybridTime ceiling; // every issued reading is below it
  private HybridTime lastExempt; // rises only
  private HybridTime exemptCeiling; // every exempt reading is below it

  /**
   * Makes a clock.
   *
   * @param floor every reading is later; the durable ceiling of the previous run
   * @param exemptFloor the same for exempt readings
   * @param boundMillis how far ahead of physical time an observed reading may be
   */
  public HybridClock(HybridTime floor, HybridTime exemptFloor, long boundMillis) {
    this.last = floor;
    this.ceiling = floor;
    this.lastExempt = exemptFloor;
    this.exemptCeiling = exemptFloor;
    this.boundMillis = boundMillis;
  }

  /**
   * Returns a reading for messages: not before any earlier one, and never above the ceiling, so
   * that no later run of the node reads earlier. Readers rely on it: what was found expired by the
   * time that replicas reported stays expired (rule 11). It stands still while no higher ceiling
   * can be stored, as on a full disk, so nothing that is only judged here and now goes by it.
   */
  public HybridTime read(long physicalMillis) {
    HybridTime now = now(physicalMillis);
    return now.isAfter(ceiling) ? ceiling : now;
  }

  /**
   * Returns the present, by which this node judges what it tells nobody: not before any earlier
   * reading of this run, and not held back by the ceiling. A later run may read earlier.
   *
   * <p>That suffices for two judgements. A coordinator that takes an entry for expired by it does
   * not find it, which no crash can make wrong; to answer "not found" it needs replicas that report
   * the expiry by {@link #read}, so that no later reader finds it either (rule 11). And a replica
   * that measures the clock bound from it refuses no put of the present because its own disk is
   * full, and takes none that the bound keeps out, since what it follows is itself within the bound
   * (rule 13); a later run that reads earlier refuses more, never less.
   */
  public HybridTime now(long physicalMillis) {
    last = last.max(HybridTime.ofMillis(physicalMillis));
    return last;
  }

  /** Whether {@link #issue} would return a reading now. */
  public boolean canIssue(long physicalMillis) {
    return ceiling.isAfter(nextIssued(physicalMillis));
  }

  /**
   * Returns a reading that was never issued and never will be again.
   *
   * @throws IllegalStateException if the ceiling is reached; ask {@link #canIssue} first
   */
  public HybridTime issue(long physicalMillis) {
    HybridTime issued = nextIssued(physicalMillis);
    if (!ceiling.isAfter(issued)) {
      throw new IllegalStateException("ceiling " + ceiling + " reached by " + issued);
    }
    last = issued;
    return issued;
  }

  private HybridTime nextIssued(long physicalMillis) {
    return even(last.next().max(HybridTime.ofMillis(physicalMillis)));
  }

  private static HybridTime even(HybridTime time) {
    return (time.packed() & 1) == 0 ? time : time.next();
  }

  /**
   * Returns a reading above one that is further ahead than the bound, for a version that directly
   * succeeds another (protocol rule 13). Exempt readings are odd and the others even, so that the
   * two sequences of one node never meet; they leave the clock itself where it is.
   *
   * @return null if it would reach the ceiling of exempt readings
   */
  public @Nullable HybridTime issueExempt(HybridTime above) {
    HybridTime next = even(above.max(lastExempt).next()).next();
    if (!exemptCeiling.isAfter(next)) {
      return null;
    }
    lastExempt = next;
    return next;
  }

  /** Raises the ceiling of exempt readings, after it was made durable. */
  public void raiseExemptCeiling(HybridTime durable) {
    exemptCeiling = exemptCeiling.max(durable);
  }

  /** The present ceiling of exempt readings. */
  public HybridTime exemptCeiling() {
    return exemptCeiling;
  }

  /**
   * Takes another node's reading into account.
   *
   * @return false if it is further ahead of physical time than the bound, and was ignored
   */
  public boolean observe(HybridTime remote, long physicalMillis) {
    if (isBeyondBound(remote, physicalMillis)) {
      return false;
    }
    last = last.max(remote);
    return true;
  }

  /**
   * Returns what this node's time must have reached for it to speak for another one, whose reading
   * that is: the reading, or ten times the bound from now if that is earlier. A clock that is
   * further ahead is wrong, and holds nothing up for longer; that what others found expired by it
   * alone stays expired is not promised then.
   */
  public HybridTime awaited(HybridTime remote, long physicalMillis) {
    HybridTime longest = HybridTime.ofMillis(physicalMillis + AWAITED_BOUNDS * boundMillis);
    return remote.isAfter(longest) ? longest : remote;
  }

  /** Whether a reading is further ahead of physical time than the bound. */
  public boolean isBeyondBound(HybridTime remote, long physicalMillis) {
    return remote.millis() > physicalMillis + boundMillis;
  }

  /** Raises the ceiling, after it was made durable. A lower one changes nothing. */
  public void raiseCeiling(HybridTime durable) {
    ceiling = ceiling.max(durable);
  }

  /** The present ceiling. */
  public HybridTime ceiling() {
    return ceiling;
  }

  /** The latest reading. */
  public HybridTime last() {
    return last;
  }
}
