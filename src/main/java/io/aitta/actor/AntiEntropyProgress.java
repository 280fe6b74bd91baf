package io.aitta.actor;

import io.aitta.model.AntiEntropyReport;
import io.aitta.model.RepairStatus;
import io.aitta.model.ReplicaReport;
import java.util.List;

/** What {@link AntiEntropy} publishes of itself. */
record AntiEntropyProgress(
    AntiEntropyReport report, RepairStatus repair, List<ReplicaReport> replicas) {
  static final AntiEntropyProgress NONE =
      new AntiEntropyProgress(AntiEntropyReport.NONE, RepairStatus.NONE, List.of());
}
