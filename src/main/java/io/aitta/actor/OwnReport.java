package io.aitta.actor;

import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.Loss;
import io.aitta.storage.HintCount;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageStatistics;
import java.util.Map;

/** Describes this node's own state. */
final class OwnReport {
  private final NodeContext node;
  private final OpenedStorage storage;
  private final Published<Map<PartitionId, Loss>> recovering;
  private final Published<LoadingProgress> loading;
  private final Published<WireLosses> losses;
  private final Published<AntiEntropyProgress> antiEntropy;

  OwnReport(
      NodeContext node,
      OpenedStorage storage,
      Published<Map<PartitionId, Loss>> recovering,
      Published<LoadingProgress> loading,
      Published<WireLosses> losses,
      Published<AntiEntropyProgress> antiEntropy) {
    this.node = node;
    this.storage = storage;
    this.recovering = recovering;
    this.loading = loading;
    this.losses = losses;
    this.antiEntropy = antiEntropy;
  }

  NodeReport report() {
    ServiceState service = node.service().get();
    StorageStatistics held = storage.engine().statistics();
    ConfigurationTable configurations = service.configurations();
    return new NodeReport(
        node.incarnation(),
        service.isServing(),
        service.condition(),
        storage.engine().name(),
        storage.engine().durability(),
        held.values(),
        held.tombstones(),
        held.bytes(),
        configurations == null ? 0 : configurations.replicasOf(node.self()).size(),
        recovering.get().size(),
        hints(),
        loading.get().partitions(),
        loading.get().bytes(),
        loading.get().bytesPerSecond(),
        held.corruptRecords(),
        losses.get().refused(),
        losses.get().dropped(),
        antiEntropy.get().report(),
        softwareVersion());
  }

  private long hints() {
    try {
      return storage.engine().hintCounts().stream().mapToLong(HintCount::hints).sum();
    } catch (StorageException e) {
      return -1;
    }
  }

  private static String softwareVersion() {
    String version = OwnReport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
