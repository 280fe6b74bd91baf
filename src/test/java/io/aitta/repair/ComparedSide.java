package io.aitta.repair;

import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side of a comparison: a tree, and records to read. */
interface ComparedSide {
  DigestTree tree();

  /** At most so many records behind a key, in the order of their keys. */
  List<KeyVersion> page(@Nullable Key after, int maxRecords);
}
