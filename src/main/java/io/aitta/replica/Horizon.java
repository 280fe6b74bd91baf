package io.aitta.replica;

import io.aitta.model.Version;

/**
 * What a replica remembers of the tombstones that it dropped of a partition (protocol rule 8).
 *
 * @param version the newest version that was dropped: an entry that arrives, is not newer and finds
 *     nothing under its key may be one that a dropped tombstone deleted. {@link Version#NONE} if
 *     nothing was dropped
 * @param drops rises whenever something is dropped, and whenever the horizon rises for another
 *     reason: an answer that was given before says nothing of what is absent afterwards
 */
public record Horizon(Version version, long drops) {
  /** Nothing was dropped. */
  public static final Horizon NONE = new Horizon(Version.NONE, 0);

  /** Whether a tombstone that was dropped may have been newer. */
  public boolean covers(Version other) {
    return !other.isNewerThan(version);
  }

  /** The horizon after a version was dropped, or counts as if it had been. */
  public Horizon after(Version dropped) {
    return new Horizon(dropped.isNewerThan(version) ? dropped : version, drops + 1);
  }
}
