package io.aitta.partition;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Founding;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest configuration of every partition that one node knows, and the newest roster of the
 * cluster's nodes. Immutable.
 */
public final class ConfigurationTable {
  private final List<Configuration> byPartition;
  private final Configuration roster;
  private final Map<PartitionId, Unserved> unserved;
  private final Set<NodeId> members;

  /**
   * Why a configuration is not acted on.
   *
   * @param predecessors a majority of these must have stored it first
   * @param isConflict whether another one claims the same epoch
   */
  private record Unserved(List<NodeId> predecessors, boolean isConflict) {}

  private ConfigurationTable(
      List<Configuration> byPartition, Configuration roster, Map<PartitionId, Unserved> unserved) {
    this.byPartition = List.copyOf(byPartition);
    this.roster = roster;
    this.unserved = Map.copyOf(unserved);
    Set<NodeId> all = new LinkedHashSet<>();
    byPartition.forEach(configuration -> all.addAll(configuration.replicas()));
    this.members = Set.copyOf(all);
  }

  /** The table that a cluster begins with. */
  public static ConfigurationTable first(Founding founding) {
    return of(founding.shape(), Placement.firstConfigurations(founding))
        .with(Placement.firstRoster(founding), true);
  }

  /**
   * Makes a table, with a roster of all that hold replicas.
   *
   * @param configurations one for each partition of the shape, in order
   */
  public static ConfigurationTable of(ClusterShape shape, List<Configuration> configurations) {
    if (configurations.size() != shape.partitions()) {
      throw new IllegalArgumentException(
          "configurations must be ["
              + shape.partitions()
              + "], were ["
              + configurations.size()
              + "]");
    }
    for (int i = 0; i < configurations.size(); i++) {
      if (configurations.get(i).partition().value() != i) {
        throw new IllegalArgumentException("configuration [" + i + "] is of another partition");
      }
    }
    List<NodeId> nodes =
        configurations.stream()
            .flatMap(configuration -> configuration.replicas().stream())
            .distinct()
            .sorted()
            .toList();
    return new ConfigurationTable(
        configurations, Configuration.roster(Epoch.FIRST, nodes, List.of()), Map.of());
  }

  /** The number of partitions. */
  public int partitions() {
    return byPartition.size();
  }

  /** The partition of a key. */
  public PartitionId partitionOf(Key key) {
    return PartitionId.of(key, byPartition.size());
  }

  /** The configuration of a key's partition. */
  public Configuration configurationOf(Key key) {
    return configuration(partitionOf(key));
  }

  /** The configuration of a partition, or the roster. */
  public Configuration configuration(PartitionId partition) {
    return partition.isRoster() ? roster : byPartition.get(partition.value());
  }

  /** The agreed nodes of the cluster, who decide on the recovery of partitions. */
  public Configuration roster() {
    return roster;
  }

  /** Every configuration, in order of partition. */
  public List<Configuration> all() {
    return byPartition;
  }

  /** Every node that holds a replica of some partition. */
  public Set<NodeId> members() {
    return members;
  }

  /** The partitions of which a node holds a replica, in order. */
  public List<PartitionId> replicasOf(NodeId node) {
    return byPartition.stream()
        .filter(configuration -> configuration.hasReplica(node))
        .map(Configuration::partition)
        .toList();
  }

  /**
   * Whether the partition's configuration is acted on: a majority of its predecessors is known to
   * have stored it (protocol rule 6).
   */
  public boolean isServed(PartitionId partition) {
    return !unserved.containsKey(partition);
  }

  /** Whether another configuration claims the epoch of this one, so that it must not be served. */
  public boolean isInConflict(PartitionId partition) {
    Unserved reason = unserved.get(partition);
    return reason != null && reason.isConflict();
  }

  /**
   * The nodes of which a majority must have stored the partition's configuration before it is acted
   * on; empty if it is.
   */
  public List<NodeId> awaited(PartitionId partition) {
    Unserved reason = unserved.get(partition);
    return reason == null ? List.of() : reason.predecessors();
  }

  /**
   * Whether a node holds no replica any more and is not counted upon to decide anything, and that
   * is acted on everywhere.
   */
  public boolean isFreeOf(NodeId node) {
    return unserved.isEmpty() && !members.contains(node) && !roster.members().contains(node);
  }

  /** The table with a partition's configuration, or the roster, replaced. */
  public ConfigurationTable with(Configuration configuration, boolean isServed) {
    return with(configuration, isServed ? null : new Unserved(configuration.members(), false));
  }

  /** The table with what a node knows of a partition, or of the roster. */
  public ConfigurationTable with(PartitionState state) {
    return with(
        state.installed().configuration(),
        state.isServed()
            ? null
            : new Unserved(state.installed().predecessors(), state.conflict() != null));
  }

  private ConfigurationTable with(Configuration configuration, @Nullable Unserved reason) {
    List<Configuration> next = new ArrayList<>(byPartition);
    if (!configuration.partition().isRoster()) {
      next.set(configuration.partition().value(), configuration);
    }
    Map<PartitionId, Unserved> nextUnserved = new HashMap<>(unserved);
    nextUnserved.remove(configuration.partition());
    if (reason != null) {
      nextUnserved.put(configuration.partition(), reason);
    }
    return new ConfigurationTable(
        next, configuration.partition().isRoster() ? configuration : roster, nextUnserved);
  }
}
