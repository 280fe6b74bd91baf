package io.aitta.actor;

/**
 * Messages between nodes that came to nothing, since this node started.
 *
 * @param refused came from the network and were malformed, or unknown to the actor that they were
 *     sent to
 * @param dropped were dropped by this node's full send queues
 */
record WireLosses(long refused, long dropped) {
  static final WireLosses NONE = new WireLosses(0, 0);

  WireLosses oneRefused() {
    return new WireLosses(refused + 1, dropped);
  }

  WireLosses oneDropped() {
    return new WireLosses(refused, dropped + 1);
  }
}
