package io.aitta.model;

import java.util.List;

/**
 * What is known of a put or delete. Its count is exact: distinct replicas that did apply it, the
 * coordinating node only if it is one of them and has written.
 *
 * @param version the version that the entry carries
 * @param epoch the configuration's epoch
 * @param required how many acknowledgements the consistency asked for, among the members
 * @param replicationFactor the cluster's K; more than the replicas listed means that the partition
 *     is under-replicated
 * @param durability the fsync policy under which the coordinating node counts acknowledgements
 * @param replicas one for each replica of the partition
 */
public record Receipt(
    Version version,
    Epoch epoch,
    int required,
    int replicationFactor,
    String durability,
    List<ReplicaReceipt> replicas) {

  public Receipt {
    replicas = List.copyOf(replicas);
  }

  /** The number of replicas that are known to have applied the entry. */
  public int acknowledged() {
    return (int)
        replicas.stream()
            .filter(replica -> replica.state() == ReplicaReceipt.State.ACKNOWLEDGED)
            .count();
  }

  /** Whether the partition has fewer replicas than the replication factor wants. */
  public boolean isUnderReplicated() {
    return replicas.size() < replicationFactor;
  }
}
