package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterStatus;
import io.aitta.model.ComparisonStatus;
import io.aitta.model.Consistency;
import io.aitta.model.Key;
import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerState;
import io.aitta.model.TransferPurpose;
import io.aitta.model.TransferStatus;
import io.aitta.model.WaitingHints;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a node says of the cluster while something goes on in it. */
final class ObservationTest {
  private static final int PARTITIONS = 8;
  private static final int KEYS = 200;
  private static final int VALUE_BYTES = 500;

  private static TestClusterBuilder of(int nodes) {
    return TestCluster.of(nodes).with("partitions", PARTITIONS);
  }

  private static ClusterStatus status(TestCluster cluster) {
    return cluster.node(0).status().toCompletableFuture().join();
  }

  private static void put(TestCluster cluster, Consistency consistency) {
    IntStream.range(0, KEYS)
        .mapToObj(
            number ->
                cluster
                    .node(0)
                    .put(
                        Key.of("orders", "key-" + number),
                        Bytes.wrap(new byte[VALUE_BYTES]),
                        "bytes",
                        WriteOptions.DEFAULT.with(consistency)))
        .toList()
        .forEach(put -> put.toCompletableFuture().join());
  }

  private static boolean isForecast(TransferStatus transfer, NodeId to) {
    return transfer.to().equals(to)
        && transfer.report().entries() > 0
        && transfer.remainingEntries() > 0
        && transfer.timeLeft() != null;
  }

  @Test
  void aTransferShowsWhatCameWhatIsToComeAndWhenItIsOver() {
    try (TestCluster cluster = of(3).with("reconfiguration.max-transfer-rate", "25KiB").start()) {
      put(cluster, Consistency.ALL);
      int added = cluster.add();
      NodeId id = cluster.id(added);
      cluster.await(
          "a transfer has a forecast",
          () -> status(cluster).transfers().stream().anyMatch(one -> isForecast(one, id)));
      TransferStatus transfer =
          status(cluster).transfers().stream()
              .filter(one -> isForecast(one, id))
              .findFirst()
              .orElseThrow();
      assertEquals(TransferPurpose.LOAD, transfer.report().purpose());
      assertTrue(transfer.report().bytes() > transfer.report().entries() * VALUE_BYTES);
      assertTrue(transfer.remainingBytes() > transfer.remainingEntries() * VALUE_BYTES);
      assertTrue(transfer.remainingEntries() <= 2 * KEYS, transfer.toString());
    }
  }

  @Test
  void transfersThatAreOverAreNotShown() {
    try (TestCluster cluster = of(3).start()) {
      put(cluster, Consistency.ALL);
      cluster.awaitReady(cluster.add());
      cluster.awaitSettled();
      cluster.await("nothing is taken over", () -> status(cluster).transfers().isEmpty());
    }
  }

  private static void repair(TestCluster cluster, int node) {
    cluster.node(node).repair(null).toCompletableFuture().join();
    cluster.await("it is repaired", () -> cluster.node(node).repairStatus().complete());
  }

  @Test
  void saysWhenEveryTwoMembersWereCompared() {
    try (TestCluster cluster =
        of(3).with("hints.max-per-peer", 0).with("anti-entropy.retry-after", "100ms").start()) {
      Instant before = Instant.now();
      cluster.drop(2, true);
      put(cluster, Consistency.QUORUM);
      cluster.drop(2, false);
      repair(cluster, 0);
      assertEquals(List.of(), status(cluster).comparisons(), "nobody compared {1,2}");
      cluster.await(
          "all partitions were compared",
          () -> {
            repair(cluster, 0); // again, if one of the comparisons before came to nothing
            repair(cluster, 1);
            return status(cluster).comparisons().size() == PARTITIONS;
          });
      List<ComparisonStatus> comparisons = status(cluster).comparisons();
      for (ComparisonStatus comparison : comparisons) {
        assertTrue(!comparison.ended().isBefore(before.minusMillis(1)), comparison.toString());
        assertTrue(!comparison.ended().isAfter(Instant.now()), comparison.toString());
      }
      long mended = comparisons.stream().mapToLong(ComparisonStatus::mendedRecords).sum();
      assertTrue(mended <= KEYS, "mended " + mended);
    }
  }

  private static Stream<WaitingHints> hints(TestCluster cluster) {
    return status(cluster).peers().stream()
        .flatMap(peer -> Stream.ofNullable(peer.report()))
        .flatMap(report -> Stream.ofNullable(report.details()))
        .map(NodeDetails::hints)
        .flatMap(List::stream);
  }

  @Test
  void hintsWaitForTheirTargetAndAreGoneOnceItHasThem() {
    try (TestCluster cluster = of(3).start()) {
      NodeId gone = cluster.id(2);
      cluster.kill(2);
      put(cluster, Consistency.QUORUM);
      cluster.await(
          "the hints are shown with their age",
          () ->
              hints(cluster)
                  .anyMatch(
                      waiting ->
                          waiting.target().equals(gone)
                              && waiting.hints() == KEYS
                              && waiting.bytes() > KEYS * VALUE_BYTES
                              && waiting.waitingMillis() > 0));
      cluster.restart(2, true);
      cluster.awaitReady(2);
      cluster.await("no hints wait", () -> hints(cluster).findAny().isEmpty());
    }
  }

  @Test
  void membersThatAreAwayAndMembersThatAreMissingAreToldApart() {
    try (TestCluster cluster = of(3).start()) {
      NodeId gone = cluster.id(2);
      cluster.kill(2);
      cluster.awaitState(0, gone, PeerState.DEAD);
      ClusterStatus status = status(cluster);
      assertEquals(PARTITIONS, status.underReplicated());
      assertEquals(PARTITIONS, status.membersAway());
      assertEquals(0, status.tooFewMembers());
      for (PartitionStatus partition : cluster.node(0).partitions()) {
        assertEquals(List.of(gone), partition.away());
        assertEquals(0, partition.missing());
      }
    }
    try (TestCluster cluster = of(2).start()) {
      ClusterStatus status = status(cluster);
      assertEquals(PARTITIONS, status.underReplicated());
      assertEquals(0, status.membersAway());
      assertEquals(PARTITIONS, status.tooFewMembers());
      for (PartitionStatus partition : cluster.node(0).partitions()) {
        assertEquals(List.of(), partition.away());
        assertEquals(1, partition.missing());
      }
    }
  }
}
