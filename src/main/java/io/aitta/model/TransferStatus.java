package io.aitta.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A partition that a node takes over, with what is to come as far as that can be told.
 *
 * @param to the node that takes it over
 * @param report what it says of it
 * @param remainingEntries what is to come from the sources that it needs, by the records that those
 *     say they hold; changes while they are written to; -1 if one of them did not say
 * @param remainingBytes estimated: as many entries of the mean size of those that came already, of
 *     this partition or, before the first, of all; -1 if either is not known
 * @param timeLeft in which these bytes come at the node's present rate, which its transfers share
 *     by turns; null if it is not known
 */
public record TransferStatus(
    NodeId to,
    TransferReport report,
    long remainingEntries,
    long remainingBytes,
    @Nullable Duration timeLeft) {}
