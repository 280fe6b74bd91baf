package io.aitta.partition;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * Whether one node holds what it is to hold, and how far it is with giving that away, by its own
 * view of the cluster. A plain class.
 */
public final class OwnShare {

  /** How far a node is that gives away what it holds. */
  public enum Departure {
    /** It still holds replicas, and somebody is there or awaited that may take them. */
    GIVING,
    /** It holds nothing any more and is not of the roster, by configurations that are served. */
    LEFT,
    /** Nobody is to hold data any more but those that leave as well. */
    NOBODY_TAKES_OVER
  }

  private final NodeId self;
  private final ReconfigurationPlanner planner;
  private final Duration untilTold;

  /**
   * Makes it for one node.
   *
   * @param planner says where partitions are to be
   * @param untilTold how long it takes until every node has said of itself whether it leaves
   */
  public OwnShare(NodeId self, ReconfigurationPlanner planner, Duration untilTold) {
    this.self = self;
    this.planner = planner;
    this.untilTold = untilTold;
  }

  /**
   * Whether the node has loaded everything that is moving to it, and nothing else is to, and is one
   * of the roster, if that can be decided.
   */
  public boolean isSettled(ConfigurationTable configurations, ClusterView view) {
    List<NodeId> roster = configurations.roster().members();
    if (view.isEligible(self)
        && !roster.contains(self)
        && RosterPlanner.hasMajority(roster, view.alive())) {
      return false;
    }
    for (Configuration configuration : configurations.all()) {
      boolean isLoading =
          configuration.successors().contains(self)
              && !view.loaded().test(configuration.partition(), configuration.epoch(), self);
      if (isLoading || planner.isWanted(configuration, self, view)) {
        return false;
      }
    }
    return true;
  }

  /**
   * How far the node is with leaving. A member that is silent may be back, and is waited for; so is
   * word from those that leave too: all who stop at once must not wait for each other.
   *
   * @param leavingFor since when it leaves
   */
  public Departure departure(
      ConfigurationTable configurations, ClusterView view, Duration leavingFor) {
    if (configurations.isFreeOf(self)) {
      return Departure.LEFT;
    }
    boolean hasTold = leavingFor.compareTo(untilTold) >= 0;
    return hasTold && view.eligible().isEmpty() ? Departure.NOBODY_TAKES_OVER : Departure.GIVING;
  }
}
