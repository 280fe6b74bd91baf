package io.aitta.liveness;

import io.aitta.model.PeerState;

/**
 * A change of a peer's state. Emitted once, after the state changed; {@code from} and {@code to}
 * differ.
 *
 * @param cause what it followed from
 */
public record PeerTransition(PeerState from, PeerState to, Cause cause) {

  /** What a transition follows from. */
  public enum Cause {
    /** The peer answered or spoke. */
    HEARD,
    /** Nothing was heard of it for too long. */
    SILENT,
    /** Too many exchanges in a row failed. */
    EXCHANGES_FAILED,
    /** The cluster finds it unreachable. */
    UNREACHABLE,
    /** It is no member of the cluster any more, and silent. */
    LEFT,
    /** It is a member of the cluster again. */
    JOINED
  }
}
