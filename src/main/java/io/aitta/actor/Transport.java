package io.aitta.actor;

import io.aitta.model.WireMessage;

/**
 * Carries messages to other nodes, in order per receiver, at most once, perhaps not at all. Safe
 * for use by any thread.
 */
public interface Transport {

  /**
   * Sends a message, or loses it.
   *
   * @param base the path of the receiving node's guardian, with its address
   */
  void send(String base, WireMessage message);
}
