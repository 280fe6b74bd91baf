package io.aitta.model;

import org.jspecify.annotations.Nullable;

/**
 * Asks a member of a partition for a page of its entries, in the order of their keys, so that a
 * replica that lost records can be made whole (protocol rule 9).
 *
 * @param id chosen by the sender; comes back in the page
 * @param from the sender
 * @param fromIncarnation its incarnation
 * @param to the receiver
 * @param partition whose entries
 * @param epoch the configuration that the sender knows
 * @param after the key to begin behind; null begins at the first
 * @param maxBytes the page ends with the entry that reaches it; at least 1
 */
public record CopyRequest(
    long id,
    NodeId from,
    Incarnation fromIncarnation,
    NodeId to,
    PartitionId partition,
    Epoch epoch,
    @Nullable Key after,
    int maxBytes)
    implements WireMessage {}
