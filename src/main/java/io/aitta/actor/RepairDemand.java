package io.aitta.actor;

import io.aitta.model.PartitionId;
import io.aitta.model.RepairStatus;
import io.aitta.repair.AntiEntropySchedule;
import io.aitta.repair.RepairProgress;
import java.util.HashSet;
import java.util.Set;

/**
 * A repair on demand: when the trees of its partitions are built anew, it demands that they be
 * compared. A later one takes its place. Owned by one actor.
 */
final class RepairDemand {
  private final AntiEntropySchedule schedule;
  private Set<PartitionId> building = Set.of(); // empty once they are demanded
  private boolean isNoted; // that they are to be built
  private Set<PartitionId> unbuilt = Set.of();
  private int partitions;

  RepairDemand(AntiEntropySchedule schedule) {
    this.schedule = schedule;
  }

  /** Begins anew. */
  void begin(Set<PartitionId> wanted) {
    schedule.demand(Set.of());
    partitions = wanted.size();
    building = Set.copyOf(wanted);
    unbuilt = building;
    isNoted = false;
  }

  /** Records that the replica knows which trees are to be built. */
  void recordNoted() {
    isNoted = true;
  }

  /** Records which trees have yet to be built. */
  void recordUnbuilt(Set<PartitionId> all) {
    if (building.isEmpty() || !isNoted) {
      return;
    }
    Set<PartitionId> left = new HashSet<>(building);
    left.retainAll(all);
    unbuilt = left;
    if (unbuilt.isEmpty()) {
      schedule.demand(building);
      building = Set.of();
    }
  }

  /** Whether trees are to be built for it. */
  boolean isBuilding() {
    return !building.isEmpty();
  }

  RepairStatus status() {
    RepairProgress progress = schedule.progress();
    return new RepairStatus(
        partitions,
        isBuilding() ? unbuilt.size() : 0,
        progress.pairs(),
        progress.compared(),
        progress.failed(),
        progress.unreachable(),
        progress.differences(),
        progress.bytes(),
        !isBuilding() && progress.isComplete());
  }
}
