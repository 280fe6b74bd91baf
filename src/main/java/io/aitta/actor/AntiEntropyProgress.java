package io.aitta.actor;

import io.aitta.model.AntiEntropyReport;
import io.aitta.model.RepairStatus;

/** What {@link AntiEntropy} publishes of itself. */
record AntiEntropyProgress(AntiEntropyReport report, RepairStatus repair) {
  static final AntiEntropyProgress NONE =
      new AntiEntropyProgress(AntiEntropyReport.NONE, RepairStatus.NONE);
}
