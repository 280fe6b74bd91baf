package io.aitta.actor;

import io.aitta.model.ClusterId;
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
 * @param configurations null before bootstrap
 * @param founders the nodes that founded the cluster; null before bootstrap
 */
public record ServiceState(
    Phase phase,
    String condition,
    @Nullable ClusterId cluster,
    @Nullable ConfigurationTable configurations,
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

  /** Whether requests are taken. */
  public boolean isServing() {
    return phase == Phase.SERVING;
  }
}
