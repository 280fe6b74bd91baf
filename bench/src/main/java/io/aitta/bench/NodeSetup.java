package io.aitta.bench;

import java.util.Map;

/**
 * What one node's process is told when it starts.
 *
 * @param adapter the class name of the {@link StoreUnderTest}
 * @param settings the system's own
 * @param node this node, from 0
 * @param nodes of the cluster
 * @param replicas copies wanted
 * @param drivers how many nodes, from the first, issue operations
 * @param keys how many there are
 * @param valueBytes the size of each value
 * @param directory for this node's files; not made yet
 */
public record NodeSetup(
    String adapter,
    Map<String, String> settings,
    int node,
    int nodes,
    int replicas,
    int drivers,
    int keys,
    int valueBytes,
    String directory) {

  /** A setting, or what stands for it. */
  String setting(String name, String otherwise) {
    return settings.getOrDefault(name, otherwise);
  }
}
