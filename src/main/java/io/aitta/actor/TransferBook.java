package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import io.aitta.model.ClusterEvent.TransferFailure;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.TransferPurpose;
import io.aitta.model.TransferReport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a node takes over from others, kept for those who watch: how much of each partition came,
 * from whom, and how fast; and what is told of it. Not safe for use by several threads.
 */
final class TransferBook {
  /** More are not reported: a report must stay within one message. */
  static final int MAX_REPORTED = 100;

  private final NodeId self;
  private final Consumer<ClusterEvent> events;
  private final Map<PartitionId, Transfer> transfers = new TreeMap<>();

  TransferBook(NodeId self, Consumer<ClusterEvent> events) {
    this.self = self;
    this.events = events;
  }

  /** A partition is to be taken over from now on, of which nothing came yet. */
  void begin(PartitionId partition, Epoch epoch, TransferPurpose purpose, long nowNanos) {
    transfers.put(partition, new Transfer(epoch, purpose, nowNanos));
    if (purpose == TransferPurpose.MEND) {
      events.accept(new ClusterEvent.ReplicaDamaged(self, partition));
    }
    events.accept(new ClusterEvent.TransferBegan(self, partition, epoch, purpose));
  }

  /**
   * A page was stored.
   *
   * @param isLast whether the source has no more to give
   */
  void recordTaken(
      PartitionId partition, NodeId source, int entries, long bytes, boolean isLast, long now) {
    Transfer transfer = transfers.get(partition);
    if (transfer != null) {
      transfer.meter.record(entries, bytes, now);
      Taken before = transfer.sources.getOrDefault(source, Taken.NOTHING);
      transfer.sources.put(source, new Taken(before.entries() + entries, isLast));
      transfer.failed.remove(source);
    }
  }

  /** A source did not give what it was asked for, or that could not be stored. */
  void recordFailed(PartitionId partition, NodeId source, TransferFailure failure) {
    Transfer transfer = transfers.get(partition);
    if (transfer != null && transfer.failed.add(source)) {
      tellFailed(partition, transfer, source, failure);
    }
  }

  private void tellFailed(
      PartitionId partition, Transfer transfer, @Nullable NodeId source, TransferFailure failure) {
    events.accept(
        new ClusterEvent.TransferFailed(
            self, partition, transfer.epoch, transfer.purpose, source, failure));
  }

  /**
   * A transfer is over.
   *
   * @param isFinished whether everything came and is stored; otherwise it was overtaken
   */
  void end(PartitionId partition, boolean isFinished, long nowNanos) {
    Transfer transfer = transfers.remove(partition);
    if (transfer == null) {
      return;
    }
    if (!isFinished) {
      tellFailed(partition, transfer, null, TransferFailure.OVERTAKEN);
      return;
    }
    LoadingProgress taken = transfer.meter.progress(0, nowNanos);
    events.accept(
        new ClusterEvent.TransferFinished(
            self,
            partition,
            transfer.epoch,
            transfer.purpose,
            taken.entries(),
            taken.bytes(),
            Duration.ofNanos(nowNanos - transfer.beganNanos)));
    if (transfer.purpose == TransferPurpose.MEND) {
      events.accept(new ClusterEvent.ReplicaWhole(self, partition));
    }
  }

  /**
   * What is under way: those of which something came first.
   *
   * @param needed how many sources have yet to give everything of a partition
   */
  List<TransferReport> reports(ToIntFunction<PartitionId> needed, long nowNanos) {
    return transfers.entrySet().stream()
        .sorted(
            (one, other) ->
                Boolean.compare(
                    one.getValue().sources.isEmpty(), other.getValue().sources.isEmpty()))
        .limit(MAX_REPORTED)
        .map(
            entry ->
                entry
                    .getValue()
                    .report(entry.getKey(), needed.applyAsInt(entry.getKey()), nowNanos))
        .toList();
  }

  /** What a source gave. */
  private record Taken(long entries, boolean isDone) {
    private static final Taken NOTHING = new Taken(0, false);
  }

  /** What came of one partition. */
  private static final class Transfer {
    private final Epoch epoch;
    private final TransferPurpose purpose;
    private final long beganNanos;
    private final TransferMeter meter;
    private final Map<NodeId, Taken> sources = new TreeMap<>();
    private final Set<NodeId> failed = new HashSet<>(); // that gave nothing since

    Transfer(Epoch epoch, TransferPurpose purpose, long nowNanos) {
      this.epoch = epoch;
      this.purpose = purpose;
      this.beganNanos = nowNanos;
      this.meter = new TransferMeter(nowNanos);
    }

    TransferReport report(PartitionId partition, int needed, long nowNanos) {
      LoadingProgress taken = meter.progress(0, nowNanos);
      return new TransferReport(
          partition,
          epoch,
          purpose,
          taken.entries(),
          taken.bytes(),
          taken.bytesPerSecond(),
          sources.entrySet().stream()
              .map(
                  source ->
                      new TransferReport.Source(
                          source.getKey(), source.getValue().entries(), source.getValue().isDone()))
              .toList(),
          needed);
    }
  }
}
