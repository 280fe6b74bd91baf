package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import org.jspecify.annotations.Nullable;

/** One change of an engine's content. */
public sealed interface Mutation {

  /**
   * Stores an entry in place of what is there.
   *
   * @param replaced what the owner knows to be stored now; null if nothing, or if the record is
   *     corrupt. Keeps the statistics exact without another read
   */
  record PutEntry(PartitionId partition, Key key, Entry entry, @Nullable Entry replaced)
      implements Mutation {}

  /**
   * Removes the record of a key.
   *
   * @param removed what the owner knows to be stored now
   */
  record RemoveEntry(PartitionId partition, Key key, Entry removed) implements Mutation {}

  /**
   * Removes the record of a key that cannot be read, so that it can be repaired from other
   * replicas. Leaves an intact record as it is.
   */
  record DiscardCorrupt(PartitionId partition, Key key) implements Mutation {}

  /** Keeps a hint for a node, in place of an older one for the same node and key. */
  record PutHint(NodeId target, Key key, Entry entry) implements Mutation {}

  /** Removes a hint if it is there. */
  record RemoveHint(NodeId target, Key key) implements Mutation {}

  /** Stores metadata in place of what is there. */
  record PutMetadata(String name, Bytes content) implements Mutation {}
}
