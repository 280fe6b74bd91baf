package io.aitta.storage;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's storage: entries by partition and key, hints by target node and key, and small
 * metadata by name. It stores what it is told: which entry is newer is decided above it.
 *
 * <p>Reads and scans are safe from any thread; one owner writes. A batch is atomic: after a crash
 * all of it is there or nothing of it. Every method that may touch a disk may block, and throws
 * {@link StorageException} with the kind of the failure.
 */
public interface StorageEngine extends AutoCloseable {

  /**
   * Returns the record of a key.
   *
   * @return null if there is none
   * @throws CorruptRecordException if there is one whose checksum is wrong: it is never served
   */
  @Nullable Entry read(PartitionId partition, Key key) throws StorageException;

  /**
   * Applies mutations, all or none, in order.
   *
   * @param durability {@link Durability#ALWAYS} reaches the disk before it returns whatever the
   *     policy says; {@link Durability#POLICY} does what the engine's fsync policy says
   * @throws StorageException if it cannot tell that all is stored; all or nothing may then be
   *     stored
   */
  void write(List<Mutation> mutations, Durability durability) throws StorageException;

  /**
   * Returns entries of a partition in the order of their keys.
   *
   * @param after the key to begin behind; null begins at the first
   * @param maxEntries at least 1
   * @param maxBytes the page ends with the entry that reaches it
   * @return records that are intact; corrupt ones are named in the page, not returned
   */
  ScanPage scan(PartitionId partition, @Nullable Key after, int maxEntries, int maxBytes)
      throws StorageException;

  /**
   * Returns which of a partition's entries are dead since an instant or longer: tombstones, and
   * values whose expiry is over. Those first that are dead for longest.
   *
   * @param untilMillis the latest {@link Entry#deadFromMillis}
   * @param maxEntries at least 1
   */
  List<KeyVersion> dead(PartitionId partition, long untilMillis, int maxEntries)
      throws StorageException;

  /**
   * Returns hints for a node in the order of their keys.
   *
   * @param after the key to begin behind; null begins at the first
   * @param maxHints at least 1
   */
  List<StoredHint> hints(NodeId target, @Nullable Key after, int maxHints) throws StorageException;

  /** Returns the hint that is kept for a node and a key, or null. */
  @Nullable Entry readHint(NodeId target, Key key) throws StorageException;

  /** Counts the hints of every node that has some. Exact. */
  List<HintCount> hintCounts() throws StorageException;

  /** Returns metadata, or null if there is none of that name. */
  @Nullable Bytes readMetadata(String name) throws StorageException;

  /**
   * Counts what is stored. Exact, and cheap enough to be called every second. A corrupt record is
   * taken out as what it seems to have been, and counted anew at the next start.
   */
  StorageStatistics statistics();

  /** The engine's name, as in the setting that selects it. */
  String name();

  /**
   * The fsync policy in words, for receipts: {@code memory}, {@code every-batch}, {@code interval}
   * or {@code none}.
   */
  String durability();

  /** Whether data outlives the process. */
  boolean isDurable();

  /**
   * Whether acknowledged batches of the previous run may be missing: an operating system's crash
   * may have taken them away, because the fsync policy did not prevent it, or the log of writes was
   * damaged (protocol rule 9). Remembered until the first batch of this run is written, which must
   * record what the owner concludes from it.
   */
  boolean mayHaveLostWrites();

  /** Makes everything durable and releases what is held. Calling again does nothing. */
  @Override
  void close() throws StorageException;
}
