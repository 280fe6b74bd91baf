package io.aitta.partition;

import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The newest configuration of every partition that one node knows. Immutable. */
public final class ConfigurationTable {
  private final List<Configuration> byPartition;
  private final Set<PartitionId> unserved;
  private final Set<NodeId> members;

  private ConfigurationTable(List<Configuration> byPartition, Set<PartitionId> unserved) {
    this.byPartition = List.copyOf(byPartition);
    this.unserved = Set.copyOf(unserved);
    Set<NodeId> all = new LinkedHashSet<>();
    byPartition.forEach(configuration -> all.addAll(configuration.replicas()));
    this.members = Set.copyOf(all);
  }

  /**
   * Makes a table.
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
    return new ConfigurationTable(configurations, Set.of());
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

  /** The configuration of a partition. */
  public Configuration configuration(PartitionId partition) {
    return byPartition.get(partition.value());
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
    return !unserved.contains(partition);
  }

  /** Whether a node holds no replica any more, and that is acted on everywhere. */
  public boolean isFreeOf(NodeId node) {
    return unserved.isEmpty() && !members.contains(node);
  }

  /** The table with a partition's configuration replaced. */
  public ConfigurationTable with(Configuration configuration, boolean isServed) {
    List<Configuration> next = new ArrayList<>(byPartition);
    next.set(configuration.partition().value(), configuration);
    Set<PartitionId> nextUnserved = new HashSet<>(unserved);
    if (isServed) {
      nextUnserved.remove(configuration.partition());
    } else {
      nextUnserved.add(configuration.partition());
    }
    return new ConfigurationTable(next, nextUnserved);
  }
}
