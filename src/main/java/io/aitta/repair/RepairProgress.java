package io.aitta.repair;

/**
 * How far a repair on demand is.
 *
 * @param pairs how many replicas it compares with this node's
 * @param compared those that were compared
 * @param failed those that could not be, or only partly
 * @param unreachable those that were not reachable when they were the only ones left
 * @param differences how many were found
 * @param bytes sent and received in comparisons, entries not counted
 */
public record RepairProgress(
    int pairs, int compared, int failed, int unreachable, long differences, long bytes) {

  /** Whether nothing is left to do. */
  public boolean isComplete() {
    return compared + failed + unreachable == pairs;
  }
}
