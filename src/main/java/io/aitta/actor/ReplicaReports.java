package io.aitta.actor;

import io.aitta.model.NodeDetails;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReport;
import io.aitta.repair.AntiEntropySchedule;
import io.aitta.repair.ComparedReplica;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node reports of its replicas; made anew once in a second. Owned by one actor. */
final class ReplicaReports {
  private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

  private List<PartitionId> own = List.of();
  private Map<PartitionId, Long> records = Map.of();
  private List<ReplicaReport> reports = List.of();
  private @Nullable Long madeNanos;

  /** Takes over which replicas there are. */
  void follow(List<PartitionId> replicas) {
    own = replicas;
  }

  /** Takes over how many records there are, of those replicas of which that is known. */
  void recordCounted(Map<PartitionId, Long> counted) {
    records = counted;
  }

  List<ReplicaReport> reports(AntiEntropySchedule schedule, long nowNanos, long wallMillis) {
    if (madeNanos == null || nowNanos - madeNanos >= MAX_AGE_NANOS) {
      madeNanos = nowNanos;
      Map<PartitionId, ComparedReplica> compared = schedule.compared(nowNanos);
      reports =
          own.stream()
              .limit(NodeDetails.MAX_TOLD)
              .map(partition -> report(partition, compared.get(partition), wallMillis))
              .toList();
    }
    return reports;
  }

  private ReplicaReport report(
      PartitionId partition, @Nullable ComparedReplica compared, long wallMillis) {
    return new ReplicaReport(
        partition,
        records.getOrDefault(partition, -1L),
        compared == null ? -1 : wallMillis - compared.sinceNanos() / 1_000_000,
        compared == null ? 0 : compared.differences());
  }
}
