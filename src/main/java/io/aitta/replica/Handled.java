package io.aitta.replica;

import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReply;
import io.aitta.storage.StorageException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch of requests.
 *
 * @param replies one for each request, in the same order; the last requests are left for the next
 *     batch if there are fewer
 * @param lost partitions that were found to have lost a record, and must be made whole
 * @param failure why the storage failed; null if it did not
 */
public record Handled(
    List<ReplicaReply> replies, Set<PartitionId> lost, @Nullable StorageException failure) {}
