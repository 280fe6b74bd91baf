package io.aitta.handoff;

import java.time.Duration;

/**
 * Bounds of what is kept for each node, and of how often a delivery is tried.
 *
 * @param maxHints hints for one node; 0 keeps none
 * @param maxBytes encoded keys and values for one node
 * @param firstBackOff the pause after a failed delivery; doubles with each further one
 * @param maxBackOff the longest pause
 */
public record HintLimits(
    long maxHints, long maxBytes, Duration firstBackOff, Duration maxBackOff) {}
