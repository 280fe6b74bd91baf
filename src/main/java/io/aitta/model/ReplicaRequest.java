package io.aitta.model;

/**
 * What a coordinator asks of one replica. Every request names the epoch of the configuration that
 * it was addressed by.
 */
public sealed interface ReplicaRequest {

  /** The key that it is about. */
  Key key();

  /** The epoch of the key's partition that the coordinator knows. */
  Epoch epoch();

  /**
   * Store the entry if it is newer than what the replica has.
   *
   * @param entry a value or a tombstone with its version
   * @param origin why it is sent
   */
  record Write(Key key, Epoch epoch, Entry entry, WriteOrigin origin) implements ReplicaRequest {}

  /** Answer with the entry that the replica has. */
  record Read(Key key, Epoch epoch) implements ReplicaRequest {}
}
