package io.aitta.replica;

import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.Version;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers versions that were applied here and have been overwritten since, so that a replica
 * never says "never applied" of one that it did apply (protocol rule 1). Kept for longer than the
 * longest deadline; bounded in number. What is forgotten leaves a mark: versions up to the newest
 * forgotten time are answered with "unknown" from then on, which is always safe.
 */
public final class AppliedVersions {
  private final int maxVersions;
  private final long keepNanos;
  private final Set<Applied> applied = new HashSet<>();
  private final ArrayDeque<Remembered> order = new ArrayDeque<>(); // oldest first
  private HybridTime forgotten = HybridTime.ZERO; // rises only

  /**
   * Makes an empty memory.
   *
   * @param maxVersions at least 1
   * @param keepNanos how long a version is remembered after it was overwritten; longer than the
   *     longest deadline
   */
  public AppliedVersions(int maxVersions, long keepNanos) {
    if (maxVersions < 1) {
      throw new IllegalArgumentException(
          "maxVersions must be at least 1, was [" + maxVersions + "]");
    }
    this.maxVersions = maxVersions;
    this.keepNanos = keepNanos;
  }

  /** Records that an applied version was overwritten. */
  public void recordOverwritten(Key key, Version version, long nowNanos) {
    Applied one = new Applied(key, version);
    if (applied.add(one)) {
      order.addLast(new Remembered(one, nowNanos));
    }
    while (order.size() > maxVersions
        || (!order.isEmpty() && nowNanos - order.peekFirst().atNanos() > keepNanos)) {
      Applied oldest = order.removeFirst().applied();
      applied.remove(oldest);
      forgotten = forgotten.max(oldest.version().time());
    }
  }

  /** Forgets what may have been applied up to a time: records of such versions were lost. */
  public void forget(HybridTime upTo) {
    forgotten = forgotten.max(upTo);
  }

  /** What is known of a version that is not stored now. */
  public Answer knows(Key key, Version version) {
    if (applied.contains(new Applied(key, version))) {
      return Answer.APPLIED;
    }
    return version.time().isAfter(forgotten) ? Answer.NEVER_APPLIED : Answer.FORGOTTEN;
  }

  /** The number of versions that are remembered. */
  public int size() {
    return order.size();
  }

  /** What the memory says of a version. */
  public enum Answer {
    /** It was applied by this incarnation and overwritten. */
    APPLIED,
    /** It was never applied by this incarnation. */
    NEVER_APPLIED,
    /** It is older than what was forgotten. */
    FORGOTTEN
  }

  private record Applied(Key key, Version version) {}

  private record Remembered(Applied applied, long atNanos) {}
}
