package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.Durability;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeadRecordsTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final PartitionId P = new PartitionId(0);
  private static final Epoch EPOCH = new Epoch(0, 2);
  private static final Key KEY = Key.of("orders", "42");
  private static final Key ANOTHER = Key.of("orders", "43");
  private static final long MIN_AGE = 1_000;

  private final Horizons horizons = new Horizons();
  private StorageEngine engine;
  private DeadRecords records;

  @BeforeEach
  void open() throws StorageException {
    engine =
        new MemoryEngineProvider()
            .open(
                new StorageSettings(
                    Path.of("."), StorageSettings.Fsync.NONE, Duration.ofSeconds(1), 0));
    records = new DeadRecords(SELF, engine, horizons, MIN_AGE);
  }

  private static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), OTHER);
  }

  private static Entry tombstone(long millis) {
    return Entry.tombstone(version(millis));
  }

  private void store(Key key, Entry entry) throws StorageException {
    engine.write(
        List.of(new Mutation.PutEntry(P, key, entry, engine.read(P, key))), Durability.POLICY);
  }

  private static List<KeyVersion> both(long millis) {
    return List.of(
        new KeyVersion(KEY, version(millis), true), new KeyVersion(ANOTHER, version(millis), true));
  }

  @Test
  void confirmsWhatItHoldsInThatVersionOrANewerOne() throws StorageException {
    store(KEY, tombstone(500));
    assertArrayEquals(new byte[] {1}, records.confirm(P, both(500)).toByteArray());
    store(ANOTHER, Entry.value(version(499), Entry.NEVER, "n", Bytes.ofUtf8("older")));
    assertArrayEquals(new byte[] {1}, records.confirm(P, both(500)).toByteArray());
    store(ANOTHER, Entry.value(version(501), Entry.NEVER, "n", Bytes.ofUtf8("newer")));
    assertArrayEquals(new byte[] {3}, records.confirm(P, both(500)).toByteArray());
  }

  @Test
  void whatItDroppedItDoesNotConfirm() throws StorageException {
    store(KEY, tombstone(500));
    records.drop(P, both(500), 2_000);
    assertArrayEquals(new byte[] {0}, records.confirm(P, both(500)).toByteArray());
  }

  @Test
  void dropsWithTheHorizonThatRemembers() throws StorageException {
    store(KEY, tombstone(500));
    store(ANOTHER, tombstone(500));
    assertEquals(2, records.drop(P, both(500), 1_500));
    assertNull(engine.read(P, KEY));
    assertNull(engine.read(P, ANOTHER));
    assertEquals(new Horizon(version(500), 1), horizons.of(P));
    assertEquals(new Horizon(version(500), 1), Horizons.read(engine, 1).of(P), "as stored");
  }

  /** The batch that failed may be stored: a late repair must not find what it deleted forgotten. */
  @Test
  void theHorizonHoldsThoughTheBatchFailed() {
    ScriptedEngine failing = new ScriptedEngine();
    failing.entries.put(KEY, tombstone(500));
    failing.failsWritesWith = StorageException.Kind.FAILED;
    DeadRecords dropping = new DeadRecords(SELF, failing, horizons, MIN_AGE);
    assertThrows(StorageException.class, () -> dropping.drop(P, both(500), 2_000));
    assertEquals(new Horizon(version(500), 1), horizons.of(P));
  }

  @Test
  void whatIsNotDeadForLongEnoughStays() throws StorageException {
    store(KEY, tombstone(500));
    assertEquals(0, records.drop(P, both(500), 1_499));
    assertEquals(tombstone(500), engine.read(P, KEY));
    assertEquals(Horizon.NONE, horizons.of(P));
  }

  @Test
  void anotherVersionStays() throws StorageException {
    Entry again = Entry.value(version(501), Entry.NEVER, "n", Bytes.ofUtf8("re-created"));
    store(KEY, again);
    store(ANOTHER, tombstone(400));
    assertEquals(0, records.drop(P, both(500), 9_000));
    assertEquals(again, engine.read(P, KEY));
    assertEquals(tombstone(400), engine.read(P, ANOTHER));
  }

  @Test
  void dropsAnExpiredValueAndNoOther() throws StorageException {
    Entry expired = Entry.value(version(500), 700, "n", Bytes.ofUtf8("x"));
    store(KEY, expired);
    store(ANOTHER, Entry.value(version(500), Entry.NEVER, "n", Bytes.ofUtf8("y")));
    assertEquals(0, records.drop(P, both(500), 1_699));
    assertEquals(1, records.drop(P, both(500), 1_700));
    assertNull(engine.read(P, KEY));
  }

  @Test
  void takesPartByTheStableConfigurationThatItServesAlone() {
    Configuration stable = Configuration.stable(P, EPOCH, List.of(SELF, OTHER));
    assertTrue(records.mayTakePart(table(stable, true), P, EPOCH));
    assertFalse(records.mayTakePart(table(stable, false), P, EPOCH), "not served");
    assertFalse(records.mayTakePart(table(stable, true), P, EPOCH.next()), "another epoch");
    assertFalse(records.mayTakePart(table(stable, true), new PartitionId(1), EPOCH));
    Configuration joint = new Configuration(P, EPOCH, List.of(SELF, OTHER), List.of(OTHER));
    assertFalse(records.mayTakePart(table(joint, true), P, EPOCH), "joint");
    Configuration others = Configuration.stable(P, EPOCH, List.of(OTHER));
    assertFalse(records.mayTakePart(table(others, true), P, EPOCH), "no member");
  }

  private static ConfigurationTable table(Configuration configuration, boolean isServed) {
    Configuration first = Configuration.stable(P, Epoch.FIRST, List.of(SELF, OTHER));
    return ConfigurationTable.of(new ClusterShape(1, 3), List.of(first))
        .with(configuration, isServed);
  }

  /** Rule 9: what is dropped elsewhere rests on it. */
  @Test
  void whatItConfirmsIsDurable() throws StorageException {
    ScriptedEngine scripted = new ScriptedEngine();
    scripted.entries.put(KEY, tombstone(500));
    new DeadRecords(SELF, scripted, horizons, MIN_AGE).confirm(P, both(500));
    assertEquals(List.of(Durability.ALWAYS), scripted.durabilities);
  }
}
