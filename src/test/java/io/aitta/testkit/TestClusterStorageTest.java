package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import io.aitta.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What becomes of a cluster whose disks fail, forget, and are read again. */
final class TestClusterStorageTest {
  private static final Key KEY = Key.of("orders", "42");
  private static final int PARTITIONS = 8;

  @TempDir Path directory;

  /** What was lost is merged once the longest request is over. */
  private static TestClusterBuilder of(int nodes) {
    return TestCluster.of(nodes).with("partitions", PARTITIONS).with("max-timeout", "5s");
  }

  private TestClusterBuilder three() {
    return of(3);
  }

  private static PartitionId partition(Key key) {
    return PartitionId.of(key, PARTITIONS);
  }

  private static PutResult put(TestCluster cluster, int node, Consistency consistency) {
    return put(cluster, node, KEY, consistency);
  }

  private static PutResult put(TestCluster cluster, int node, Key key, Consistency consistency) {
    return cluster
        .node(node)
        .put(key, Bytes.ofUtf8("paid"), "string", WriteOptions.DEFAULT.with(consistency))
        .toCompletableFuture()
        .join();
  }

  private static void assertFound(TestCluster cluster, int node, Consistency consistency) {
    GetOutcome got =
        cluster
            .node(node)
            .get(KEY, ReadOptions.DEFAULT.with(consistency))
            .toCompletableFuture()
            .join();
    GetOutcome.Found found = assertInstanceOf(GetOutcome.Found.class, got, got.toString());
    assertEquals(Bytes.ofUtf8("paid"), found.entry().value());
  }

  private static Optional<NodeReport> report(TestCluster cluster, int node) {
    NodeId id = cluster.id(node);
    return cluster.node(node).status().toCompletableFuture().join().peers().stream()
        .filter(peer -> peer.description().node().equals(id))
        .flatMap(peer -> Stream.ofNullable(peer.report()))
        .findFirst();
  }

  @Test
  void aNodeOnADurableEngineReadsItsDiskAgain() {
    NodeId id;
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      assertInstanceOf(PutOutcome.Written.class, put(cluster, 0, Consistency.ALL).outcome());
      id = cluster.id(1);
      Entry stored = cluster.probe(1, KEY).orElseThrow();
      cluster.kill(1);
      assertEquals(3, cluster.copies(KEY, stored), "a killed node can be probed");
      cluster.restart(1, true);
      cluster.awaitReady(1);
      cluster.awaitAllAlive();
      assertEquals(id, cluster.id(1));
      assertFound(cluster, 1, Consistency.ALL);
      cluster.kill(2);
      cluster.restart(2, false);
      assertEquals(Optional.empty(), cluster.probe(2, KEY));
    }
  }

  @Test
  void aClusterThatIsStartedOnItsFilesIsTheSameCluster() {
    NodeId id;
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      id = cluster.id(1);
      assertInstanceOf(PutOutcome.Written.class, put(cluster, 0, Consistency.ALL).outcome());
    }
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      assertEquals(id, cluster.id(1));
      assertFound(cluster, 2, Consistency.ALL);
    }
  }

  @Test
  void theMemoryEngineTakesNoDirectory() {
    assertThrows(
        IllegalArgumentException.class, () -> TestCluster.of(3).engine("memory", directory));
  }

  @Test
  void aCorruptRecordIsNeverServedIsCountedAndIsRepairedFromTheOtherReplicas() throws Exception {
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      assertInstanceOf(PutOutcome.Written.class, put(cluster, 0, Consistency.ALL).outcome());
      Entry stored = cluster.probe(1, KEY).orElseThrow();
      cluster.kill(1);
      flipOneBit(directory.resolve("node-1"), KEY);
      assertThrows(IllegalStateException.class, () -> cluster.probe(1, KEY));
      cluster.restart(1, true);
      cluster.awaitReady(1);
      cluster.awaitAllAlive();

      assertFound(cluster, 1, Consistency.ONE); // where the record is: it comes from another
      assertFound(cluster, 0, Consistency.QUORUM);
      cluster.await("the copy is back", () -> holds(cluster, 1, KEY, stored));
      cluster.await(
          "the partition is whole again",
          () ->
              report(cluster, 1)
                  .filter(report -> report.corruptRecords() == 1 && report.recovering() == 0)
                  .isPresent());
      assertFound(cluster, 2, Consistency.ALL);
    }
  }

  @Test
  void aCorruptRecordThatNobodyReadsIsFoundAndRepaired() throws Exception {
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      assertInstanceOf(PutOutcome.Written.class, put(cluster, 0, Consistency.ALL).outcome());
      Entry stored = cluster.probe(1, KEY).orElseThrow();
      damage(cluster, 1, KEY);
      cluster.await("the copy is back", () -> holds(cluster, 1, KEY, stored));
      cluster.await(
          "the partition is whole again",
          () ->
              report(cluster, 1)
                  .filter(report -> report.corruptRecords() > 0 && report.recovering() == 0)
                  .isPresent());
    }
  }

  @Test
  void aCorruptRecordThatIsFoundWhileAnotherIsMadeWholeIsRepairedThoughNobodyReadIt()
      throws Exception {
    Key other =
        IntStream.range(0, 1000)
            .mapToObj(number -> Key.of("orders", "other-" + number))
            .filter(key -> partition(key).equals(partition(KEY)))
            .findFirst()
            .orElseThrow();
    try (TestCluster cluster = three().engine("rocksdb", directory).start()) {
      put(cluster, 2, other, Consistency.ALL);
      put(cluster, 2, KEY, Consistency.ALL);
      Entry stored = cluster.probe(2, KEY).orElseThrow();
      damage(cluster, 0, KEY);
      damage(cluster, 1, other);
      cluster.awaitAllAlive();

      GetOutcome got =
          cluster
              .node(1)
              .get(other, ReadOptions.DEFAULT.with(Consistency.ONE))
              .toCompletableFuture()
              .join();
      assertInstanceOf(GetOutcome.Found.class, got, got.toString());
      cluster.await("the copy that nobody read is back", () -> holds(cluster, 0, KEY, stored));
      for (int node : List.of(0, 1)) {
        cluster.await(
            "node " + node + " is whole again",
            () -> report(cluster, node).filter(report -> report.recovering() == 0).isPresent());
      }
    }
  }

  @Test
  void aNodeWhoseOperatingSystemCrashedIsMadeWholeThoughItIsNoMemberOfEveryPartition() {
    try (TestCluster cluster =
        of(5)
            .with("partitions", 64) // some have no replica on node 1, whatever its id
            .engine(CrashedEngineProvider.class.getName(), directory)
            .start()) {
      Key elsewhere = cluster.keyWithoutReplicaOn(1, "orders");
      List<Key> keys =
          Stream.concat(
                  Stream.of(elsewhere),
                  IntStream.range(0, 40).mapToObj(number -> Key.of("orders", "key-" + number)))
              .toList();
      for (Key key : keys) {
        PutResult put = put(cluster, 0, key, Consistency.ALL);
        assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
      }
      cluster.kill(1);
      CrashedEngineProvider.crash(directory.resolve("node-1"));
      cluster.restart(1, true);
      cluster.awaitReady(1);
      cluster.awaitAllAlive();
      cluster.await(
          "every partition is whole again",
          () -> report(cluster, 1).filter(report -> report.recovering() == 0).isPresent());
      for (Key key : keys) {
        PutResult put = put(cluster, 1, key, Consistency.ALL);
        assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
      }
    }
  }

  /** Flips one bit of a node's record while the node does not run. */
  private void damage(TestCluster cluster, int node, Key key) throws RocksDBException {
    cluster.kill(node);
    flipOneBit(directory.resolve("node-" + node), key);
    cluster.restart(node, true);
    cluster.awaitReady(node);
  }

  private static boolean holds(TestCluster cluster, int node, Key key, Entry entry) {
    try {
      return cluster.probe(node, key).filter(entry::equals).isPresent();
    } catch (IllegalStateException e) {
      return false; // the corrupt record is not discarded yet
    }
  }

  private static void flipOneBit(Path database, Key key) throws RocksDBException {
    byte[] stored = stored(key);
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try (RocksDB open =
        RocksDB.open(
            database.toString(),
            Stream.of("default", "entries", "hints", "metadata", "dying")
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .map(ColumnFamilyDescriptor::new)
                .toList(),
            families)) {
      byte[] record = Objects.requireNonNull(open.get(families.get(1), stored));
      record[record.length - 6] ^= 1; // in the value
      open.put(families.get(1), stored, record);
      families.forEach(ColumnFamilyHandle::close);
    }
  }

  private static byte[] stored(Key key) {
    ByteBuffer stored = ByteBuffer.allocate(4 + key.encodedSize());
    stored.putInt(partition(key).value());
    key.writeTo(stored);
    return stored.array();
  }

  @ParameterizedTest
  @CsvSource({"FULL, STORAGE_FULL", "FAILED, STORAGE_FAILED"})
  void aReplicaWhoseDiskFailsSaysSoAndTheOthersGoOn(
      StorageException.Kind kind, RefusalReason reason) {
    Path failing = directory.resolve("node-1");
    try (TestCluster cluster =
        three().engine(FailingEngineProvider.class.getName(), directory).start()) {
      FailingEngineProvider.fail(failing, kind);
      PutResult put = put(cluster, 0, Consistency.QUORUM);
      assertInstanceOf(PutOutcome.Written.class, put.outcome(), put.toString());
      Receipt settled = put.settled().toCompletableFuture().join().orElseThrow();
      assertEquals(2, settled.acknowledged());
      ReplicaReceipt failed =
          settled.replicas().stream()
              .filter(replica -> replica.node().equals(cluster.id(1)))
              .findFirst()
              .orElseThrow();
      assertEquals(ReplicaReceipt.State.HINTED, failed.state());
      assertEquals(reason, failed.reason());
      assertFound(cluster, 1, Consistency.ONE);
      assertFound(cluster, 0, Consistency.QUORUM);
      PutResult all = put(cluster, 2, Consistency.ALL);
      assertInstanceOf(PutOutcome.MaybeApplied.class, all.outcome(), all.toString());
      assertTrue(cluster.node(1).isReady(), "a failing disk is no crash");

      FailingEngineProvider.mend(failing);
      cluster.await("the hints came", () -> cluster.probe(1, KEY).isPresent());
      cluster.await("none is kept", () -> cluster.hints(0) + cluster.hints(2) == 0);
      assertFound(cluster, 1, Consistency.ALL);
    } finally {
      FailingEngineProvider.mend(failing);
    }
  }
}
