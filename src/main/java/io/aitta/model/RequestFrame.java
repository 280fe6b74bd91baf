package io.aitta.model;

import java.util.List;

/**
 * Requests from one node's peer actor to one replica, in one message. A replica takes a frame up at
 * most once: sequences of a link rise, and one that is not above the highest seen is dropped.
 *
 * @param cluster whose data this is; a frame of another cluster is refused
 * @param from the sender and its incarnation, which together name the link
 * @param to the receiver
 * @param toIncarnation the receiver's incarnation that the sender means; another one refuses
 * @param sequence rises by at least one from frame to frame of a link, from 1
 * @param time the sender's hybrid time
 * @param requests at least one
 */
public record RequestFrame(
    ClusterId cluster,
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    Incarnation toIncarnation,
    long sequence,
    HybridTime time,
    List<Item> requests)
    implements WireMessage {

  public RequestFrame {
    requests = List.copyOf(requests);
  }

  /**
   * One request.
   *
   * @param id names the request within the link
   * @param remainingMillis how long the coordinator still waits, measured when the frame was made
   */
  public record Item(long id, int remainingMillis, ReplicaRequest request) {}
}
