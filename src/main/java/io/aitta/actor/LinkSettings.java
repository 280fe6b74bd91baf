package io.aitta.actor;

import java.time.Duration;

/**
 * Bounds of the link to one peer.
 *
 * @param maxRequests requests that wait or are in flight
 * @param maxBytes their encoded bytes
 * @param maxFrames frames in flight; more requests wait and go together
 * @param maxFrameRequests requests in one frame
 * @param maxFrameBytes encoded bytes of one frame, unless a single request is larger
 * @param frameTimeout after which an unanswered frame no longer holds others back
 */
public record LinkSettings(
    int maxRequests,
    long maxBytes,
    int maxFrames,
    int maxFrameRequests,
    int maxFrameBytes,
    Duration frameTimeout) {}
