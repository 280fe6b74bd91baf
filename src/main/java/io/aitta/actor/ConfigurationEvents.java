package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.PartitionState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is told of configurations that were stored: those of partitions that are acted on from now
 * on, with what became of the partition if its majority was lost. Not safe for use by several
 * threads.
 */
final class ConfigurationEvents {
  private final NodeId self;
  private final Map<PartitionId, Configuration> served = new HashMap<>(); // the last of each

  private final Set<PartitionId> stopped = new HashSet<>();

  ConfigurationEvents(NodeId self) {
    this.self = self;
  }

  /** Takes over what was stored when the node started, and tells nothing of it. */
  void begin(PartitionState state) {
    PartitionId partition = state.installed().partition();
    if (partition.isRoster()) {
      return;
    }
    served.put(
        partition,
        state.isServed()
            ? state.installed().configuration()
            : Configuration.stable(partition, Epoch.NONE, state.installed().predecessors()));
  }

  /** What is new by what is stored now. */
  List<ClusterEvent> stored(Collection<PartitionState> states) {
    Set<NodeId> past = Set.of();
    List<ClusterEvent> events = new ArrayList<>();
    List<ClusterEvent> others = new ArrayList<>();
    for (PartitionState state : states) {
      Configuration configuration = state.installed().configuration();
      if (configuration.partition().isRoster()) {
        continue;
      }
      if (state.conflict() != null && stopped.add(configuration.partition())) {
        others.add(
            new ClusterEvent.PartitionStopped(
                self, configuration.partition(), configuration.epoch()));
      }
      if (state.isServed() && isNew(configuration)) {
        stopped.remove(configuration.partition());
        past = events.isEmpty() ? members() : past;
        addRecovery(configuration, others);
        served.put(configuration.partition(), configuration);
        events.add(
            new ClusterEvent.ConfigurationChanged(
                self,
                configuration.partition(),
                configuration.epoch(),
                configuration.members(),
                configuration.successors()));
      }
    }
    if (!events.isEmpty()) {
      addMembers(past, members(), events);
    }
    events.addAll(0, others);
    return events;
  }

  private void addRecovery(Configuration configuration, List<ClusterEvent> events) {
    Configuration last = served.get(configuration.partition());
    if (last == null || last.epoch().recoveryTerm() == configuration.epoch().recoveryTerm()) {
      return;
    }
    List<NodeId> survivors =
        (configuration.isRecovery() ? configuration.members() : configuration.replicas())
            .stream().filter(last::hasReplica).toList();
    List<NodeId> lost = last.replicas().stream().filter(node -> !survivors.contains(node)).toList();
    events.add(
        new ClusterEvent.PartitionRecovered(
            self,
            configuration.partition(),
            configuration.epoch(),
            lost,
            survivors,
            configuration.isJoint() ? configuration.successors() : configuration.members()));
  }

  private boolean isNew(Configuration configuration) {
    Configuration last = served.get(configuration.partition());
    return last == null || !last.epoch().equals(configuration.epoch());
  }

  private void addMembers(Set<NodeId> past, Set<NodeId> present, List<ClusterEvent> events) {
    present.stream()
        .filter(member -> !past.contains(member))
        .forEach(member -> events.add(new ClusterEvent.MemberJoined(self, member)));
    past.stream()
        .filter(member -> !present.contains(member))
        .forEach(member -> events.add(new ClusterEvent.MemberLeft(self, member)));
  }

  private Set<NodeId> members() {
    Set<NodeId> members = new TreeSet<>();
    served.values().forEach(configuration -> members.addAll(configuration.replicas()));
    return members;
  }
}
