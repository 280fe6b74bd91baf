package io.aitta.storage;

/**
 * What an engine holds.
 *
 * @param values entries that are not tombstones, expired ones included
 * @param tombstones tombstones
 * @param bytes encoded keys and values
 * @param corruptRecords records that failed their checksum since the engine was opened
 */
public record StorageStatistics(long values, long tombstones, long bytes, long corruptRecords) {}
