package io.aitta.replica;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.RefusalReason;
import org.jspecify.annotations.Nullable;

/**
 * The largest entries that a replica takes as new from a client. What other replicas hold already
 * it takes whatever its size: repairs, hints and transfers must not be lost to a setting.
 *
 * @param maxKeyBytes the largest key, in UTF-8 bytes
 * @param maxValueBytes the largest encoded value
 */
public record EntryLimits(int maxKeyBytes, int maxValueBytes) {

  /** What an entry exceeds; null if nothing. */
  @Nullable RefusalReason exceededBy(Key key, Entry entry) {
    if (key.nameBytes() > maxKeyBytes) {
      return RefusalReason.KEY_TOO_LARGE;
    }
    return entry.value().size() > maxValueBytes ? RefusalReason.VALUE_TOO_LARGE : null;
  }
}
