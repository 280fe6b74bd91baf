package io.aitta.model;

/**
 * What a node says of itself to the others.
 *
 * @param node its identity
 * @param zone the failure domain that it is in; empty if none is set
 * @param weight its share of the data relative to the others; above 0
 * @param address where its ActorSystem is reached, as text
 */
public record PeerDescription(NodeId node, String zone, double weight, String address) {

  public PeerDescription {
    if (!(weight > 0) || weight > 1_000_000) {
      throw new IllegalArgumentException("weight must be in (0, 1000000], was [" + weight + "]");
    }
  }
}
