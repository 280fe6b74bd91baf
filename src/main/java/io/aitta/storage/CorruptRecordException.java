package io.aitta.storage;

import io.aitta.model.Key;
import io.aitta.model.PartitionId;

/** A record whose checksum is wrong. */
public final class CorruptRecordException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final transient PartitionId partition;
  private final transient Key key;

  /** Names the record. */
  public CorruptRecordException(PartitionId partition, Key key) {
    super(Kind.CORRUPT, "record of key in partition [" + partition + "] failed its checksum");
    this.partition = partition;
    this.key = key;
  }

  /** The record's partition. */
  public PartitionId partition() {
    return partition;
  }

  /** The record's key. */
  public Key key() {
    return key;
  }
}
