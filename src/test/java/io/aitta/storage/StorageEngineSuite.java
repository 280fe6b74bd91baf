package io.aitta.storage;

import static io.aitta.storage.Samples.P;
import static io.aitta.storage.Samples.key;
import static io.aitta.storage.Samples.put;
import static io.aitta.storage.Samples.value;
import static io.aitta.storage.Samples.version;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine does. */
public abstract class StorageEngineSuite {
  private static final NodeId TARGET = new NodeId(11);
  private static final NodeId OTHER = new NodeId(-12);

  @TempDir Path directory;

  private StorageEngine engine;

  /** Opens the engine under test. */
  protected abstract StorageEngine open(Path directory) throws StorageException;

  @BeforeEach
  final void openEngine() throws StorageException {
    engine = open(directory.resolve("data"));
  }

  @AfterEach
  final void closeEngine() throws StorageException {
    engine.close();
  }

  private void write(Mutation... mutations) throws StorageException {
    engine.write(List.of(mutations), Durability.POLICY);
  }

  private static Mutation replace(Key key, Entry entry, Entry replaced) {
    return new Mutation.PutEntry(P, key, entry, replaced);
  }

  private static long bytes(Key key, Entry entry) {
    return (long) key.encodedSize() + entry.value().size();
  }

  @Test
  void beginsEmpty() throws StorageException {
    assertNull(engine.read(P, key("a")));
    assertNull(engine.readHint(TARGET, key("a")));
    assertNull(engine.readMetadata("a"));
    assertEquals(new ScanPage(List.of(), List.of(), true), engine.scan(P, null, 10, 1000));
    assertEquals(List.of(), engine.hints(TARGET, null, 10));
    assertEquals(List.of(), engine.hintCounts());
    assertEquals(new StorageStatistics(0, 0, 0, 0), engine.statistics());
    assertFalse(engine.mayHaveLostWrites());
  }

  @Test
  void readsWhatWasWrittenUnderItsPartitionAndKeyAlone() throws StorageException {
    Entry entry = value(1, "paid");
    write(put(key("a"), entry));
    assertEquals(entry, engine.read(P, key("a")));
    assertNull(engine.read(P, key("b")));
    assertNull(engine.read(new PartitionId(8), key("a")));
    assertNull(engine.read(P, Key.of("invoices", "a")));
  }

  @Test
  void keepsEveryFieldOfAnEntry() throws StorageException {
    byte[] all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    Entry full = Entry.value(version(1L << 40), Long.MAX_VALUE, "x".repeat(64), Bytes.wrap(all));
    Entry empty = Entry.value(version(0), Entry.NEVER, "", Bytes.EMPTY);
    Entry large = Entry.value(version(2), 1, "bytes", Bytes.wrap(new byte[1 << 20]));
    Key longest = Key.of("s".repeat(64), "k".repeat(Key.MAX_KEY_BYTES));
    write(put(longest, full), put(key("empty"), empty), put(key("large"), large));
    assertEquals(full, engine.read(P, longest));
    assertEquals(empty, engine.read(P, key("empty")));
    assertEquals(large, engine.read(P, key("large")));
  }

  @Test
  void keepsTombstonesAndExpiredEntries() throws StorageException {
    Entry tombstone = Entry.tombstone(version(5));
    Entry expired = Entry.value(version(5), 1, "string", Bytes.ofUtf8("old"));
    write(put(key("t"), tombstone), put(key("x"), expired));
    assertEquals(tombstone, engine.read(P, key("t")));
    assertEquals(expired, engine.read(P, key("x")));
    assertEquals(
        List.of(new KeyedEntry(key("t"), tombstone), new KeyedEntry(key("x"), expired)),
        engine.scan(P, null, 10, 1000).entries());
  }

  @Test
  void storesWhatItIsToldEvenIfItIsOlder() throws StorageException {
    Entry newer = value(9, "newer");
    write(put(key("a"), newer));
    write(replace(key("a"), value(3, "older"), newer));
    assertEquals(value(3, "older"), engine.read(P, key("a")));
  }

  @Test
  void knowsWhatIsDeadInTheOrderInWhichItDied() throws StorageException {
    Entry first = Entry.tombstone(version(30));
    Entry expiring = Entry.value(version(5), 20, "string", Bytes.ofUtf8("short"));
    Entry later = Entry.tombstone(version(41));
    write(put(key("a"), first), put(key("b"), expiring), put(key("c"), later));
    write(put(key("d"), value(1, "lives")));
    assertEquals(List.of(), engine.dead(P, 19, 10));
    assertEquals(List.of(KeyVersion.of(key("b"), expiring)), engine.dead(P, 29, 10));
    assertEquals(
        List.of(KeyVersion.of(key("b"), expiring), KeyVersion.of(key("a"), first)),
        engine.dead(P, 40, 10));
    assertEquals(List.of(KeyVersion.of(key("b"), expiring)), engine.dead(P, 40, 1));
    assertEquals(List.of(), engine.dead(new PartitionId(8), 100, 10));
  }

  @Test
  void whatIsReplacedOrRemovedIsDeadNoMore() throws StorageException {
    Entry deleted = Entry.tombstone(version(1));
    Entry removed = Entry.tombstone(version(2));
    write(put(key("a"), deleted), put(key("b"), removed));
    write(
        replace(key("a"), value(3, "again"), deleted),
        new Mutation.RemoveEntry(P, key("b"), removed));
    assertEquals(List.of(), engine.dead(P, 100, 10));
    assertNull(engine.read(P, key("b")));
    assertEquals(value(3, "again"), engine.read(P, key("a")));
    Entry expiring = Entry.value(version(4), 50, "string", Bytes.ofUtf8("x"));
    write(
        replace(key("a"), expiring, value(3, "again")),
        replace(key("a"), Entry.tombstone(version(6)), expiring));
    assertEquals(List.of(new KeyVersion(key("a"), version(6), true)), engine.dead(P, 100, 10));
  }

  @Test
  void countsWhatIsRemoved() throws StorageException {
    Entry kept = value(1, "kept");
    Entry removed = value(2, "removed");
    write(put(key("a"), kept), put(key("b"), removed));
    write(new Mutation.RemoveEntry(P, key("b"), removed));
    assertEquals(new StorageStatistics(1, 0, bytes(key("a"), kept), 0), engine.statistics());
    assertEquals(List.of(new KeyedEntry(key("a"), kept)), engine.scan(P, null, 10, 1000).entries());
    write(put(key("b"), removed), new Mutation.RemoveEntry(P, key("b"), removed));
    assertEquals(new StorageStatistics(1, 0, bytes(key("a"), kept), 0), engine.statistics());
  }

  @Test
  void statisticsAreExactAfterEveryMutation() throws StorageException {
    Key a = key("a");
    Entry first = value(1, "12345");
    write(put(a, first));
    assertEquals(new StorageStatistics(1, 0, bytes(a, first), 0), engine.statistics());
    Entry second = value(2, "123");
    write(replace(a, second, first));
    assertEquals(new StorageStatistics(1, 0, bytes(a, second), 0), engine.statistics());
    Entry deleted = Entry.tombstone(version(3));
    write(replace(a, deleted, second));
    assertEquals(new StorageStatistics(0, 1, a.encodedSize(), 0), engine.statistics());
    Entry again = Entry.value(version(4), 1, "string", Bytes.ofUtf8("expired"));
    write(replace(a, again, deleted), put(key("b"), deleted));
    assertEquals(
        new StorageStatistics(1, 1, bytes(a, again) + key("b").encodedSize(), 0),
        engine.statistics());
    write(new Mutation.PutHint(TARGET, a, first), new Mutation.PutMetadata("m", Bytes.ofUtf8("1")));
    assertEquals(
        new StorageStatistics(1, 1, bytes(a, again) + key("b").encodedSize(), 0),
        engine.statistics());
  }

  @Test
  void appliesABatchInOrder() throws StorageException {
    Key a = key("a");
    Entry first = value(1, "first");
    Entry second = value(2, "second!");
    write(put(a, first), replace(a, second, first));
    assertEquals(second, engine.read(P, a));
    assertEquals(new StorageStatistics(1, 0, bytes(a, second), 0), engine.statistics());
  }

  @Test
  void countsAHintThatABatchReplacesAndRemovesInOrder() throws StorageException {
    Key a = key("a");
    write(
        new Mutation.PutHint(TARGET, a, value(1, "one")),
        new Mutation.PutHint(TARGET, a, value(2, "three")));
    assertEquals(
        List.of(new HintCount(TARGET, 1, bytes(a, value(2, "three")))), engine.hintCounts());
    write(
        new Mutation.RemoveHint(TARGET, a),
        new Mutation.RemoveHint(TARGET, a),
        new Mutation.PutHint(TARGET, a, value(3, "x")),
        new Mutation.RemoveHint(TARGET, a),
        new Mutation.PutHint(OTHER, a, value(3, "y")));
    assertEquals(List.of(new HintCount(OTHER, 1, bytes(a, value(3, "y")))), engine.hintCounts());
    assertNull(engine.readHint(TARGET, a));
  }

  @Test
  void scansInTheOrderOfUnsignedKeyBytesPageByPage() throws StorageException {
    List<Key> keys =
        new ArrayList<>(
            List.of(
                key("b"), key("é"), key("a"), key("aa"), Key.of("z", "a"), key("\uD83D\uDE00")));
    for (Key key : keys) {
      write(
          put(key, value(1, key.name())),
          new Mutation.PutEntry(new PartitionId(6), key, value(1, "before"), null),
          new Mutation.PutEntry(new PartitionId(8), key, value(1, "behind"), null));
    }
    keys.sort(null);
    List<Key> seen = new ArrayList<>();
    Key after = null;
    ScanPage page;
    do {
      page = engine.scan(P, after, 2, 1 << 20);
      page.entries().forEach(entry -> assertEquals(value(1, entry.key().name()), entry.entry()));
      page.entries().forEach(entry -> seen.add(entry.key()));
      after = seen.get(seen.size() - 1);
    } while (!page.isLast());
    assertEquals(keys, seen);
  }

  @Test
  void endsAPageWithTheEntryThatReachesItsBytes() throws StorageException {
    for (String name : List.of("a", "b", "c")) {
      write(put(key(name), value(1, "0123456789")));
    }
    int one = (int) bytes(key("a"), value(1, "0123456789"));
    assertEquals(1, engine.scan(P, null, 10, 1).entries().size());
    assertEquals(1, engine.scan(P, null, 10, one).entries().size());
    assertEquals(2, engine.scan(P, null, 10, one + 1).entries().size());
    assertFalse(engine.scan(P, null, 10, 2 * one).isLast());
    assertTrue(engine.scan(P, null, 10, 3 * one).isLast());
    assertTrue(engine.scan(P, null, 3, 1000).isLast());
    assertFalse(engine.scan(P, null, 2, 1000).isLast());
  }

  @Test
  void scansBehindAKeyThatIsNotStored() throws StorageException {
    write(put(key("a"), value(1, "a")), put(key("c"), value(1, "c")));
    assertEquals(
        List.of(new KeyedEntry(key("c"), value(1, "c"))),
        engine.scan(P, key("b"), 10, 1000).entries());
    assertEquals(new ScanPage(List.of(), List.of(), true), engine.scan(P, key("c"), 10, 1000));
  }

  @Test
  void keepsHintsByTargetAndKey() throws StorageException {
    write(
        new Mutation.PutHint(TARGET, key("b"), value(1, "b")),
        new Mutation.PutHint(TARGET, key("a"), Entry.tombstone(version(2))),
        new Mutation.PutHint(OTHER, key("a"), value(3, "other")));
    assertEquals(value(3, "other"), engine.readHint(OTHER, key("a")));
    assertNull(engine.readHint(OTHER, key("b")));
    List<StoredHint> all =
        List.of(
            new StoredHint(TARGET, key("a"), Entry.tombstone(version(2))),
            new StoredHint(TARGET, key("b"), value(1, "b")));
    assertEquals(all, engine.hints(TARGET, null, 10));
    assertEquals(all.subList(0, 1), engine.hints(TARGET, null, 1));
    assertEquals(all.subList(1, 2), engine.hints(TARGET, key("a"), 10));
    assertEquals(List.of(), engine.hints(TARGET, key("b"), 10));
    write(new Mutation.RemoveHint(TARGET, key("a")), new Mutation.RemoveHint(OTHER, key("none")));
    assertEquals(all.subList(1, 2), engine.hints(TARGET, null, 10));
    assertEquals(2, engine.hintCounts().size());
  }

  @Test
  void keepsMetadataByName() throws StorageException {
    write(
        new Mutation.PutMetadata("a", Bytes.ofUtf8("1")),
        new Mutation.PutMetadata("b", Bytes.EMPTY));
    engine.write(List.of(new Mutation.PutMetadata("a", Bytes.ofUtf8("2"))), Durability.ALWAYS);
    assertEquals(Bytes.ofUtf8("2"), engine.readMetadata("a"));
    assertEquals(Bytes.EMPTY, engine.readMetadata("b"));
    assertNull(engine.readMetadata("c"));
  }

  @Test
  void metadataOfAnyNameIsTheOwners() throws StorageException {
    for (String name : List.of("engine.format", "engine.run", "engine.tally", "format", "run")) {
      assertNull(engine.readMetadata(name), name);
      write(new Mutation.PutMetadata(name, Bytes.ofUtf8("mine")));
      assertEquals(Bytes.ofUtf8("mine"), engine.readMetadata(name));
    }
  }

  @Test
  void discardingWhatIsNotCorruptOrNotThereHarmsNothingElse() throws StorageException {
    write(put(key("a"), value(1, "a")));
    write(new Mutation.DiscardCorrupt(P, key("none")));
    assertEquals(value(1, "a"), engine.read(P, key("a")));
    assertEquals(1, engine.statistics().values());
  }

  @Test
  void closesTwice() throws StorageException {
    write(put(key("a"), value(1, "a")));
    engine.close();
    engine.close();
  }

  /** Readers meanwhile see each key at some version that was written, and never go back. */
  @Test
  void readersSeeWholeEntriesWhileOneOwnerWrites() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    write(put(key("a"), value(1, "1")), put(key("b"), value(1, "1")));
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> reads = new ArrayList<>();
      for (String name : List.of("a", "b")) {
        reads.add(readers.submit(reader(name, isOver)));
      }
      for (int i = 2; i <= 500; i++) {
        Entry before = value(i - 1, String.valueOf(i - 1));
        Entry after = value(i, String.valueOf(i));
        write(replace(key("a"), after, before), replace(key("b"), after, before));
      }
      isOver.set(true);
      for (Future<Long> read : reads) {
        assertEquals(500, read.get());
      }
    } finally {
      isOver.set(true);
      readers.shutdownNow();
    }
  }

  private Callable<Long> reader(String name, AtomicBoolean isOver) {
    return () -> {
      long last = 0;
      boolean isLastRound;
      do {
        isLastRound = isOver.get();
        Entry entry = Objects.requireNonNull(engine.read(P, key(name)));
        long millis = entry.version().time().millis();
        assertEquals(value(millis, String.valueOf(millis)), entry);
        assertTrue(millis >= last, "went back from " + last + " to " + millis);
        assertEquals(2, engine.scan(P, null, 10, 1000).entries().size());
        assertEquals(2, engine.statistics().values(), "counts of a replacement seen by halves");
        last = millis;
      } while (!isLastRound);
      return last;
    };
  }
}
