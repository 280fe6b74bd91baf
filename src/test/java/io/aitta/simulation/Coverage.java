package io.aitta.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often what a simulation is there for did happen. One in which nothing does proves nothing.
 */
final class Coverage {
  /** What is counted. */
  enum Event {
    WRITTEN,
    MAYBE_APPLIED,
    REFUSED,
    FOUND,
    NOT_FOUND,
    UNAVAILABLE,
    EXPIRED,
    RESTAMPED,
    REPAIR_SENT,
    HINT_KEPT,
    HINT_REFUSED,
    HINT_DELIVERED,
    CRASH,
    DISK_LOST,
    DISK_LOST_WHILE_MOVING,
    WRITE_FAILED,
    STORED_THOUGH_FAILED,
    READ_FAILED,
    START_FAILED,
    PEER_ALIVE,
    PEER_SUSPECT,
    PEER_DEAD,
    PEER_REMOVED,
    OVERLOADED,
    GIVEN_UP,
    DUPLICATE_DROPPED,
    BATCHED,
    POSTPONED,
    MOVED,
    LOADED,
    JOINT_WRITE,
    BECAME_JOINT,
    BECAME_STABLE,
    WENT_BACK,
    DROPPED,
    SET_ASIDE,
    LEFTOVER_OFFERED,
    LEFTOVER_TAKEN,
    LEFTOVER_DECLINED,
    LEFTOVERS_REMOVED,
    TREE_BUILT,
    COMPARED,
    COMPARISON_FAILED,
    PUSHED,
    FETCHED,
    IN_QUESTION,
    BELOW_HORIZON,
    MAJORITY_ASKED;

    /** In how many seeds it happens once at least: the more, the more coincidences it takes. */
    long seedsNeeded() {
      return switch (this) {
        case START_FAILED, DISK_LOST_WHILE_MOVING -> 50;
        case LEFTOVER_TAKEN -> 100;
        case IN_QUESTION, LEFTOVER_DECLINED -> 1_000;
        case BELOW_HORIZON, MAJORITY_ASKED -> 5_000;
        default -> 10;
      };
    }
  }

  private final Map<Event, Long> counts = new EnumMap<>(Event.class);

  void count(Event event) {
    counts.merge(event, 1L, Long::sum);
  }

  long of(Event event) {
    return counts.getOrDefault(event, 0L);
  }

  void add(Coverage other) {
    other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
