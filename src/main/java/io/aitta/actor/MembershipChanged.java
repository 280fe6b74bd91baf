package io.aitta.actor;

import java.util.Map;

/**
 * What the cluster's membership says now. Only who is there: it triggers, and never decides.
 *
 * @param reachable for the base path of every other node that is up, whether the cluster can reach
 *     it
 */
public record MembershipChanged(Map<String, Boolean> reachable) implements PeerSupervisor.Command {

  public MembershipChanged {
    reachable = Map.copyOf(reachable);
  }
}
