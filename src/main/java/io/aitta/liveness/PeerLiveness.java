package io.aitta.liveness;

import io.aitta.liveness.PeerTransition.Cause;
import io.aitta.model.PeerState;
import org.jspecify.annotations.Nullable;

/**
 * What a node concludes of one peer. A plain state machine; monotonic time is passed in, in
 * nanoseconds, and compared so that it may wrap.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>event</th><th>next state</th><th>why</th></tr>
 * <tr><td>any but ALIVE</td><td>heard</td><td>ALIVE</td><td>only hearing it proves that it lives; a removed
 *   peer that is heard was not gone</td></tr>
 * <tr><td>ALIVE</td><td>tick, silent for {@code suspectAfter}</td><td>SUSPECT</td><td>still asked, not relied
 *   upon</td></tr>
 * <tr><td>ALIVE</td><td>{@code suspectAfterFailures} exchanges failed since it was heard</td>
 *   <td>SUSPECT</td><td>sooner than silence shows</td></tr>
 * <tr><td>ALIVE</td><td>becomes unreachable for the cluster</td><td>SUSPECT</td><td>the cluster's failure
 *   detector may see it first; being heard again outweighs it</td></tr>
 * <tr><td>ALIVE, SUSPECT</td><td>tick, silent for {@code deadAfter}, a member</td><td>DEAD</td><td>waiting for
 *   it costs every request</td></tr>
 * <tr><td>UNKNOWN</td><td>tick, {@code deadAfter} after it was first named</td><td>DEAD</td><td></td></tr>
 * <tr><td>any but REMOVED</td><td>tick or leaving, silent for {@code deadAfter}, not a member</td>
 *   <td>REMOVED</td><td>gone by both accounts: never while it was heard within the time-out</td></tr>
 * <tr><td>REMOVED</td><td>joins</td><td>DEAD</td><td>named again, not heard again</td></tr>
 * </table>
 *
 * <p>Everything else changes no state. Last-seen changes only when the peer was really heard, never
 * goes back, and survives every transition.
 */
public final class PeerLiveness {
  private final LivenessSettings settings;
  private PeerState state = PeerState.UNKNOWN;
  private boolean wasHeard;
  private long lastSeenNanos; // when it was first named, until wasHeard
  private boolean isMember = true;
  private boolean isReachable = true;
  private int failures; // exchanges that failed since it was heard; stops at the maximum

  /**
   * Begins with a peer that was named and not heard.
   *
   * @param nowNanos monotonic time
   */
  public PeerLiveness(LivenessSettings settings, long nowNanos) {
    this(settings, nowNanos, 0);
  }

  PeerLiveness(LivenessSettings settings, long nowNanos, int failures) {
    this.settings = settings;
    this.lastSeenNanos = nowNanos;
    this.failures = failures;
  }

  /** The present state. */
  public PeerState state() {
    return state;
  }

  /** Whether it was ever heard. */
  public boolean wasHeard() {
    return wasHeard;
  }

  /** When it was last heard; when it was first named if it never was. */
  public long lastSeenNanos() {
    return lastSeenNanos;
  }

  /** Exchanges that failed since it was heard; stops counting at the largest int. */
  public int failures() {
    return failures;
  }

  /**
   * Records that the peer answered or spoke. A time before the latest one is proof of life all the
   * same.
   */
  public @Nullable PeerTransition heard(long nowNanos) {
    if (nowNanos - lastSeenNanos > 0) {
      lastSeenNanos = nowNanos;
    }
    wasHeard = true;
    failures = 0;
    return become(PeerState.ALIVE, Cause.HEARD);
  }

  /** Records that an exchange with it failed or was not answered in time. */
  public @Nullable PeerTransition failed() {
    if (failures < Integer.MAX_VALUE) {
      failures++;
    }
    return state == PeerState.ALIVE && failures >= settings.suspectAfterFailures()
        ? become(PeerState.SUSPECT, Cause.EXCHANGES_FAILED)
        : null;
  }

  /** Records that the cluster finds it unreachable. Saying so again changes nothing. */
  public @Nullable PeerTransition unreachable() {
    boolean isNews = isReachable;
    isReachable = false;
    return isNews && state == PeerState.ALIVE ? become(PeerState.SUSPECT, Cause.UNREACHABLE) : null;
  }

  /** Records that the cluster finds it reachable. Only hearing it makes it alive. */
  public void reachable() {
    isReachable = true;
  }

  /** Records that it is a member of the cluster. */
  public @Nullable PeerTransition joined() {
    isMember = true;
    return state == PeerState.REMOVED ? become(PeerState.DEAD, Cause.JOINED) : null;
  }

  /** Records that it is no member of the cluster any more. */
  public @Nullable PeerTransition left(long nowNanos) {
    isMember = false;
    return silentNanos(nowNanos) >= settings.deadAfter().toNanos()
        ? become(PeerState.REMOVED, Cause.LEFT)
        : null;
  }

  /** Lets time pass. */
  public @Nullable PeerTransition tick(long nowNanos) {
    long silentNanos = silentNanos(nowNanos);
    if (silentNanos >= settings.deadAfter().toNanos()) {
      if (!isMember) {
        return become(PeerState.REMOVED, Cause.LEFT);
      }
      return state == PeerState.REMOVED ? null : become(PeerState.DEAD, Cause.SILENT);
    }
    return state == PeerState.ALIVE && silentNanos >= settings.suspectAfter().toNanos()
        ? become(PeerState.SUSPECT, Cause.SILENT)
        : null;
  }

  private long silentNanos(long nowNanos) {
    return nowNanos - lastSeenNanos;
  }

  private @Nullable PeerTransition become(PeerState next, Cause cause) {
    if (next == state) {
      return null;
    }
    PeerTransition transition = new PeerTransition(state, next, cause);
    state = next;
    return transition;
  }
}
