package io.aitta.storage.rocksdb;

import static io.aitta.storage.Samples.P;
import static io.aitta.storage.Samples.key;
import static io.aitta.storage.Samples.put;
import static io.aitta.storage.Samples.value;
import static io.aitta.storage.Samples.version;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.NodeId;
import io.aitta.storage.CorruptRecordException;
import io.aitta.storage.Durability;
import io.aitta.storage.HintCount;
import io.aitta.storage.Mutation;
import io.aitta.storage.RecordFormat;
import io.aitta.storage.Samples;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineSuite;
import io.aitta.storage.StorageEngines;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import io.aitta.storage.StorageSettings.Fsync;
import io.aitta.storage.StorageStatistics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

final class RocksDbEngineTest extends StorageEngineSuite {
  private static final NodeId TARGET = new NodeId(3);

  @TempDir Path own;

  @Override
  protected StorageEngine open(Path directory) throws StorageException {
    return open(directory, Fsync.EVERY_BATCH);
  }

  private static StorageEngine open(Path directory, Fsync fsync) throws StorageException {
    return StorageEngines.open("rocksdb", Samples.settings(directory, fsync));
  }

  private static void write(StorageEngine engine, Mutation... mutations) throws StorageException {
    engine.write(List.of(mutations), Durability.POLICY);
  }

  @ParameterizedTest
  @EnumSource(Fsync.class)
  void openingAgainFindsEverythingAndItsCounts(Fsync fsync) throws StorageException {
    StorageStatistics counted;
    List<HintCount> hints;
    try (StorageEngine engine = open(own, fsync)) {
      write(engine, put(key("v"), value(1, "value")), put(key("t"), Entry.tombstone(version(2))));
      write(engine, new Mutation.PutHint(TARGET, key("h"), value(3, "hint")));
      engine.write(
          List.of(new Mutation.PutMetadata("identity", Bytes.ofUtf8("me"))), Durability.ALWAYS);
      counted = engine.statistics();
      hints = engine.hintCounts();
    }
    for (int i = 0; i < 2; i++) { // the second time after a run that wrote nothing
      try (StorageEngine engine = open(own, fsync)) {
        assertEquals(value(1, "value"), engine.read(P, key("v")));
        assertEquals(Entry.tombstone(version(2)), engine.read(P, key("t")));
        assertEquals(value(3, "hint"), engine.readHint(TARGET, key("h")));
        assertEquals(Bytes.ofUtf8("me"), engine.readMetadata("identity"));
        assertEquals(counted, engine.statistics());
        assertEquals(hints, engine.hintCounts());
        assertFalse(engine.mayHaveLostWrites());
        assertTrue(engine.isDurable());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"EVERY_BATCH, every-batch", "INTERVAL, interval", "NONE, none"})
  void namesItsPolicy(Fsync fsync, String words) throws StorageException {
    try (StorageEngine engine = open(own, fsync)) {
      assertEquals(words, engine.durability());
      assertEquals("rocksdb", engine.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Fsync.class)
  void aRunThatWasNotClosedIsCountedAnew(Fsync fsync) throws Exception {
    try (StorageEngine engine = open(own.resolve("running"), fsync)) {
      write(engine, put(key("v"), value(1, "value")), put(key("t"), Entry.tombstone(version(2))));
      write(engine, new Mutation.PutHint(TARGET, key("h"), value(3, "hint")));
      copy(own.resolve("running"), own.resolve("crashed"));
      try (StorageEngine crashed = open(own.resolve("crashed"), fsync)) {
        assertEquals(engine.statistics(), crashed.statistics());
        assertEquals(engine.hintCounts(), crashed.hintCounts());
        assertFalse(crashed.mayHaveLostWrites(), "the same boot of the operating system");
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"EVERY_BATCH, false", "INTERVAL, true", "NONE, true"})
  void knowsUntilItsFirstBatchWhatACrashOfTheOperatingSystemMayHaveTaken(
      Fsync fsync, boolean mayHaveLost) throws Exception {
    try (StorageEngine engine = open(own.resolve("running"), fsync)) {
      write(engine, put(key("v"), value(1, "value")));
      copy(own.resolve("running"), own.resolve("crashed"));
    }
    Path crashed = own.resolve("crashed");
    change(
        crashed,
        (open, batch) ->
            batch.put(
                open.marks(),
                Marks.name(Marks.RUN_MARK),
                Marks.seal(Marks.run(fsync, "an earlier boot"))));
    for (int i = 0; i < 2; i++) { // a run that could not write does not forget it
      try (StorageEngine engine = open(crashed, Fsync.EVERY_BATCH)) {
        assertEquals(mayHaveLost, engine.mayHaveLostWrites());
      }
    }
    try (StorageEngine engine = open(crashed, Fsync.EVERY_BATCH)) {
      assertEquals(mayHaveLost, engine.mayHaveLostWrites());
      write(engine, new Mutation.PutMetadata("concluded", Bytes.EMPTY));
    }
    try (StorageEngine engine = open(crashed, Fsync.EVERY_BATCH)) {
      assertFalse(engine.mayHaveLostWrites());
    }
  }

  @Test
  void saysThatWritesAreLostIfItsLogIsDamagedInTheMiddle() throws Exception {
    try (StorageEngine engine = open(own.resolve("running"))) {
      for (int i = 0; i < 100; i++) {
        write(engine, put(key("k" + i), value(i, "value " + i)));
      }
      copy(own.resolve("running"), own.resolve("damaged"));
    }
    Path damaged = own.resolve("damaged");
    Path log;
    try (Stream<Path> files = Files.list(damaged)) {
      log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    flip(log, indexOf(Files.readAllBytes(log), Bytes.ofUtf8("value 50").toByteArray()));
    for (int i = 0; i < 2; i++) {
      try (StorageEngine engine = open(damaged)) {
        assertTrue(engine.mayHaveLostWrites());
        assertEquals(value(49, "value 49"), engine.read(P, key("k49")));
        assertEquals(50, engine.statistics().values());
      }
    }
    try (StorageEngine engine = open(damaged)) {
      write(engine, new Mutation.PutMetadata("concluded", Bytes.EMPTY));
    }
    try (StorageEngine engine = open(damaged)) {
      assertFalse(engine.mayHaveLostWrites());
    }
  }

  @Test
  void anUnfinishedRecordAtTheEndOfTheLogIsNoLoss() throws Exception {
    try (StorageEngine engine = open(own.resolve("running"))) {
      write(engine, put(key("a"), value(1, "acknowledged")));
      write(engine, put(key("b"), value(2, "unfinished")));
      copy(own.resolve("running"), own.resolve("torn"));
    }
    Path torn = own.resolve("torn");
    try (Stream<Path> files = Files.list(torn)) {
      Path log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(log);
      int end = indexOf(bytes, Bytes.ofUtf8("unfinished").toByteArray());
      Files.write(log, Arrays.copyOf(bytes, end));
    }
    try (StorageEngine engine = open(torn)) {
      assertFalse(engine.mayHaveLostWrites());
      assertEquals(value(1, "acknowledged"), engine.read(P, key("a")));
      assertNull(engine.read(P, key("b")));
    }
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 0x40;
    Files.write(file, bytes);
  }

  private interface Change {
    void apply(Database open, WriteBatch batch) throws Exception;
  }

  /** Changes what is stored behind the engine's back. */
  private static void change(Path directory, Change change) throws Exception {
    Database database = Database.open(Samples.settings(directory, Fsync.EVERY_BATCH));
    try (WriteBatch batch = new WriteBatch();
        WriteOptions synced = new WriteOptions().setSync(true)) {
      change.apply(database, batch);
      database.write(batch, synced);
    } finally {
      database.close();
    }
  }

  private static void flipEntry(Path directory, String name, int position) throws Exception {
    byte[] stored = StoredKeys.entry(P, key(name));
    change(
        directory,
        (open, batch) -> {
          byte[] record = Objects.requireNonNull(open.get(open.entries(), stored));
          record[position] ^= 0x10;
          batch.put(open.entries(), stored, record);
        });
  }

  @Test
  void aFlippedBitAnywhereInARecordIsFoundCountedAndNeverServed() throws Exception {
    Entry entry = value(1, "value");
    int bytes = RecordFormat.encode(new byte[1], entry).length;
    try (StorageEngine engine = open(own)) {
      for (int i = 0; i < bytes; i++) {
        write(engine, put(key("k" + i), entry));
      }
      write(engine, put(key("z"), entry));
    }
    for (int i = 0; i < bytes; i++) {
      flipEntry(own, "k" + i, i);
    }
    try (StorageEngine engine = open(own)) {
      for (int i = 0; i < bytes; i++) {
        String name = "k" + i;
        CorruptRecordException failure =
            assertThrows(CorruptRecordException.class, () -> engine.read(P, key(name)));
        assertEquals(key(name), failure.key());
        assertEquals(P, failure.partition());
        assertEquals(Kind.CORRUPT, failure.kind());
      }
      ScanPage page = engine.scan(P, null, 1000, 1 << 20);
      assertEquals(bytes, page.corrupt().size());
      assertEquals(List.of(key("z")), page.entries().stream().map(one -> one.key()).toList());
      assertTrue(page.isLast());
      assertEquals(bytes, engine.statistics().corruptRecords(), "each is counted once");
    }
  }

  @Test
  void aCorruptRecordIsDiscardedAndReplacedAndTheCountsStayExact() throws Exception {
    Entry entry = value(1, "value");
    try (StorageEngine engine = open(own)) {
      write(engine, put(key("a"), entry), put(key("b"), entry));
    }
    flipEntry(own, "a", 35);
    try (StorageEngine engine = open(own)) {
      assertThrows(StorageException.class, () -> engine.read(P, key("a")));
      long one = (long) key("b").encodedSize() + entry.value().size();
      assertEquals(new StorageStatistics(1, 0, one, 1), engine.statistics());
      write(engine, new Mutation.DiscardCorrupt(P, key("a")));
      write(engine, new Mutation.DiscardCorrupt(P, key("b")));
      assertNull(engine.read(P, key("a")));
      assertEquals(entry, engine.read(P, key("b")), "an intact record is not discarded");
      assertEquals(new StorageStatistics(1, 0, one, 1), engine.statistics());
      write(engine, put(key("a"), value(2, "again")));
      assertEquals(new StorageStatistics(2, 0, 2 * one, 1), engine.statistics());
    }
    try (StorageEngine engine = open(own)) {
      assertEquals(2, engine.statistics().values());
    }
  }

  @Test
  void aPageEndsAfterCorruptRecordsToo() throws Exception {
    try (StorageEngine engine = open(own)) {
      for (String name : List.of("a", "b", "c")) {
        write(engine, put(key(name), value(1, "value")));
      }
    }
    flipEntry(own, "a", 3);
    flipEntry(own, "b", 3);
    try (StorageEngine engine = open(own)) {
      ScanPage page = engine.scan(P, null, 2, 1 << 20);
      assertEquals(List.of(key("a"), key("b")), page.corrupt());
      assertEquals(List.of(), page.entries());
      assertFalse(page.isLast());
    }
  }

  @Test
  void aRecordThatIsFoundUnderAnotherKeyIsCorrupt() throws Exception {
    try (StorageEngine engine = open(own)) {
      write(engine, put(key("a"), value(1, "value")));
    }
    change(
        own,
        (open, batch) ->
            batch.put(
                open.entries(),
                StoredKeys.entry(P, key("b")),
                Objects.requireNonNull(open.get(open.entries(), StoredKeys.entry(P, key("a"))))));
    try (StorageEngine engine = open(own)) {
      assertThrows(StorageException.class, () -> engine.read(P, key("b")));
    }
  }

  @Test
  void aRecordWhoseKeyCannotBeReadIsPassedOverAndCounted() throws Exception {
    try (StorageEngine engine = open(own.resolve("running"))) {
      write(engine, put(key("a"), value(1, "value")));
      copy(own.resolve("running"), own.resolve("damaged"));
    }
    change(
        own.resolve("damaged"),
        (open, batch) -> batch.put(open.entries(), StoredKeys.partition(P), new byte[50]));
    try (StorageEngine engine = open(own.resolve("damaged"))) {
      assertEquals(1, engine.statistics().corruptRecords());
      assertEquals(1, engine.scan(P, null, 10, 1000).entries().size());
    }
  }

  @Test
  void aBlockOfTheDatabaseThatIsDamagedOnDiskIsFoundAndNeverServed() throws Exception {
    String text = "a text that is found in the file";
    try (StorageEngine engine = open(own)) {
      write(engine, put(key("a"), value(1, text)));
    }
    change(own, (open, batch) -> {}); // opening moves what is in the log to a file of records
    boolean isFlipped = false;
    try (Stream<Path> files = Files.list(own)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".sst")).toList()) {
        byte[] content = Files.readAllBytes(file);
        if (new String(content, StandardCharsets.ISO_8859_1).contains(text)) {
          flip(file, indexOf(content, Bytes.ofUtf8(text).toByteArray()));
          isFlipped = true;
        }
      }
    }
    assertTrue(isFlipped);
    try (StorageEngine engine = open(own)) {
      assertThrows(CorruptRecordException.class, () -> engine.read(P, key("a")));
      assertEquals(1, engine.statistics().corruptRecords());
      write(engine, new Mutation.DiscardCorrupt(P, key("a")));
      assertNull(engine.read(P, key("a")));
      write(engine, put(key("a"), value(2, "repaired")));
      assertEquals(value(2, "repaired"), engine.read(P, key("a")));
    }
  }

  @Test
  void aCorruptHintIsNeitherServedNorCounted() throws Exception {
    try (StorageEngine engine = open(own)) {
      write(
          engine,
          new Mutation.PutHint(TARGET, key("a"), value(1, "a")),
          new Mutation.PutHint(TARGET, key("b"), value(1, "b")));
    }
    change(
        own,
        (open, batch) -> {
          byte[] stored = StoredKeys.hint(TARGET, key("a"));
          byte[] record = Objects.requireNonNull(open.get(open.hints(), stored));
          record[8] ^= 1;
          batch.put(open.hints(), stored, record);
        });
    try (StorageEngine engine = open(own)) {
      assertNull(engine.readHint(TARGET, key("a")));
      assertEquals(1, engine.hints(TARGET, null, 10).size());
      assertEquals(1, engine.hintCounts().get(0).hints());
      write(engine, new Mutation.PutHint(TARGET, key("a"), value(2, "a")));
      assertEquals(2, engine.hintCounts().get(0).hints());
    }
  }

  @Test
  void corruptMetadataIsNeverServed() throws Exception {
    try (StorageEngine engine = open(own)) {
      write(engine, new Mutation.PutMetadata("identity", Bytes.ofUtf8("me")));
    }
    change(
        own,
        (open, batch) -> {
          byte[] sealed = Objects.requireNonNull(open.get(open.metadata(), Marks.name("identity")));
          sealed[0] ^= 1;
          batch.put(open.metadata(), Marks.name("identity"), sealed);
        });
    try (StorageEngine engine = open(own)) {
      StorageException failure =
          assertThrows(StorageException.class, () -> engine.readMetadata("identity"));
      assertEquals(Kind.CORRUPT, failure.kind());
    }
  }

  @Test
  void aDirectoryThatIsOpenAlreadyIsLockedAndCanBeOpenedOnceItIsClosed() throws StorageException {
    try (StorageEngine engine = open(own)) {
      StorageException failure = assertThrows(StorageException.class, () -> open(own));
      assertEquals(Kind.LOCKED, failure.kind());
      assertEquals(
          "data directory [" + own + "] is open in this process already", failure.getMessage());
      write(engine, put(key("a"), value(1, "still works")));
    }
    open(own).close();
  }

  @Test
  void anEngineThatCannotBeOpenedReleasesItsDirectory() throws Exception {
    open(own).close();
    change(own, (open, batch) -> batch.put(open.marks(), Marks.name(Marks.RUN_MARK), new byte[9]));
    StorageException failure = assertThrows(StorageException.class, () -> open(own));
    assertEquals(Kind.CORRUPT, failure.kind());
    change(own, (open, batch) -> batch.delete(open.marks(), Marks.name(Marks.RUN_MARK)));
    open(own).close();
  }

  private static Map<String, String> listing(Path directory) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        listing.put(
            file.toString(),
            Files.getLastModifiedTime(file)
                + " "
                + Files.size(file)
                + " "
                + Files.getPosixFilePermissions(file));
      }
    }
    return listing;
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "0", "two", ""})
  void dataOfAnotherFormatIsRefusedAndUntouched(String format) throws Exception {
    try (StorageEngine engine = open(own)) {
      write(engine, put(key("a"), value(1, "value")));
    }
    Files.writeString(own.resolve(DataDirectory.FORMAT_FILE), format);
    Map<String, String> before = listing(own);
    StorageException failure = assertThrows(StorageException.class, () -> open(own));
    assertEquals(Kind.FORMAT, failure.kind());
    assertTrue(String.valueOf(failure.getMessage()).contains("[" + format + "]"), format);
    assertEquals(before, listing(own));
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndUntouched() throws Exception {
    Files.writeString(own.resolve("thesis.txt"), "42");
    Map<String, String> before = listing(own);
    StorageException failure = assertThrows(StorageException.class, () -> open(own));
    assertEquals(Kind.FORMAT, failure.kind());
    assertEquals(before, listing(own));
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsATypedFailure() throws IOException {
    Path file = Files.writeString(own.resolve("file"), "");
    StorageException failure = assertThrows(StorageException.class, () -> open(file));
    assertEquals(Kind.FAILED, failure.kind());
  }

  @Test
  void takesOverADirectoryWhoseFirstStartWasCutOff() throws Exception {
    Files.writeString(own.resolve(DataDirectory.FORMAT_FILE + ".new"), "");
    open(own).close();
    open(own).close();
  }

  @Test
  void nobodyElseMayReadTheDirectoryAndWhatIsInIt() throws Exception {
    Path data = own.resolve("deep/data");
    open(data).close();
    open(data).close();
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.toList()) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
            file.toString());
      }
    }
  }

  @Test
  void aFileThatIsGoneByTheTimeItIsRestrictedIsNoFailure(@TempDir Path directory) {
    assertDoesNotThrow(
        () -> DataDirectory.restrictIfThere(directory.resolve("removed-by-a-compaction.sst")));
  }

  @Test
  void readersWhileItIsClosedGetEntriesOrATypedFailure() throws Exception {
    StorageEngine engine = open(own, Fsync.INTERVAL);
    for (int i = 0; i < 50; i++) {
      write(engine, put(key("k" + i), value(1, "value")));
    }
    ExecutorService readers = Executors.newFixedThreadPool(3);
    try {
      List<Future<Kind>> endings = new ArrayList<>();
      CountDownLatch reading = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        endings.add(readers.submit(() -> readUntilFailure(engine, reading)));
      }
      reading.await();
      engine.close();
      for (Future<Kind> ending : endings) {
        assertEquals(Kind.FAILED, ending.get());
      }
      StorageException failure =
          assertThrows(
              StorageException.class, () -> write(engine, put(key("late"), value(1, "late"))));
      assertEquals("cannot write: the engine is closed", failure.getMessage());
    } finally {
      readers.shutdownNow();
    }
    open(own).close();
  }

  private static Kind readUntilFailure(StorageEngine engine, CountDownLatch reading) {
    try {
      while (true) {
        assertEquals(value(1, "value"), engine.read(P, key("k7")));
        assertEquals(50, engine.scan(P, null, 100, 1 << 20).entries().size());
        reading.countDown();
      }
    } catch (StorageException e) {
      return e.kind();
    }
  }
}
