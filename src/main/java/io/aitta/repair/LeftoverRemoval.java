package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import java.util.List;

/**
 * Leftovers that nobody needs any more, to be removed as long as the configuration stands.
 *
 * @param configuration whose members hold them all, or do not want them
 * @param space where they are stored
 * @param records which, in just these versions
 * @param corrupt what cannot be read
 */
public record LeftoverRemoval(
    Configuration configuration, PartitionId space, List<KeyVersion> records, List<Key> corrupt) {

  public LeftoverRemoval {
    records = List.copyOf(records);
    corrupt = List.copyOf(corrupt);
  }
}
