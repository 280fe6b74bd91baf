package io.aitta.model;

import java.util.List;

/**
 * A page of a member's entries, in answer to a {@link CopyRequest}.
 *
 * @param id as in the request
 * @param from the member
 * @param fromIncarnation its incarnation
 * @param to the node that asked
 * @param partition whose entries
 * @param status whether this is a page, and whether another follows
 * @param horizon the newest version that the member dropped of the partition; {@link Version#NONE}
 *     if it dropped none
 * @param time the member's hybrid time, of which no later run of it goes back behind
 * @param entries in the order of their keys; empty unless it is a page
 */
public record CopyPage(
    long id,
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    PartitionId partition,
    Status status,
    Version horizon,
    HybridTime time,
    List<KeyedEntry> entries)
    implements WireMessage {

  public CopyPage {
    entries = List.copyOf(entries);
  }

  /** What a page says of those that follow. */
  public enum Status {
    /** More entries follow behind the last one. */
    MORE,
    /** Nothing follows. */
    LAST,
    /** Nothing follows, and the member lost records itself: it proves less. */
    LAST_NOT_WHOLE,
    /** The node is no member, does not serve, or could not read. */
    REFUSED
  }
}
