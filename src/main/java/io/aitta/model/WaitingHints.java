package io.aitta.model;

/**
 * What a node keeps for another one that did not acknowledge it.
 *
 * @param target whom the hints are for
 * @param hints how many
 * @param bytes of their encoded keys and values
 * @param waitingMillis how long there have been hints for it without a break, as far as this run of
 *     the node knows: none of them is older than that, unless it was kept by an earlier run; -1 if
 *     that is not known
 */
public record WaitingHints(NodeId target, long hints, long bytes, long waitingMillis) {}
