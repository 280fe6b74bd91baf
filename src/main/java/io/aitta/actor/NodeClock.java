package io.aitta.actor;

import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.replica.NodeMetadata.Ceilings;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's hybrid clock, for use by all of its actors. The lock is held for a few instructions and
 * never while anything is waited for.
 *
 * <p>Whoever is told to by {@link #wantedCeilings} makes higher ceilings durable and then raises
 * them; until then no version is issued at or above the present ones (protocol rule 12).
 */
public final class NodeClock {
  private final HybridClock clock;
  private final long aheadMillis; // how far ahead of use the ceiling is made durable
  private final LongSupplier physicalMillis;
  private HybridTime wantedExempt;

  /**
   * Makes a clock.
   *
   * @param stored the ceilings of the previous run
   * @param boundMillis how far ahead of the wall clock an observed time may be
   * @param physicalMillis the wall clock, in milliseconds since the Unix epoch
   */
  public NodeClock(Ceilings stored, long boundMillis, LongSupplier physicalMillis) {
    this.clock = new HybridClock(stored.issued(), stored.exempt(), boundMillis);
    this.physicalMillis = physicalMillis;
    // A start begins at the ceiling: were it ahead by more than the bound, others would refuse its
    // puts.
    this.aheadMillis = Math.max(1, boundMillis / 4);
    this.wantedExempt = stored.exempt();
  }

  /** The wall clock. */
  long physicalMillis() {
    return physicalMillis.getAsLong();
  }

  /** How often to ask for {@link #wantedCeilings}. */
  Duration raiseInterval() {
    return Duration.ofMillis(Math.max(10, Math.min(250, aheadMillis / 8)));
  }

  /** A reading for messages: what a later run does not go back behind. */
  synchronized HybridTime read() {
    return clock.read(physicalMillis());
  }

  /** The present, for what is judged here and told to nobody. */
  synchronized HybridTime now() {
    return clock.now(physicalMillis());
  }

  /** Takes another node's reading into account, unless it is too far ahead. */
  synchronized void observe(HybridTime remote) {
    clock.observe(remote, physicalMillis());
  }

  /** What this node's time must have reached for it to speak for another one, within limits. */
  synchronized HybridTime awaited(HybridTime remote) {
    return clock.awaited(remote, physicalMillis());
  }

  /** Whether a reading is further ahead of the wall clock than the bound. */
  synchronized boolean isBeyondBound(HybridTime reading) {
    return clock.isBeyondBound(reading, physicalMillis());
  }

  /** Issues a version; null while the ceiling is being raised. */
  synchronized @Nullable Version tryIssue(NodeId self) {
    long now = physicalMillis();
    return clock.canIssue(now) ? new Version(clock.issue(now), self) : null;
  }

  /** Issues a version above another one; null while a ceiling is being raised. */
  synchronized @Nullable Restamp tryIssueAbove(Version held, NodeId self) {
    long now = physicalMillis();
    if (clock.observe(held.time(), now)) {
      return clock.canIssue(now) ? new Restamp(new Version(clock.issue(now), self), false) : null;
    }
    HybridTime exempt = clock.issueExempt(held.time());
    if (exempt == null) {
      wantedExempt = wantedExempt.max(HybridTime.ofMillis(held.time().millis() + aheadMillis));
      return null;
    }
    return new Restamp(new Version(exempt, self), true);
  }

  /** The ceilings to make durable now; null if the present ones suffice for a while. */
  synchronized @Nullable Ceilings wantedCeilings() {
    HybridTime ahead =
        HybridTime.ofMillis(Math.max(physicalMillis(), clock.last().millis()) + aheadMillis);
    boolean isLow = clock.ceiling().millis() < ahead.millis() - aheadMillis / 2;
    boolean isExemptLow = wantedExempt.isAfter(clock.exemptCeiling());
    return isLow || isExemptLow
        ? new Ceilings(isLow ? ahead : clock.ceiling(), wantedExempt.max(clock.exemptCeiling()))
        : null;
  }

  /** Raises the ceilings, after they were made durable. */
  synchronized void raiseCeilings(Ceilings durable) {
    clock.raiseCeiling(durable.issued());
    clock.raiseExemptCeiling(durable.exempt());
  }

  /**
   * A version for a put whose first one was superseded.
   *
   * @param isExempt whether it is further ahead than the clock bound
   */
  record Restamp(Version version, boolean isExempt) {}
}
