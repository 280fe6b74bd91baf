package io.aitta.model;

/**
 * What this node concludes of a peer. The transitions are the table in {@code
 * io.aitta.liveness.PeerLiveness}.
 */
public enum PeerState {
  /** Known by name, not heard yet. */
  UNKNOWN,
  /** Heard within the suspicion time-out. */
  ALIVE,
  /**
   * Not heard for the suspicion time-out, or found unreachable by the cluster: still asked, not
   * relied upon.
   */
  SUSPECT,
  /** Not heard for the death time-out: nothing is sent to it but pings. */
  DEAD,
  /** Gone from the cluster, and not heard within the death time-out. */
  REMOVED;

  /** Whether requests are sent to it. */
  public boolean isAsked() {
    return this == ALIVE || this == SUSPECT;
  }
}
