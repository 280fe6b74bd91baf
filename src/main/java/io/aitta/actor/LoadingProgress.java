package io.aitta.actor;

import io.aitta.model.TransferReport;
import java.util.List;

/**
 * How much a node took over from others since it started, and what it has yet to load.
 *
 * @param partitions that it is to load, or to make whole, and has not yet
 * @param entries that it took over
 * @param bytes of these: encoded keys and values
 * @param bytesPerSecond in the last seconds
 * @param transfers what is under way, or waits for its turn; not all, if there are many
 */
record LoadingProgress(
    int partitions, long entries, long bytes, long bytesPerSecond, List<TransferReport> transfers) {
  static final LoadingProgress NONE = new LoadingProgress(0, 0, 0, 0, List.of());

  LoadingProgress with(List<TransferReport> underway) {
    return new LoadingProgress(partitions, entries, bytes, bytesPerSecond, List.copyOf(underway));
  }
}
