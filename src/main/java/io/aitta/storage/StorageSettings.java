package io.aitta.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to open an engine.
 *
 * @param directory where a durable engine keeps its files; made with permissions 0700
 * @param fsync when batches reach the disk
 * @param fsyncInterval how often, if {@code fsync} is {@link Fsync#INTERVAL}
 * @param cacheBytes memory for cached blocks
 */
public record StorageSettings(
    Path directory, Fsync fsync, Duration fsyncInterval, long cacheBytes) {

  /** Fsync policies. */
  public enum Fsync {
    /** Before each batch returns. */
    EVERY_BATCH,
    /** At intervals: an operating system's crash may take the last interval. */
    INTERVAL,
    /** When the operating system sees fit. */
    NONE
  }
}
