package io.aitta.model;

import java.util.List;

/**
 * What a node says of a partition that it takes over from other members.
 *
 * @param epoch of the configuration by which it does
 * @param entries that came so far, from all sources, those included that it had already
 * @param bytes of their encoded keys and values
 * @param bytesPerSecond in the last seconds; a node takes one partition at a time
 * @param sources those that gave something, in order of node id
 * @param sourcesNeeded how many sources have yet to give everything
 */
public record TransferReport(
    PartitionId partition,
    Epoch epoch,
    TransferPurpose purpose,
    long entries,
    long bytes,
    long bytesPerSecond,
    List<Source> sources,
    int sourcesNeeded) {

  public TransferReport {
    sources = List.copyOf(sources);
  }

  /**
   * A member that entries are taken from.
   *
   * @param entries that it gave so far
   * @param isDone whether that is everything
   */
  public record Source(NodeId node, long entries, boolean isDone) {}
}
