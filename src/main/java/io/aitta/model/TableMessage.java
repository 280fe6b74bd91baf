package io.aitta.model;

import java.util.List;

/**
 * How nodes keep each other's tables of configurations up to date: digests go to one peer after the
 * other, and only where they differ are epochs compared. What is newer then goes as {@link
 * SuccessionMessage.Install}, and only if it is served (protocol rule 6).
 */
public sealed interface TableMessage extends ControlMessage {
  /** The sender. */
  NodeId from();

  /** The receiver; a node of another id ignores the message. */
  NodeId to();

  /** The cluster whose table it is; one of another ignores the message. */
  ClusterId cluster();

  /**
   * A hash of every configuration that the sender knows to be served.
   *
   * @param isAnswer whether it answers the receiver's, which was equal; answers are not answered
   */
  record Digest(NodeId from, NodeId to, ClusterId cluster, long hash, boolean isAnswer)
      implements TableMessage {}

  /**
   * A configuration that is served.
   *
   * @param epoch {@link Epoch#NONE} if the sender does not know that one is
   * @param content a hash of all of it: equal epochs with different content cannot be, unless nodes
   *     forgot
   */
  record Row(Epoch epoch, long content) {}

  /**
   * The served epochs that the sender knows.
   *
   * @param rows one for each partition, in order, then one for the roster
   * @param isAnswer whether it answers the receiver's own; answers are not answered
   */
  record Epochs(NodeId from, NodeId to, ClusterId cluster, List<Row> rows, boolean isAnswer)
      implements TableMessage {

    public Epochs {
      rows = List.copyOf(rows);
    }
  }
}
