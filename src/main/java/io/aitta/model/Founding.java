package io.aitta.model;

import java.util.List;

/**
 * The value that a cluster's first nodes agree on, once for its life: everything that its first
 * configurations follow from (protocol rule 14).
 *
 * @param cluster the new cluster's id
 * @param shape partitions and replication factor
 * @param founders the nodes, in order of node id, distinct
 */
public record Founding(ClusterId cluster, ClusterShape shape, List<PeerDescription> founders) {

  public Founding {
    founders = List.copyOf(founders);
  }
}
