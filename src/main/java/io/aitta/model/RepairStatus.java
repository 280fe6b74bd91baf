package io.aitta.model;

/**
 * How far a repair on demand is: first the digests of the node's own replicas are computed anew
 * from what is stored, which finds records that vanished or rotted unnoticed; then they are
 * compared with every other member's.
 *
 * @param partitions how many partitions it is of
 * @param building those of them whose digests are being computed still
 * @param pairs how many replicas are compared with this node's; 0 while digests are computed
 * @param compared those that were compared, and what differed was moved
 * @param failed those that could not be, or only partly
 * @param unreachable those that were not reachable, or whose partition was changing or not whole,
 *     when they were the only ones left
 * @param differences how many records differed
 * @param bytes sent and received to find them, entries not counted
 * @param complete whether nothing is left to do
 */
public record RepairStatus(
    int partitions,
    int building,
    int pairs,
    int compared,
    int failed,
    int unreachable,
    long differences,
    long bytes,
    boolean complete) {

  /** Nothing was demanded since the node started. */
  public static final RepairStatus NONE = new RepairStatus(0, 0, 0, 0, 0, 0, 0, 0, true);
}
