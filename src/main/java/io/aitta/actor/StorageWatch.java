package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import io.aitta.model.NodeId;
import io.aitta.storage.StorageException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a node's storage ceases to store, and when it stores again. Not safe for use by
 * several threads.
 */
final class StorageWatch {
  private final NodeId self;
  private final Consumer<ClusterEvent> events;
  private StorageException.@Nullable Kind failing; // as it was told last; null while it stores

  StorageWatch(NodeId self, Consumer<ClusterEvent> events) {
    this.self = self;
    this.events = events;
  }

  void recordFailed(StorageException failure) {
    if (failure.kind() != failing) {
      failing = failure.kind();
      String message = failure.getMessage();
      events.accept(
          new ClusterEvent.StorageFailed(
              self,
              failure.kind() == StorageException.Kind.FULL,
              message == null ? failure.kind().name() : message));
    }
  }

  void recordWritten() {
    if (failing != null) {
      failing = null;
      events.accept(new ClusterEvent.StorageWorks(self));
    }
  }
}
