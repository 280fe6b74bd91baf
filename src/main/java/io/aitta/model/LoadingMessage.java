package io.aitta.model;

import java.util.List;

/**
 * How whoever drives changes learns which of them may end: every successor must have loaded its
 * partition.
 */
public sealed interface LoadingMessage extends ControlMessage {
  /** The sender. */
  NodeId from();

  /** The receiver; a node of another id ignores the message. */
  NodeId to();

  /** Asks what the receiver has loaded. */
  record Asked(NodeId from, NodeId to) implements LoadingMessage {}

  /**
   * What the sender has loaded.
   *
   * @param loaded the joint configurations whose partitions it has merged from a majority of the
   *     members, durably
   */
  record Told(NodeId from, NodeId to, List<Loaded> loaded) implements LoadingMessage {

    public Told {
      loaded = List.copyOf(loaded);
    }
  }

  /** A partition and the epoch of the joint configuration by which it was loaded. */
  record Loaded(PartitionId partition, Epoch epoch) {}
}
