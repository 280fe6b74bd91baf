package io.aitta.storage.rocksdb;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.storage.Mutation;
import io.aitta.storage.RecordFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What a batch of mutations does to the database, and to its counts once it is stored, or once it
 * turns out whether it is.
 */
final class Batch {
  private static final byte[] NOTHING = {};

  private final Map<Place, Change> entries = new LinkedHashMap<>();
  private final Map<Hint, Change> hints = new LinkedHashMap<>();

  private record Place(PartitionId partition, Key key) {}

  private record Hint(NodeId target, Key key) {}

  private record Change(@Nullable Entry before, @Nullable Entry after) {}

  /** Adds mutations to a native batch, which applies them in order. */
  void add(Database open, WriteBatch batch, List<Mutation> mutations) throws RocksDBException {
    for (Mutation mutation : mutations) {
      add(open, batch, mutation);
    }
  }

  private void add(Database open, WriteBatch batch, Mutation mutation) throws RocksDBException {
    if (mutation instanceof Mutation.PutEntry put) {
      byte[] stored = StoredKeys.entry(put.partition(), put.key());
      batch.put(open.entries(), stored, RecordFormat.encode(stored, put.entry()));
      Place place = new Place(put.partition(), put.key());
      Change first = entries.get(place);
      Entry before = first == null ? put.replaced() : first.before();
      entries.put(place, new Change(before, put.entry()));
      forget(open, batch, put.partition(), put.key(), put.replaced());
      if (put.entry().isMortal()) {
        batch.put(open.dying(), StoredKeys.dying(put.partition(), put.key(), put.entry()), NOTHING);
      }
    } else if (mutation instanceof Mutation.RemoveEntry remove) {
      batch.delete(open.entries(), StoredKeys.entry(remove.partition(), remove.key()));
      Place place = new Place(remove.partition(), remove.key());
      Change first = entries.get(place);
      entries.put(place, new Change(first == null ? remove.removed() : first.before(), null));
      forget(open, batch, remove.partition(), remove.key(), remove.removed());
    } else if (mutation instanceof Mutation.DiscardCorrupt discard) {
      byte[] stored = StoredKeys.entry(discard.partition(), discard.key());
      if (!entries.containsKey(new Place(discard.partition(), discard.key()))
          && read(open, stored) == null) {
        batch.delete(open.entries(), stored);
      }
    } else if (mutation instanceof Mutation.PutHint put) {
      byte[] stored = StoredKeys.hint(put.target(), put.key());
      hint(open, stored, new Hint(put.target(), put.key()), put.entry());
      batch.put(open.hints(), stored, RecordFormat.encode(stored, put.entry()));
    } else if (mutation instanceof Mutation.RemoveHint remove) {
      byte[] stored = StoredKeys.hint(remove.target(), remove.key());
      hint(open, stored, new Hint(remove.target(), remove.key()), null);
      batch.delete(open.hints(), stored);
    } else if (mutation instanceof Mutation.PutMetadata put) {
      batch.put(open.metadata(), Marks.name(put.name()), Marks.seal(put.content().toByteArray()));
    }
  }

  /** Forgets when an entry dies that is not stored any more. */
  private static void forget(
      Database open, WriteBatch batch, PartitionId partition, Key key, @Nullable Entry entry)
      throws RocksDBException {
    if (entry != null && entry.isMortal()) {
      batch.delete(open.dying(), StoredKeys.dying(partition, key, entry));
    }
  }

  private void hint(Database open, byte[] stored, Hint hint, @Nullable Entry after)
      throws RocksDBException {
    Change first = hints.get(hint);
    Entry before = first == null ? hint(open, stored) : first.before();
    hints.put(hint, new Change(before, after));
  }

  /** The hint that is stored; null if there is none, or its record is corrupt. */
  static @Nullable Entry hint(Database open, byte[] stored) throws RocksDBException {
    byte[] record = open.get(open.hints(), stored);
    return record == null ? null : RecordFormat.decode(stored, record);
  }

  /** The entry that is stored; null if there is none, or its record is corrupt. */
  static @Nullable Entry read(Database open, byte[] stored) throws RocksDBException {
    try {
      byte[] record = open.get(open.entries(), stored);
      return record == null ? null : RecordFormat.decode(stored, record);
    } catch (RocksDBException e) {
      if (Failures.isCorruption(e)) {
        return null;
      }
      throw e;
    }
  }

  /** Counts the batch, which is stored. */
  void count(Tally tally) {
    entries.forEach((place, change) -> tally.replace(place.key(), change.before(), change.after()));
    hints.forEach(
        (hint, change) ->
            tally.replaceHint(hint.target(), hint.key(), change.before(), change.after()));
  }

  /** Adds what another batch, whose fate is not known either, would have done before this one. */
  void addEarlier(Batch earlier) {
    earlier.entries.forEach(
        (place, change) ->
            entries.merge(place, change, (mine, its) -> new Change(its.before(), mine.after())));
    earlier.hints.forEach(
        (hint, change) ->
            hints.merge(hint, change, (mine, its) -> new Change(its.before(), mine.after())));
  }

  /** Counts what became of the batch, of which nobody knows whether it is stored. */
  void settle(Database open, Tally tally) throws RocksDBException {
    for (Map.Entry<Place, Change> entry : entries.entrySet()) {
      Place place = entry.getKey();
      Entry now = read(open, StoredKeys.entry(place.partition(), place.key()));
      tally.replace(place.key(), entry.getValue().before(), now);
    }
    for (Map.Entry<Hint, Change> entry : hints.entrySet()) {
      Hint hint = entry.getKey();
      Entry now = hint(open, StoredKeys.hint(hint.target(), hint.key()));
      tally.replaceHint(hint.target(), hint.key(), entry.getValue().before(), now);
    }
  }
}
