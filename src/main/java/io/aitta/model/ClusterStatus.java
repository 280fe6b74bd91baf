package io.aitta.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node sees it.
 *
 * @param cluster null before bootstrap
 * @param asked the node that answers
 * @param ready whether that node serves
 * @param partitions the partition count
 * @param replicationFactor K
 * @param underReplicated partitions with fewer members than K, or with members that are not alive
 * @param tooFewMembers those of them that have fewer members than K
 * @param membersAway those of them that have members that are not alive
 * @param withoutMajority those of them that have no majority of members that are alive
 * @param stopped partitions of which the node knows two configurations that claim the same epoch
 * @param recovered partitions that ever lost their majority for good and went on without it
 * @param joint partitions that move from some nodes to others now
 * @param peers every node that the asked one knows, itself included, in order of node id
 * @param transfers partitions that nodes take over, as far as those reported that
 * @param comparisons when partitions were last compared as a whole, as far as their members
 *     reported that
 */
public record ClusterStatus(
    @Nullable ClusterId cluster,
    NodeId asked,
    boolean ready,
    int partitions,
    int replicationFactor,
    int underReplicated,
    int tooFewMembers,
    int membersAway,
    int withoutMajority,
    int stopped,
    int recovered,
    int joint,
    List<PeerStatus> peers,
    List<TransferStatus> transfers,
    List<ComparisonStatus> comparisons) {

  public ClusterStatus {
    peers = List.copyOf(peers);
    transfers = List.copyOf(transfers);
    comparisons = List.copyOf(comparisons);
  }
}
