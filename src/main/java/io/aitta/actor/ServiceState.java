package io.aitta.actor;

import io.aitta.model.ClusterId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.partition.ConfigurationTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node serves, and by which configurations.
 *
 * @param phase how far it is
 * @param condition what it waits for, in one sentence; "ready" if nothing
 * @param cluster null before bootstrap
 * @param table the newest configurations that this node stored, written by the {@link Replica};
 *     null before bootstrap
 * @param founders the nodes that founded the cluster; null before bootstrap
 */
public record ServiceState(
    Phase phase,
    String condition,
    @Nullable ClusterId cluster,
    @Nullable Published<ConfigurationTable> table,
    @Nullable List<PeerDescription> founders) {

  /** How far a node is. */
  public enum Phase {
    /** Its storage is being opened, or the cluster is being founded or compared with. */
    STARTING,
    /** It serves. */
    SERVING,
    /** It never will: the condition says why. */
    FAILED,
    /** It is stopping. */
    STOPPED
  }

  /** A node that has just begun. */
  static ServiceState starting(String condition) {
    return new ServiceState(Phase.STARTING, condition, null, null, null);
  }

  /** The newest configurations that this node stored; null before bootstrap. */
  public @Nullable ConfigurationTable configurations() {
    return table == null ? null : table.get();
  }

  /** Whether two configurations of a partition are known that claim the same epoch. */
  boolean isInConflict(PartitionId partition) {
    ConfigurationTable configurations = configurations();
    return configurations != null && configurations.isInConflict(partition);
  }

  /** Whether this node holds data of that cluster. */
  boolean isOf(@Nullable ClusterId other) {
    return cluster != null && cluster.equals(other);
  }

  /** Whether requests are taken. */
  public boolean isServing() {
    return phase == Phase.SERVING;
  }
}
