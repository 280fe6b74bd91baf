package io.aitta.repair;

import io.aitta.model.Key;
import io.aitta.model.PartitionId;
import org.jspecify.annotations.Nullable;

/**
 * A page of stored records that {@link ReplicaTrees} needs.
 *
 * @param id comes back with the page
 * @param after the key behind which it begins; null begins at the first
 */
public record PageToRead(long id, PartitionId partition, @Nullable Key after) {}
