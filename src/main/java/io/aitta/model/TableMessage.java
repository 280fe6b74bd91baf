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
   * A hash of every epoch that the sender knows to be served.
   *
   * @param isAnswer whether it answers the receiver's, which was equal; answers are not answered
   */
  record Digest(NodeId from, NodeId to, ClusterId cluster, long hash, boolean isAnswer)
      implements TableMessage {}

  /**
   * The served epochs that the sender knows.
   *
   * @param epochs one for each partition, in order
   * @param isAnswer whether it answers the receiver's own; answers are not answered
   */
  record Epochs(NodeId from, NodeId to, ClusterId cluster, List<Epoch> epochs, boolean isAnswer)
      implements TableMessage {

    public Epochs {
      epochs = List.copyOf(epochs);
    }
  }
}
