package io.aitta.liveness;

import io.aitta.model.NodeId;
import java.util.Map;
import java.util.Set;

/** Compares a node's wall clock with those of the others, by what they last said (rule 13). */
public final class ClockComparison {
  private ClockComparison() {}

  /**
   * Whether the node's clock is further ahead than the bound of a majority of the other members. Of
   * fewer it may be they whose clocks are wrong: one clock that is behind must not stop the puts of
   * all others. Members that were never heard do not vote for it.
   *
   * @param members of the cluster's configurations; this node may be one
   * @param aheadMillis how far this node's clock was ahead of each node that was heard
   */
  public static boolean isAhead(
      NodeId self, Set<NodeId> members, Map<NodeId, Long> aheadMillis, long boundMillis) {
    int ahead = 0;
    for (NodeId member : members) {
      Long millis = aheadMillis.get(member);
      if (!member.equals(self) && millis != null && millis > boundMillis) {
        ahead++;
      }
    }
    int others = members.size() - (members.contains(self) ? 1 : 0);
    return ahead >= others / 2 + 1;
  }
}
