package io.aitta.repair;

import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;

/**
 * A leftover that a member lacks, and is to be offered.
 *
 * @param round names the offer, in the request and its reply
 * @param member who lacks it
 * @param space where it is stored
 * @param key its key
 * @param epoch of the configuration whose members are asked
 */
public record LeftoverOffer(int round, NodeId member, PartitionId space, Key key, Epoch epoch) {

  /**
   * The request that offers it as what it is, a foreign entry: where its key may have been deleted
   * and forgotten, it is not taken (protocol rule 8).
   */
  public ReplicaRequest.Write write(Entry entry) {
    return new ReplicaRequest.Write(key, epoch, entry, WriteOrigin.HINT);
  }
}
