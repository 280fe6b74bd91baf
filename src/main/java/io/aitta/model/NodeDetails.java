package io.aitta.model;

import java.util.List;

/**
 * What a node says of single partitions and peers, as far as it fits into one message.
 *
 * @param transfers partitions that it takes over from others: those under way first
 * @param hints what it keeps for others
 * @param replicas its replicas
 */
public record NodeDetails(
    List<TransferReport> transfers, List<WaitingHints> hints, List<ReplicaReport> replicas) {
  /** More of each are not told of. */
  public static final int MAX_TOLD = 2_000;

  public NodeDetails {
    transfers = List.copyOf(transfers);
    hints = List.copyOf(hints);
    replicas = List.copyOf(replicas);
  }
}
