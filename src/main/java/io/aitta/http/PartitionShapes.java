package io.aitta.http;

import io.aitta.model.ClusterStatus;
import io.aitta.model.ComparisonStatus;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.TransferReport;
import io.aitta.model.TransferStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON of partitions, one record for each object, as {@link JsonShapes} has the others. */
final class PartitionShapes {
  private PartitionShapes() {}

  /**
   * {@code underReplicated} counts partitions with too few members, or with members that are away;
   * {@code hintsWaiting} and {@code tombstones} are sums over the nodes that reported theirs, of
   * which each tells its own under {@code /cluster}.
   */
  record PartitionsShape(
      int underReplicated, long hintsWaiting, long tombstones, List<PartitionShape> partitions) {
    static PartitionsShape of(List<PartitionStatus> partitions, ClusterStatus cluster) {
      Map<PartitionId, List<TransferStatus>> transfers =
          cluster.transfers().stream()
              .collect(Collectors.groupingBy(transfer -> transfer.report().partition()));
      Map<PartitionId, ComparisonStatus> comparisons = new HashMap<>();
      cluster.comparisons().forEach(one -> comparisons.put(one.partition(), one));
      List<NodeReport> reports =
          cluster.peers().stream().flatMap(peer -> Stream.ofNullable(peer.report())).toList();
      return new PartitionsShape(
          cluster.underReplicated(),
          reports.stream().mapToLong(report -> Math.max(0, report.hints())).sum(), // -1: unknown
          reports.stream().mapToLong(NodeReport::tombstones).sum(),
          partitions.stream()
              .map(
                  partition ->
                      PartitionShape.of(
                          partition,
                          transfers.getOrDefault(partition.partition(), List.of()),
                          comparisons.get(partition.partition())))
              .toList());
    }
  }

  /**
   * {@code successors} is empty unless the partition moves. {@code missing} is how many members
   * fewer than the replication factor there are, {@code away} are members that are not alive.
   */
  record PartitionShape(
      int partition,
      String epoch,
      List<String> members,
      List<String> successors,
      boolean served,
      List<String> alive,
      int missing,
      List<String> away,
      List<TransferShape> transfers,
      @Nullable AntiEntropyShape lastAntiEntropy) {
    static PartitionShape of(
        PartitionStatus status,
        List<TransferStatus> transfers,
        @Nullable ComparisonStatus comparison) {
      return new PartitionShape(
          status.partition().value(),
          status.epoch().toString(),
          JsonShapes.texts(status.members()),
          JsonShapes.texts(status.successors()),
          status.served(),
          JsonShapes.texts(status.alive()),
          status.missing(),
          JsonShapes.texts(status.away()),
          transfers.stream().map(TransferShape::of).toList(),
          comparison == null
              ? null
              : new AntiEntropyShape(comparison.ended().toString(), comparison.mendedRecords()));
    }
  }

  /** {@code purpose} is LOAD or MEND; what is not known is null. */
  record TransferShape(
      String to,
      String epoch,
      String purpose,
      List<SourceShape> sources,
      int sourcesNeeded,
      long entries,
      long bytes,
      long bytesPerSecond,
      @Nullable Long remainingEntries,
      @Nullable Long remainingBytes,
      @Nullable Double secondsLeft) {
    static TransferShape of(TransferStatus status) {
      TransferReport report = status.report();
      Duration left = status.timeLeft();
      return new TransferShape(
          status.to().toString(),
          report.epoch().toString(),
          report.purpose().name(),
          report.sources().stream().map(SourceShape::of).toList(),
          report.sourcesNeeded(),
          report.entries(),
          report.bytes(),
          report.bytesPerSecond(),
          JsonShapes.known(status.remainingEntries()),
          JsonShapes.known(status.remainingBytes()),
          left == null ? null : left.toMillis() / 1e3);
    }
  }

  record SourceShape(String node, long entries, boolean done) {
    static SourceShape of(TransferReport.Source source) {
      return new SourceShape(source.node().toString(), source.entries(), source.isDone());
    }
  }

  /** When the last whole comparison ended, and in how many records the replicas differed. */
  record AntiEntropyShape(String ended, long mendedRecords) {}
}
