package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaReport;
import io.aitta.model.TransferReport;
import io.aitta.model.TransferStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to come of the partitions that nodes take over, from what the nodes report: a node knows
 * how much came, and the sources know how many records they hold. Estimates; what is not known is
 * not guessed.
 */
public final class TransferForecast {
  private static final long UNKNOWN = -1;

  private final Map<NodeId, NodeReport> reports;
  private final Map<NodeId, Map<PartitionId, Long>> records = new HashMap<>();

  /** Takes over what nodes reported. */
  public TransferForecast(Map<NodeId, NodeReport> reports) {
    this.reports = Map.copyOf(reports);
    reports.forEach(
        (node, report) -> {
          Map<PartitionId, Long> held = new HashMap<>();
          if (report.details() != null) {
            for (ReplicaReport replica : report.details().replicas()) {
              held.put(replica.partition(), replica.records());
            }
          }
          records.put(node, held);
        });
  }

  /** Every transfer that was reported, in order of partition, then of node. */
  public List<TransferStatus> transfers(List<Configuration> configurations) {
    List<TransferStatus> transfers = new ArrayList<>();
    reports.forEach(
        (node, report) -> {
          if (report.details() != null) {
            transfers.addAll(transfers(node, report, report.details().transfers(), configurations));
          }
        });
    transfers.sort(
        Comparator.comparing((TransferStatus transfer) -> transfer.report().partition())
            .thenComparing(TransferStatus::to));
    return transfers;
  }

  private List<TransferStatus> transfers(
      NodeId to,
      NodeReport report,
      List<TransferReport> underway,
      List<Configuration> configurations) {
    List<TransferReport> known =
        underway.stream()
            .filter(transfer -> transfer.partition().value() < configurations.size())
            .toList();
    List<Long> entries = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    for (TransferReport transfer : known) {
      Configuration configuration = configurations.get(transfer.partition().value());
      boolean isPresent = configuration.epoch().equals(transfer.epoch());
      long remaining = isPresent ? remainingEntries(to, transfer, configuration) : UNKNOWN;
      entries.add(remaining);
      bytes.add(remainingBytes(remaining, transfer, report));
    }
    List<TransferStatus> transfers = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      transfers.add(
          new TransferStatus(
              to,
              known.get(i),
              entries.get(i),
              bytes.get(i),
              timeLeft(bytes.get(i), bytes, report.loadedBytesPerSecond())));
    }
    return transfers;
  }

  /** Of the sources that it needs: those that it began with first, then as the members follow. */
  private long remainingEntries(NodeId to, TransferReport transfer, Configuration configuration) {
    List<NodeId> sources = new ArrayList<>();
    Map<NodeId, Long> taken = new HashMap<>();
    for (TransferReport.Source source : transfer.sources()) {
      taken.put(source.node(), source.entries());
      if (!source.isDone()) {
        sources.add(source.node());
      }
    }
    for (NodeId member : configuration.members()) {
      if (!member.equals(to) && !taken.containsKey(member)) {
        sources.add(member);
      }
    }
    long remaining = 0;
    for (NodeId source : sources.subList(0, Math.min(sources.size(), transfer.sourcesNeeded()))) {
      long held =
          records.getOrDefault(source, Map.of()).getOrDefault(transfer.partition(), UNKNOWN);
      if (held == UNKNOWN) {
        return UNKNOWN;
      }
      remaining += Math.max(0, held - taken.getOrDefault(source, 0L));
    }
    return remaining;
  }

  private static long remainingBytes(
      long remainingEntries, TransferReport transfer, NodeReport report) {
    if (remainingEntries <= 0) {
      return remainingEntries;
    }
    if (transfer.entries() > 0) {
      return Math.round((double) transfer.bytes() / transfer.entries() * remainingEntries);
    }
    long held = report.entries() + report.tombstones();
    return held > 0 ? Math.round((double) report.bytes() / held * remainingEntries) : UNKNOWN;
  }

  /**
   * A node takes from one partition after the other in turn: until one is over, as much of each
   * other comes too, or all of it, if that is less.
   *
   * @param all what remains of each, this one included
   */
  private static @Nullable Duration timeLeft(long bytes, List<Long> all, long bytesPerSecond) {
    if (bytes == 0) {
      return Duration.ZERO;
    }
    if (bytes < 0 || bytesPerSecond <= 0) {
      return null;
    }
    long before = 0;
    for (long other : all) {
      before += other == UNKNOWN ? bytes : Math.min(bytes, other);
    }
    return Duration.ofMillis(Math.round(before * 1e3 / bytesPerSecond));
  }
}
