package io.aitta.model;

import java.util.List;

/**
 * Why an operation was refused. Nothing was applied by it, and nothing of it ever becomes visible.
 *
 * @param code what kind of refusal
 * @param message one sentence that names the value and the bound
 * @param wanted how many replicas were needed, or the bound that was exceeded
 * @param actual how many there were, or the value that exceeded it
 * @param replicas those that could not be used, if that is the reason
 */
public record Refusal(Code code, String message, long wanted, long actual, List<NodeId> replicas) {

  public Refusal {
    replicas = List.copyOf(replicas);
  }

  /** Kinds of refusals. */
  public enum Code {
    /** Too many requests are in flight on this node or towards its peers. Try again later. */
    OVERLOADED,
    /** Fewer replicas are alive than the consistency needs, or those that are all refused. */
    TOO_FEW_REPLICAS,
    /** The consistency asks for more members than the partition has. */
    TOO_FEW_MEMBERS,
    /** The node is not ready: not bootstrapped, not a member, or stopping. */
    NOT_READY,
    /** This node's clock is further ahead of a majority of its peers than the bound. */
    CLOCK_AHEAD,
    /** The value is larger than the bound. */
    VALUE_TOO_LARGE,
    /** The key is larger than the set bound. */
    KEY_TOO_LARGE
  }
}
