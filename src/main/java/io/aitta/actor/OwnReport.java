package io.aitta.actor;

import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.WaitingHints;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.Loss;
import io.aitta.storage.HintCount;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes this node's own state. */
final class OwnReport {
  private final NodeContext node;
  private final OpenedStorage storage;
  private final Published<Map<PartitionId, Loss>> recovering;
  private final Published<LoadingProgress> loading;
  private final Published<WireLosses> losses;
  private final Published<AntiEntropyProgress> antiEntropy;
  private final Published<Map<NodeId, Long>> hintsWaitSince;

  OwnReport(
      NodeContext node,
      OpenedStorage storage,
      Published<Map<PartitionId, Loss>> recovering,
      Published<LoadingProgress> loading,
      Published<WireLosses> losses,
      Published<AntiEntropyProgress> antiEntropy,
      Published<Map<NodeId, Long>> hintsWaitSince) {
    this.node = node;
    this.storage = storage;
    this.recovering = recovering;
    this.loading = loading;
    this.losses = losses;
    this.antiEntropy = antiEntropy;
    this.hintsWaitSince = hintsWaitSince;
  }

  NodeReport report() {
    ServiceState service = node.service().get();
    StorageStatistics held = storage.engine().statistics();
    ConfigurationTable configurations = service.configurations();
    List<HintCount> hints = hints();
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
        hints == null ? -1 : hints.stream().mapToLong(HintCount::hints).sum(),
        loading.get().partitions(),
        loading.get().bytes(),
        loading.get().bytesPerSecond(),
        held.corruptRecords(),
        losses.get().refused(),
        losses.get().dropped(),
        antiEntropy.get().report(),
        new NodeDetails(
            loading.get().transfers(),
            hints == null ? List.of() : waiting(hints, System.nanoTime()),
            antiEntropy.get().replicas()),
        softwareVersion());
  }

  /** Null if they cannot be counted. */
  private @Nullable List<HintCount> hints() {
    try {
      return storage.engine().hintCounts();
    } catch (StorageException e) {
      return null;
    }
  }

  private List<WaitingHints> waiting(List<HintCount> hints, long nowNanos) {
    Map<NodeId, Long> since = hintsWaitSince.get();
    List<WaitingHints> waiting = new ArrayList<>();
    for (HintCount count : hints.subList(0, Math.min(hints.size(), NodeDetails.MAX_TOLD))) {
      Long sinceNanos = since.get(count.target());
      waiting.add(
          new WaitingHints(
              count.target(),
              count.hints(),
              count.bytes(),
              sinceNanos == null ? -1 : (nowNanos - sinceNanos) / 1_000_000));
    }
    return waiting;
  }

  private static String softwareVersion() {
    String version = OwnReport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
