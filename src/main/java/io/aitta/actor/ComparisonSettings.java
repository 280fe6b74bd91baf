package io.aitta.actor;

import io.aitta.repair.AntiEntropySettings;
import java.time.Duration;

/**
 * How replicas are compared in the background.
 *
 * @param schedule when
 * @param rebuildInterval after which a tree of digests is built anew from what is stored
 * @param maxBytesPerSecond sent and received in comparisons that this node begins
 * @param maxReadBytesPerSecond read from the disk to build trees and to list records
 */
public record ComparisonSettings(
    AntiEntropySettings schedule,
    Duration rebuildInterval,
    long maxBytesPerSecond,
    long maxReadBytesPerSecond) {}
