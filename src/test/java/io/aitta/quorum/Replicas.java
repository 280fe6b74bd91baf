package io.aitta.quorum;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.Version;
import io.aitta.model.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes, entries and replies that the tests of this package speak of. */
final class Replicas {
  static final NodeId A = new NodeId(1);
  static final NodeId B = new NodeId(2);
  static final NodeId C = new NodeId(3);
  static final NodeId D = new NodeId(4);
  static final NodeId E = new NodeId(5);
  static final Key KEY = Key.of("orders", "42");
  static final PartitionId PARTITION = new PartitionId(7);
  static final Configuration ABC = stable(1, A, B, C);

  private Replicas() {}

  static Configuration stable(int epoch, NodeId... members) {
    return Configuration.stable(PARTITION, new Epoch(0, epoch), List.of(members));
  }

  static Configuration joint(int epoch, List<NodeId> members, List<NodeId> successors) {
    return new Configuration(PARTITION, new Epoch(0, epoch), members, successors);
  }

  static HybridTime time(long millis) {
    return HybridTime.ofMillis(millis);
  }

  static Version version(long millis) {
    return new Version(time(millis), A);
  }

  static Entry value(long millis) {
    return Entry.value(version(millis), Entry.NEVER, "string", Bytes.ofUtf8("v" + millis));
  }

  static Entry expiring(long millis, long expiresAtMillis) {
    return Entry.value(version(millis), expiresAtMillis, "string", Bytes.ofUtf8("v" + millis));
  }

  static Entry tombstone(long millis) {
    return Entry.tombstone(version(millis));
  }

  static ReplicaReply applied() {
    return new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  }

  static ReplicaReply overwritten(Entry held) {
    return new ReplicaReply.Wrote(WriteResult.APPLIED_SINCE_OVERWRITTEN, held);
  }

  static ReplicaReply superseded(Entry held) {
    return new ReplicaReply.Wrote(WriteResult.SUPERSEDED, held);
  }

  static ReplicaReply belowHorizon(Entry horizon) {
    return new ReplicaReply.Wrote(WriteResult.BELOW_HORIZON, Entry.tombstone(horizon.version()));
  }

  static ReplicaReply supersededUnknown(Entry held) {
    return new ReplicaReply.Wrote(WriteResult.SUPERSEDED_UNKNOWN, held);
  }

  static ReplicaReply refused(RefusalReason reason) {
    return ReplicaReply.Refused.of(reason);
  }

  static ReplicaReply staleEpoch(Configuration newer) {
    return new ReplicaReply.Refused(RefusalReason.STALE_EPOCH, newer);
  }

  static ReplicaReply copy(@Nullable Entry entry) {
    return new ReplicaReply.Copy(entry);
  }

  static List<NodeId> nodes(List<Send> sends) {
    return sends.stream().map(Send::node).toList();
  }
}
