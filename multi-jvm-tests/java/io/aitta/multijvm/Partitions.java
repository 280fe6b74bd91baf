package io.aitta.multijvm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where partitions are, as the nodes see it. */
final class Partitions {
  private Partitions() {}

  /** Waits until some partition is on its way, as a node sees it. */
  static void awaitMoving(ProcessNode node) {
    Await.until(
        node.name() + " sees a partition move",
        () -> {
          for (JsonNode partition : node.client().partitions()) {
            if (isJoint(partition)) {
              return null;
            }
          }
          return "none is";
        });
  }

  /**
   * Waits until these nodes and no others hold the partitions, three each, and all of them know.
   */
  static void awaitHeldBy(Collection<ProcessNode> nodes) {
    Set<String> ids = new HashSet<>();
    for (ProcessNode node : nodes) {
      ids.add(node.client().cluster().path("asked").asText());
    }
    for (ProcessNode node : nodes) {
      Await.until(
          node.name() + " knows that every partition is with " + ids, () -> misplaced(node, ids));
    }
  }

  private static @Nullable String misplaced(ProcessNode node, Set<String> ids) {
    JsonNode partitions = node.client().partitions();
    Set<String> holders = new HashSet<>();
    for (JsonNode partition : partitions) {
      Set<String> members = new HashSet<>();
      partition.path("members").forEach(member -> members.add(member.asText()));
      holders.addAll(members);
      if (isJoint(partition)
          || members.size() != 3
          || !ids.containsAll(members)
          || partition.path("alive").size() != 3) {
        return partition.toString();
      }
    }
    return holders.equals(ids) ? null : "they are with " + holders;
  }

  /** Epochs alternate: the first configuration is stable. */
  private static boolean isJoint(JsonNode partition) {
    String epoch = partition.path("epoch").asText();
    return Integer.parseInt(epoch.substring(epoch.indexOf('.') + 1)) % 2 == 0;
  }

  /** What three replicas of every key hold is one version of a value. */
  static @Nullable String differing(ProcessNode node, List<String> keys) {
    return differing(node, keys, 3);
  }

  /** What so many replicas of every key hold is one version of a value. */
  static @Nullable String differing(ProcessNode node, List<String> keys, int copies) {
    for (String key : keys) {
      JsonNode replicas = node.client().explain(key).path("replicas");
      Set<String> held = new HashSet<>();
      replicas.forEach(
          replica ->
              held.add(replica.path("state").asText() + " " + replica.path("version").asText()));
      if (replicas.size() != copies
          || held.size() != 1
          || !held.iterator().next().startsWith("VALUE")) {
        return key + ": " + replicas;
      }
    }
    return null;
  }
}
