package io.aitta.model;

import java.util.List;

/**
 * A replica's answers to a {@link RequestFrame}, in one message: to all of its requests, or to some
 * where many bytes were found.
 *
 * @param from the replica's node
 * @param fromIncarnation its incarnation
 * @param to the node that asked
 * @param toIncarnation its incarnation, as in the request
 * @param sequence the request frame's sequence
 * @param time the replica's hybrid time, not before the request's unless that was beyond the clock
 *     bound
 * @param replies at most one for each request, in any order
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
