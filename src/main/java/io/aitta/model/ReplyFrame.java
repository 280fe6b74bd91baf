package io.aitta.model;

import java.util.List;

/**
 * A replica's answers to one {@link RequestFrame}, in one message.
 *
 * @param from the replica's node
 * @param fromIncarnation its incarnation
 * @param to the node that asked
 * @param toIncarnation its incarnation, as in the request
 * @param sequence the request frame's sequence
 * @param time the replica's hybrid time, not before the request's unless that was beyond the clock
 *     bound
 * @param replies one for each request, in any order
 */
public record ReplyFrame(
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    Incarnation toIncarnation,
    long sequence,
    HybridTime time,
    List<Item> replies)
    implements WireMessage {

  public ReplyFrame {
    replies = List.copyOf(replies);
  }

  /** One answer, to the request of that id. */
  public record Item(long id, ReplicaReply reply) {}
}
