package io.aitta.http;

import io.aitta.model.AntiEntropyReport;
import io.aitta.model.ClusterStatus;
import io.aitta.model.Explanation;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PeerStatus;
import io.aitta.model.Receipt;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.Version;
import io.aitta.model.WaitingHints;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the API, one record for each object. Ids, versions and epochs are texts: JavaScript
 * has no 64-bit numbers. A change here is a change of the API; the examples in the tests hold it.
 */
final class JsonShapes {
  private JsonShapes() {}

  record ReceiptShape(
      String outcome,
      String version,
      String epoch,
      int required,
      int acknowledged,
      int replicationFactor,
      String durability,
      List<ReplicaReceiptShape> replicas) {

    static ReceiptShape of(String outcome, Receipt receipt) {
      return new ReceiptShape(
          outcome,
          receipt.version().toString(),
          receipt.epoch().toString(),
          receipt.required(),
          receipt.acknowledged(),
          receipt.replicationFactor(),
          receipt.durability(),
          receipt.replicas().stream().map(ReplicaReceiptShape::of).toList());
    }
  }

  /** {@code afterMillis} has three decimals: replicas answer within less than a millisecond. */
  record ReplicaReceiptShape(
      String node,
      String zone,
      String state,
      @Nullable Double afterMillis,
      @Nullable String reason) {

    static ReplicaReceiptShape of(ReplicaReceipt replica) {
      Duration after = replica.after();
      return new ReplicaReceiptShape(
          replica.node().toString(),
          replica.zone(),
          replica.state().name(),
          after == null ? null : Math.round(after.toNanos() / 1e3) / 1e3,
          replica.reason() == null ? null : replica.reason().name());
    }
  }

  record ClusterShape(
      @Nullable String cluster,
      String asked,
      boolean ready,
      int partitions,
      int replicationFactor,
      int underReplicated,
      int tooFewMembers,
      int membersAway,
      int withoutMajority,
      int stopped,
      int recovered,
      int joint,
      List<PeerShape> peers) {

    static ClusterShape of(ClusterStatus status) {
      return new ClusterShape(
          status.cluster() == null ? null : status.cluster().toString(),
          status.asked().toString(),
          status.ready(),
          status.partitions(),
          status.replicationFactor(),
          status.underReplicated(),
          status.tooFewMembers(),
          status.membersAway(),
          status.withoutMajority(),
          status.stopped(),
          status.recovered(),
          status.joint(),
          status.peers().stream().map(PeerShape::of).toList());
    }
  }

  record PeerShape(
      String node,
      String address,
      String zone,
      double weight,
      boolean self,
      boolean member,
      boolean leaving,
      String state,
      long silentMillis,
      @Nullable ReportShape report) {

    static PeerShape of(PeerStatus peer) {
      NodeReport report = peer.report();
      return new PeerShape(
          peer.description().node().toString(),
          systemAddress(peer.description().address()),
          peer.description().zone(),
          peer.description().weight(),
          peer.self(),
          peer.member(),
          peer.leaving(),
          peer.state().name(),
          peer.silentMillis(),
          report == null ? null : ReportShape.of(report));
    }
  }

  /**
   * {@code starts} counts how often the node was started with its data; {@code hints} is null if
   * they cannot be counted.
   */
  record ReportShape(
      int starts,
      boolean ready,
      String condition,
      String engine,
      String durability,
      long entries,
      long tombstones,
      long bytes,
      int partitions,
      int recovering,
      @Nullable Long hints,
      int loading,
      long loadedBytes,
      long loadedBytesPerSecond,
      long corruptRecords,
      long refusedMessages,
      long droppedMessages,
      List<HintsShape> hintsFor,
      @Nullable ComparingShape antiEntropy,
      String softwareVersion) {

    static ReportShape of(NodeReport report) {
      return new ReportShape(
          report.incarnation().startCounter(),
          report.ready(),
          report.condition(),
          report.engine(),
          report.durability(),
          report.entries(),
          report.tombstones(),
          report.bytes(),
          report.partitions(),
          report.recovering(),
          known(report.hints()),
          report.loading(),
          report.loadedBytes(),
          report.loadedBytesPerSecond(),
          report.corruptRecords(),
          report.refusedMessages(),
          report.droppedMessages(),
          report.details() == null
              ? List.of()
              : report.details().hints().stream().map(HintsShape::of).toList(),
          report.antiEntropy() == null ? null : ComparingShape.of(report.antiEntropy()),
          report.softwareVersion());
    }
  }

  /** {@code waitingMillis} is null if it is not known. */
  record HintsShape(String node, long hints, long bytes, @Nullable Long waitingMillis) {
    static HintsShape of(WaitingHints waiting) {
      return new HintsShape(
          waiting.target().toString(),
          waiting.hints(),
          waiting.bytes(),
          known(waiting.waitingMillis()));
    }
  }

  /** {@code sinceComparedMillis} is null while a replica was not compared yet. */
  record ComparingShape(
      @Nullable Long sinceComparedMillis,
      long comparisons,
      long repairedEntries,
      long bytesSent,
      long bytesReceived) {
    static ComparingShape of(AntiEntropyReport report) {
      return new ComparingShape(
          known(report.sinceComparedMillis()),
          report.comparisons(),
          report.repairedEntries(),
          report.bytesSent(),
          report.bytesReceived());
    }
  }

  record ExplanationShape(
      int partition, String epoch, List<String> members, List<CopyShape> replicas) {

    static ExplanationShape of(Explanation explanation) {
      return new ExplanationShape(
          explanation.partition().value(),
          explanation.epoch().toString(),
          texts(explanation.members()),
          explanation.replicas().stream().map(CopyShape::of).toList());
    }
  }

  record CopyShape(
      String node,
      String zone,
      String state,
      @Nullable String version,
      int bytes,
      @Nullable String expiresAt) {

    static CopyShape of(Explanation.ReplicaCopy copy) {
      return new CopyShape(
          copy.node().toString(),
          copy.zone(),
          copy.state().name(),
          copy.version().equals(Version.NONE) ? null : copy.version().toString(),
          copy.bytes(),
          copy.expiresAtMillis() == 0
              ? null
              : Instant.ofEpochMilli(copy.expiresAtMillis()).toString());
    }
  }

  record LiveShape(boolean live) {}

  record ReadyShape(boolean ready, String node) {}

  /** What a node that leaves still holds. */
  record LeaveShape(String node, boolean left, int partitions, long entries, long bytes) {
    static LeaveShape of(PeerStatus self, boolean left) {
      NodeReport report = self.report();
      String node = self.description().node().toString();
      return left || report == null
          ? new LeaveShape(node, left, 0, 0, 0)
          : new LeaveShape(node, false, report.partitions(), report.entries(), report.bytes());
    }
  }

  /** Null for a number that is below zero because it is not known. */
  static @Nullable Long known(long number) {
    return number < 0 ? null : number;
  }

  static List<String> texts(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).toList();
  }

  /** The address of an ActorSystem in the path of an actor in it. */
  private static String systemAddress(String path) {
    int end = path.indexOf('/', path.indexOf("://") + 3);
    return end < 0 ? path : path.substring(0, end);
  }
}
