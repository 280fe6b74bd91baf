package io.aitta.actor;

/**
 * How much a node took over from others since it started, and what it has yet to load.
 *
 * @param partitions that it is to load, or to make whole, and has not yet
 * @param entries that it took over
 * @param bytes of these: encoded keys and values
 * @param bytesPerSecond in the last seconds
 */
record LoadingProgress(int partitions, long entries, long bytes, long bytesPerSecond) {
  static final LoadingProgress NONE = new LoadingProgress(0, 0, 0, 0);
}
