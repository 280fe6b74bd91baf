package io.aitta.repair;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link DigestTree} from pages of the stored records, in the order of their keys, while
 * writes go on. Behind the last page a write waits to be found by a later one; before it, it is
 * counted at once; and while a page is read, which may show the record before or after the write,
 * the write counts in place of what the page shows.
 */
final class TreeBuilding {
  /** While one page is read. More than these, and the page is read again. */
  private static final int MAX_WRITTEN = 100_000;

  private final DigestTree tree = DigestTree.deepest();
  private final Map<Key, Optional<KeyVersion>> written = new HashMap<>(); // behind the last page
  private @Nullable Key through; // up to which records are counted; null before the first page
  private boolean isReading;
  private boolean isVoid; // more was written than is remembered
  private boolean isComplete;

  /** Begins a page that is read from now on; returns the key behind which it begins. */
  @Nullable Key beginPage() {
    written.clear();
    isVoid = false;
    isReading = true;
    return through;
  }

  /** Records a write that was applied. */
  void recordApplied(Key key, @Nullable Entry before, @Nullable Entry after) {
    if (through != null && key.compareTo(through) <= 0) {
      tree.replace(key, before, after);
    } else if (isReading) {
      isVoid |= written.size() >= MAX_WRITTEN;
      if (!isVoid) {
        written.put(key, Optional.ofNullable(after).map(entry -> KeyVersion.of(key, entry)));
      }
    }
  }

  /**
   * Counts the page that was begun last.
   *
   * @param pageThrough the last key of the page; null if nothing follows it
   */
  void addPage(List<KeyVersion> records, @Nullable Key pageThrough) {
    isReading = false;
    if (isVoid) {
      return;
    }
    for (KeyVersion record : records) {
      if (!written.containsKey(record.key())) {
        tree.add(record);
      }
    }
    written.forEach(
        (key, now) -> {
          if (pageThrough == null || key.compareTo(pageThrough) <= 0) {
            now.ifPresent(tree::add);
          }
        });
    written.clear();
    through = pageThrough;
    isComplete = pageThrough == null;
  }

  /** Whether every record is counted. */
  boolean isComplete() {
    return isComplete;
  }

  /** The complete tree, as deep as it needs to be. */
  DigestTree built() {
    return tree.fitted();
  }
}
