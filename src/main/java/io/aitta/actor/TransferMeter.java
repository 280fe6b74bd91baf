package io.aitta.actor;

import java.util.List;

/**
 * Adds up what a node takes over from others, and how fast. Not safe for use by several threads.
 */
final class TransferMeter {
  private static final long WINDOW_NANOS = 2_000_000_000L;

  private long entries;
  private long bytes;
  private long windowBeganNanos;
  private long windowBytes;
  private long bytesPerSecond; // of the last whole window

  TransferMeter(long nowNanos) {
    this.windowBeganNanos = nowNanos;
  }

  void record(int moreEntries, long moreBytes, long nowNanos) {
    entries += moreEntries;
    bytes += moreBytes;
    windowBytes += moreBytes;
    close(nowNanos);
  }

  LoadingProgress progress(int partitions, long nowNanos) {
    close(nowNanos);
    return new LoadingProgress(partitions, entries, bytes, bytesPerSecond, List.of());
  }

  private void close(long nowNanos) {
    long passed = nowNanos - windowBeganNanos;
    if (passed >= WINDOW_NANOS) {
      bytesPerSecond = Math.round(windowBytes * 1e9 / passed);
      windowBytes = 0;
      windowBeganNanos = nowNanos;
    }
  }
}
