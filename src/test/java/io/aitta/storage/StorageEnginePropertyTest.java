package io.aitta.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random batches on an engine and on plain maps: after each, everything that can be asked is the
 * same. A durable engine is closed and opened again between batches.
 */
final class StorageEnginePropertyTest {
  private static final int BATCHES = 120;

  @TempDir Path directory;

  private final Map<PartitionId, TreeMap<Key, Entry>> entries = new HashMap<>();
  private final Map<NodeId, TreeMap<Key, Entry>> hints = new TreeMap<>();
  private final Map<String, Bytes> metadata = new HashMap<>();

  @ParameterizedTest(name = "memory, seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void memoryHoldsWhatPlainMapsHold(long seed) throws StorageException {
    Random random = new Random(seed);
    try (StorageEngine engine = open("memory", StorageSettings.Fsync.NONE)) {
      for (int i = 0; i < BATCHES; i++) {
        write(engine, random);
        compare(engine, random);
      }
    }
  }

  @ParameterizedTest(name = "rocksdb, fsync {0}, seed {1}")
  @CsvSource({"NONE, 1", "NONE, 2", "INTERVAL, 3", "EVERY_BATCH, 4"})
  void rocksDbHoldsWhatPlainMapsHold(StorageSettings.Fsync fsync, long seed)
      throws StorageException {
    Random random = new Random(seed);
    int written = 0;
    while (written < BATCHES) {
      try (StorageEngine engine = open("rocksdb", fsync)) {
        compare(engine, random);
        for (int i = random.nextInt(30); i >= 0; i--) {
          write(engine, random);
          written++;
          compare(engine, random);
        }
      }
    }
  }

  private StorageEngine open(String name, StorageSettings.Fsync fsync) throws StorageException {
    return StorageEngines.open(name, Samples.settings(directory.resolve("data"), fsync));
  }

  private void write(StorageEngine engine, Random random) throws StorageException {
    List<Mutation> batch = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      batch.add(mutation(random));
    }
    engine.write(batch, random.nextInt(10) == 0 ? Durability.ALWAYS : Durability.POLICY);
  }

  /** Draws a mutation and applies it to the maps. */
  private Mutation mutation(Random random) {
    PartitionId partition = new PartitionId(random.nextInt(3));
    NodeId target = new NodeId(random.nextInt(3) - 1L);
    Key key = key(random);
    Entry entry = entry(random);
    String name = "name " + random.nextInt(3);
    switch (random.nextInt(9)) {
      case 0 -> {
        hints.computeIfAbsent(target, unused -> new TreeMap<>()).put(key, entry);
        return new Mutation.PutHint(target, key, entry);
      }
      case 1 -> {
        hints.getOrDefault(target, new TreeMap<>()).remove(key);
        return new Mutation.RemoveHint(target, key);
      }
      case 2 -> {
        metadata.put(name, entry.value());
        return new Mutation.PutMetadata(name, entry.value());
      }
      case 3 -> {
        return new Mutation.DiscardCorrupt(partition, key); // nothing is corrupt
      }
      case 4 -> {
        Entry removed = entries.getOrDefault(partition, new TreeMap<>()).remove(key);
        return removed == null
            ? new Mutation.DiscardCorrupt(partition, key)
            : new Mutation.RemoveEntry(partition, key, removed);
      }
      default -> {
        Entry replaced =
            entries.computeIfAbsent(partition, unused -> new TreeMap<>()).put(key, entry);
        return new Mutation.PutEntry(partition, key, entry, replaced);
      }
    }
  }

  private static Key key(Random random) {
    return Key.of(
        random.nextBoolean() ? "a" : "ab", String.valueOf((char) (0xF0 + random.nextInt(12))));
  }

  private static Entry entry(Random random) {
    long millis = random.nextInt(1000);
    if (random.nextInt(4) == 0) {
      return Entry.tombstone(Samples.version(millis));
    }
    byte[] value = new byte[random.nextInt(100)];
    random.nextBytes(value);
    long expiresAtMillis = random.nextBoolean() ? Entry.NEVER : 1 + random.nextInt(1000);
    return Entry.value(Samples.version(millis), expiresAtMillis, "bytes", Bytes.wrap(value));
  }

  private void compare(StorageEngine engine, Random random) throws StorageException {
    long values = 0;
    long tombstones = 0;
    long bytes = 0;
    for (int i = 0; i < 3; i++) {
      PartitionId partition = new PartitionId(i);
      TreeMap<Key, Entry> held = entries.getOrDefault(partition, new TreeMap<>());
      List<KeyedEntry> expected = new ArrayList<>();
      for (Map.Entry<Key, Entry> one : held.entrySet()) {
        expected.add(new KeyedEntry(one.getKey(), one.getValue()));
        assertEquals(one.getValue(), engine.read(partition, one.getKey()));
        tombstones += one.getValue().tombstone() ? 1 : 0;
        values += one.getValue().tombstone() ? 0 : 1;
        bytes += size(one);
      }
      assertEquals(expected, scan(engine, partition, random));
      assertEquals(dead(held, 500), engine.dead(partition, 500, 1000));
      Key any = key(random);
      assertEquals(held.get(any), engine.read(partition, any));
    }
    assertEquals(new StorageStatistics(values, tombstones, bytes, 0), engine.statistics());
    compareHints(engine);
    for (int i = 0; i < 3; i++) {
      assertEquals(metadata.get("name " + i), engine.readMetadata("name " + i));
    }
  }

  /** What is dead by then, that first which died first. */
  private static List<KeyVersion> dead(Map<Key, Entry> held, long untilMillis) {
    return held.entrySet().stream()
        .filter(one -> one.getValue().deadFromMillis() <= untilMillis)
        .sorted(
            Comparator.comparingLong(
                (Map.Entry<Key, Entry> one) -> one.getValue().deadFromMillis()))
        .map(one -> KeyVersion.of(one.getKey(), one.getValue()))
        .toList();
  }

  private static long size(Map.Entry<Key, Entry> one) {
    return (long) one.getKey().encodedSize() + one.getValue().value().size();
  }

  private static List<KeyedEntry> scan(StorageEngine engine, PartitionId partition, Random random)
      throws StorageException {
    List<KeyedEntry> found = new ArrayList<>();
    int maxEntries = 1 + random.nextInt(10);
    int maxBytes = 1 + random.nextInt(500);
    ScanPage page = engine.scan(partition, null, maxEntries, maxBytes);
    found.addAll(page.entries());
    while (!page.isLast()) {
      page = engine.scan(partition, found.get(found.size() - 1).key(), maxEntries, maxBytes);
      found.addAll(page.entries());
    }
    return found;
  }

  private void compareHints(StorageEngine engine) throws StorageException {
    Map<NodeId, HintCount> counts = new TreeMap<>();
    for (HintCount count : engine.hintCounts()) {
      counts.put(count.target(), count);
    }
    Map<NodeId, HintCount> expected = new TreeMap<>();
    for (Map.Entry<NodeId, TreeMap<Key, Entry>> one : hints.entrySet()) {
      NodeId target = one.getKey();
      List<StoredHint> held = new ArrayList<>();
      long bytes = 0;
      for (Map.Entry<Key, Entry> hint : one.getValue().entrySet()) {
        held.add(new StoredHint(target, hint.getKey(), hint.getValue()));
        assertEquals(hint.getValue(), engine.readHint(target, hint.getKey()));
        bytes += size(hint);
      }
      assertEquals(held, engine.hints(target, null, 1000));
      if (!held.isEmpty()) {
        expected.put(target, new HintCount(target, held.size(), bytes));
      }
    }
    assertEquals(expected, counts);
  }
}
