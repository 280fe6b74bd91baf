package io.aitta.repair;

import io.aitta.model.ComparisonStatus;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When partitions were last compared as a whole, from what their members report. Each member says
 * when it was compared with all others, so that all but one of them cover every pair: one may be
 * silent, or have started since.
 */
public final class LastComparisons {
  private LastComparisons() {}

  /** Those partitions of which every two members were compared, in order. */
  public static List<ComparisonStatus> of(
      List<Configuration> configurations, Map<NodeId, NodeReport> reports) {
    Map<PartitionId, Map<NodeId, ReplicaReport>> replicas = new HashMap<>();
    reports.forEach(
        (node, report) -> {
          if (report.details() != null) {
            for (ReplicaReport replica : report.details().replicas()) {
              replicas
                  .computeIfAbsent(replica.partition(), unused -> new HashMap<>())
                  .put(node, replica);
            }
          }
        });
    List<ComparisonStatus> comparisons = new ArrayList<>();
    for (Configuration configuration : configurations) {
      Map<NodeId, ReplicaReport> of =
          new HashMap<>(replicas.getOrDefault(configuration.partition(), Map.of()));
      of.keySet().retainAll(configuration.members());
      of.values().removeIf(replica -> replica.comparedMillis() < 0);
      addTo(comparisons, configuration, List.copyOf(of.values()));
    }
    return comparisons;
  }

  private static void addTo(
      List<ComparisonStatus> comparisons,
      Configuration configuration,
      List<ReplicaReport> replicas) {
    int members = configuration.members().size();
    if (members > 1 && replicas.size() >= members - 1) {
      long ended = replicas.stream().mapToLong(ReplicaReport::comparedMillis).min().orElseThrow();
      long mended = replicas.stream().mapToLong(ReplicaReport::mendedRecords).sum();
      comparisons.add(
          new ComparisonStatus(configuration.partition(), Instant.ofEpochMilli(ended), mended));
    }
  }
}
