package io.aitta.storage;

/** When a batch must have reached the disk. */
public enum Durability {
  /** As the engine's fsync policy says. */
  POLICY,
  /**
   * Before the write returns: node id, acceptor state, epochs and the clock's ceiling (protocol
   * rule 9).
   */
  ALWAYS
}
