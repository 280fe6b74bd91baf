package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.DigestTree;
import io.aitta.repair.PageToRead;
import io.aitta.repair.ReplicaTrees;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Horizons;
import io.aitta.replica.ReplicaContext;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeKeepingEngineTest {
  private static final PartitionId P = new PartitionId(0);
  private static final Key KEY = Key.of("orders", "42");
  private static final Entry VALUE =
      Entry.value(new Version(new HybridTime(5), new NodeId(7)), Entry.NEVER, "", Bytes.EMPTY);
  private static final int BATCHES = 300;

  private final FailingEngine failing = new FailingEngine();
  private final ReplicaTrees trees = new ReplicaTrees(Long.MAX_VALUE);
  private final List<ClusterEvent> events = new ArrayList<>();
  private final StorageWatch watch = new StorageWatch(new NodeId(7), events::add);
  private final StorageEngine engine = new TreeKeepingEngine(failing.engine(), trees, watch);

  @Test
  void everyWriteCountsOnce() throws StorageException {
    build();
    engine.write(List.of(new Mutation.PutEntry(P, KEY, VALUE, null)), Durability.POLICY);
    assertEquals(treeOfStored().summary().digest(), tree().summary().digest());
    assertEquals(1, tree().summary().records());
    Entry tombstone = Entry.tombstone(new Version(new HybridTime(6), new NodeId(7)));
    engine.write(
        List.of(
            new Mutation.PutHint(new NodeId(2), KEY, VALUE),
            new Mutation.PutEntry(P, KEY, tombstone, VALUE),
            new Mutation.PutMetadata("name", Bytes.EMPTY)),
        Durability.POLICY);
    assertEquals(treeOfStored().summary().digest(), tree().summary().digest());
    assertEquals(1, tree().summary().records());
  }

  @Test
  void afterAWriteThatFailedThereIsNoTree() {
    build();
    failing.fail(StorageException.Kind.FAILED);
    assertThrows(
        StorageException.class,
        () ->
            engine.write(
                List.of(new Mutation.PutMetadata("name", Bytes.EMPTY)), Durability.POLICY));
    assertNotNull(trees.tree(P), "no entry was to be written");
    assertThrows(
        StorageException.class,
        () -> engine.write(List.of(new Mutation.PutEntry(P, KEY, VALUE, null)), Durability.POLICY));
    assertNull(trees.tree(P));
  }

  @Test
  void tellsOnceWhyNothingCanBeStoredAndOnceThatItCan() throws StorageException {
    List<Mutation> metadata = List.of(new Mutation.PutMetadata("name", Bytes.EMPTY));
    engine.write(metadata, Durability.POLICY);
    assertEquals(List.of(), events);
    for (StorageException.Kind kind :
        List.of(
            StorageException.Kind.FULL, StorageException.Kind.FULL, StorageException.Kind.FAILED)) {
      failing.fail(kind);
      assertThrows(StorageException.class, () -> engine.write(metadata, Durability.POLICY));
    }
    failing.mend();
    engine.write(metadata, Durability.POLICY);
    engine.write(metadata, Durability.POLICY);
    assertEquals(
        List.of("full", "failed", "works"),
        events.stream()
            .map(
                event ->
                    event instanceof ClusterEvent.StorageFailed failed
                        ? failed.isFull() ? "full" : "failed"
                        : event instanceof ClusterEvent.StorageWorks ? "works" : "?")
            .toList());
  }

  @Test
  void afterACorruptRecordWasRemovedOrNotThereIsNoTree() throws StorageException {
    build();
    engine.write(List.of(new Mutation.DiscardCorrupt(P, KEY)), Durability.POLICY);
    assertNull(trees.tree(P));
    build();
    failing.fail(StorageException.Kind.FAILED);
    assertThrows(
        StorageException.class,
        () -> engine.write(List.of(new Mutation.DiscardCorrupt(P, KEY)), Durability.POLICY));
    assertNull(trees.tree(P));
  }

  @Test
  void readsWhatTheEngineHas() throws StorageException {
    NodeId target = new NodeId(2);
    engine.write(
        List.of(
            new Mutation.PutEntry(P, KEY, VALUE, null),
            new Mutation.PutHint(target, KEY, VALUE),
            new Mutation.PutMetadata("name", Bytes.ofUtf8("x"))),
        Durability.POLICY);
    StorageEngine healthy = failing.healthy();
    assertEquals(VALUE, engine.read(P, KEY));
    assertEquals(healthy.scan(P, null, 10, 1_000), engine.scan(P, null, 10, 1_000));
    assertEquals(VALUE, engine.readHint(target, KEY));
    assertEquals(healthy.hints(target, null, 5), engine.hints(target, null, 5));
    assertEquals(healthy.hintCounts(), engine.hintCounts());
    assertEquals(Bytes.ofUtf8("x"), engine.readMetadata("name"));
    assertEquals(healthy.statistics(), engine.statistics());
    assertEquals("memory", engine.name());
    assertEquals("memory", engine.durability());
    assertFalse(engine.isDurable());
    assertFalse(engine.mayHaveLostWrites());
    engine.close();
  }

  /** What a replica writes says truly what it replaces, whatever a batch holds. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theTreesOfAReplicaAreThoseOfWhatItStores(long seed) throws StorageException {
    Random random = new Random(seed);
    ReplicaState state =
        new ReplicaState(
            engine,
            new EntryLimits(100, 100),
            new AppliedVersions(100, 1_000),
            Map.of(),
            Map.of(),
            new Horizons());
    ConfigurationTable table = Objects.requireNonNull(Parts.serving().configurations());
    trees.keep(List.of(P));
    int compared = 0;
    int failed = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      if (random.nextInt(20) == 0) {
        failed++;
        failing.fail(StorageException.Kind.FULL);
      }
      state.handle(requests(random, table), new ReplicaContext(Parts.SELF, table, 1_000, 10, 0));
      failing.mend();
      PageToRead page = trees.nextPage(0);
      if (page != null) {
        readPage(page);
      }
      DigestTree tree = trees.tree(P);
      if (tree != null) {
        compared++;
        assertEquals(treeOfStored().summary().digest(), tree.summary().digest());
        assertEquals(treeOfStored().summary().records(), tree.summary().records());
      }
    }
    assertTrue(failed > 0, "nothing failed");
    assertTrue(compared > BATCHES / 10, "compared " + compared);
  }

  private static List<ReplicaRequest> requests(Random random, ConfigurationTable table) {
    List<ReplicaRequest> requests = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      Key key = Key.of("orders", "k" + random.nextInt(30));
      if (!table.partitionOf(key).equals(P)) {
        continue;
      }
      Version version = new Version(HybridTime.ofMillis(1L + random.nextInt(1_010)), new NodeId(7));
      Entry entry =
          random.nextInt(3) == 0
              ? Entry.tombstone(version)
              : Entry.value(version, random.nextInt(2), "", Bytes.ofUtf8("x"));
      WriteOrigin[] origins = WriteOrigin.values();
      requests.add(
          new ReplicaRequest.Write(
              key, Epoch.FIRST, entry, origins[random.nextInt(origins.length)]));
    }
    return requests;
  }

  private void build() {
    trees.keep(List.of(P));
    for (PageToRead page = trees.nextPage(0); page != null; page = trees.nextPage(0)) {
      readPage(page);
    }
  }

  private void readPage(PageToRead page) {
    try {
      ScanPage scanned = failing.healthy().scan(page.partition(), page.after(), 3, 1_000_000);
      List<KeyVersion> records =
          scanned.entries().stream().map(one -> KeyVersion.of(one.key(), one.entry())).toList();
      Key through = scanned.isLast() ? null : records.get(records.size() - 1).key();
      trees.addPage(page, records, through, 0);
    } catch (StorageException e) {
      throw new AssertionError(e);
    }
  }

  private DigestTree tree() {
    return Objects.requireNonNull(trees.tree(P));
  }

  private DigestTree treeOfStored() throws StorageException {
    DigestTree tree = DigestTree.empty();
    failing
        .healthy()
        .scan(P, null, 10_000, 1_000_000)
        .entries()
        .forEach(one -> tree.add(KeyVersion.of(one.key(), one.entry())));
    return tree;
  }
}
