package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.PutResult;
import io.aitta.WriteOptions;
import io.aitta.model.AntiEntropyReport;
import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PutOutcome;
import io.aitta.model.RepairStatus;
import io.aitta.model.Version;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that differ become the same, though nobody reads. */
final class ConvergenceTest {
  private static final int PARTITIONS = 8;
  private static final int KEYS = 60;

  @TempDir Path directory;

  private static TestClusterBuilder three() {
    return TestCluster.of(3)
        .with("partitions", PARTITIONS)
        .with("hints.max-per-peer", 0)
        .with("anti-entropy.retry-after", "100ms");
  }

  private static Key key(int number) {
    return Key.of("orders", "key-" + number);
  }

  private static CompletionStage<PutResult> begin(TestCluster cluster, int number, String value) {
    return value.isEmpty()
        ? cluster.node(0).delete(key(number), WriteOptions.DEFAULT)
        : cluster.node(0).put(key(number), Bytes.ofUtf8(value), "string", WriteOptions.DEFAULT);
  }

  /** Writes the first keys at QUORUM; an empty value deletes. */
  private static void write(TestCluster cluster, int keys, String value) {
    IntStream.range(0, keys)
        .mapToObj(number -> begin(cluster, number, value))
        .toList()
        .forEach(
            put ->
                assertInstanceOf(
                    PutOutcome.Written.class, put.toCompletableFuture().join().outcome()));
  }

  private static boolean areTheSame(TestCluster cluster) {
    return IntStream.range(0, KEYS)
        .mapToObj(ConvergenceTest::key)
        .allMatch(
            key -> {
              Set<Optional<Entry>> copies = new HashSet<>();
              IntStream.range(0, 3).forEach(node -> copies.add(cluster.probe(node, key)));
              return copies.size() == 1 && !copies.contains(Optional.empty());
            });
  }

  private static AntiEntropyReport report(TestCluster cluster, int node) {
    NodeId id = cluster.id(node);
    return cluster.node(node).status().toCompletableFuture().join().peers().stream()
        .filter(peer -> peer.description().node().equals(id))
        .flatMap(peer -> Stream.ofNullable(peer.report()))
        .flatMap(report -> Stream.ofNullable(report.antiEntropy()))
        .findFirst()
        .orElse(AntiEntropyReport.NONE);
  }

  /** Puts, later puts and deletes. */
  @Test
  void whatAReplicaMissedComesToItWithoutAnyReadOrHint() {
    try (TestCluster cluster = three().with("anti-entropy.interval", "1s").start()) {
      write(cluster, KEYS / 2, "first");
      cluster.drop(2, true);
      write(cluster, KEYS, "second");
      write(cluster, KEYS / 3, "");
      // Nobody can write to it: it takes what it lacks.
      cluster.await("all replicas are the same", () -> areTheSame(cluster));
      assertTrue(cluster.probe(2, key(0)).orElseThrow().tombstone());
      assertEquals(Bytes.ofUtf8("second"), cluster.probe(2, key(KEYS - 1)).orElseThrow().value());
      cluster.await(
          "it reports what it fetched", () -> report(cluster, 2).repairedEntries() >= KEYS);
      cluster.drop(2, false);
      cluster.await(
          "every replica was compared",
          () ->
              IntStream.range(0, 3)
                  .allMatch(node -> report(cluster, node).sinceComparedMillis() >= 0));
    }
  }

  /** The trees know nothing of it before they are built anew. */
  @Test
  void aRepairOnDemandFindsWhatChangedBehindTheNodesBack() throws StorageException {
    try (TestCluster cluster =
        three().engine(SharedEngineProvider.class.getName(), directory).start()) {
      write(cluster, KEYS, "value");
      cluster.await("all replicas are the same", () -> areTheSame(cluster));
      Entry newer =
          Entry.value(
              new Version(HybridTime.ofMillis(System.currentTimeMillis()), cluster.id(1)),
              Entry.NEVER,
              "string",
              Bytes.ofUtf8("planted"));
      Entry deleted =
          Entry.tombstone(
              new Version(HybridTime.ofMillis(System.currentTimeMillis()), cluster.id(1)));
      plant(1, List.of(put(cluster, 3, newer), put(cluster, 4, deleted)));
      plant(2, List.of(new Mutation.DiscardCorrupt(partition(5), key(5))));
      assertTrue(!areTheSame(cluster), "differences were planted");

      RepairStatus begun = cluster.node(1).repair(null).toCompletableFuture().join();
      assertEquals(PARTITIONS, begun.partitions());
      cluster.await("node 1 is repaired", () -> cluster.node(1).repairStatus().complete());
      RepairStatus first = cluster.node(1).repairStatus();
      assertEquals(2 * PARTITIONS, first.compared(), first.toString());
      assertEquals(4, first.differences(), "two records, and two other members: " + first);
      assertEquals(3, cluster.copies(key(3), newer));
      assertEquals(3, cluster.copies(key(4), deleted));

      cluster.node(2).repair(partition(5)).toCompletableFuture().join();
      cluster.await("node 2 is repaired", () -> cluster.node(2).repairStatus().complete());
      assertEquals(1, cluster.node(2).repairStatus().partitions());
      assertTrue(areTheSame(cluster), "what node 2 had lost is back");
    }
  }

  private static PartitionId partition(int number) {
    return PartitionId.of(key(number), PARTITIONS);
  }

  private static Mutation put(TestCluster cluster, int number, Entry entry) {
    return new Mutation.PutEntry(
        partition(number), key(number), entry, cluster.probe(1, key(number)).orElseThrow());
  }

  private void plant(int node, List<Mutation> mutations) throws StorageException {
    SharedEngineProvider.opened(directory.resolve("node-" + node))
        .write(mutations, Durability.POLICY);
  }

  @Test
  void aNodeWhoseStorageWasWipedHoldsEverythingAgain() {
    try (TestCluster cluster = three().with("reconfiguration.replace-after", "1s").start()) {
      write(cluster, KEYS, "value");
      NodeId before = cluster.id(1);
      cluster.kill(1);
      cluster.restart(1, false);
      cluster.awaitReady(1);
      assertTrue(!cluster.id(1).equals(before), "it is a new node");
      cluster.await("all replicas are the same", () -> areTheSame(cluster));
      cluster.awaitSettled();
      List<RepairStatus> repairs = new ArrayList<>();
      cluster.await(
          "nothing differs any more",
          () -> {
            cluster.node(1).repair(null).toCompletableFuture().join();
            cluster.await("repaired", () -> cluster.node(1).repairStatus().complete());
            repairs.add(cluster.node(1).repairStatus());
            return cluster.node(1).repairStatus().compared() == 2 * PARTITIONS;
          });
      assertEquals(0, repairs.get(repairs.size() - 1).differences());
    }
  }
}
