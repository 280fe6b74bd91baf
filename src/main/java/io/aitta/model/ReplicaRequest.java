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
   * @param drops of a {@link WriteOrigin#REPAIR}: what the replica said in the answer that the
   *     repair rests on; {@link #UNPROVEN} of anything else
   */
  record Write(Key key, Epoch epoch, Entry entry, WriteOrigin origin, long drops)
      implements ReplicaRequest {

    /** The replica has not said what it holds. */
    public static final long UNPROVEN = -1;

    /** A write that rests on no answer of the replica. */
    public Write(Key key, Epoch epoch, Entry entry, WriteOrigin origin) {
      this(key, epoch, entry, origin, UNPROVEN);
    }
  }

  /** Answer with the entry that the replica has. */
  record Read(Key key, Epoch epoch) implements ReplicaRequest {}
}
