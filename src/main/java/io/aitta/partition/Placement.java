package io.aitta.partition;

import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.Founding;
import io.aitta.model.Hashing;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Places partitions on nodes by weighted rendezvous hashing (Thaler and Ravishankar 1998; weights
 * by the logarithmic method, Schindelhauer and Schomaker 2005): every node draws a score for the
 * partition, and the highest scores win. A node that joins or leaves thus moves only what it gains
 * or loses.
 *
 * <p>At most one replica goes to a zone while there are enough zones; a node without a zone is one
 * of its own.
 */
public final class Placement {
  private Placement() {}

  /** The configurations that a cluster begins with, in order of partition. */
  public static List<Configuration> firstConfigurations(Founding founding) {
    List<Configuration> configurations = new ArrayList<>();
    for (int i = 0; i < founding.shape().partitions(); i++) {
      PartitionId partition = new PartitionId(i);
      configurations.add(
          Configuration.stable(
              partition,
              Epoch.FIRST,
              preferenceList(
                  partition, founding.founders(), founding.shape().replicationFactor())));
    }
    return configurations;
  }

  /** The roster that a cluster begins with: its founders. */
  public static Configuration firstRoster(Founding founding) {
    return Configuration.roster(
        Epoch.FIRST,
        founding.founders().stream().map(PeerDescription::node).sorted().toList(),
        List.of());
  }

  /**
   * The nodes for a partition, best first.
   *
   * @param replicationFactor how many; fewer if there are fewer nodes
   */
  public static List<NodeId> preferenceList(
      PartitionId partition, List<PeerDescription> nodes, int replicationFactor) {
    List<PeerDescription> ranked = new ArrayList<>(nodes);
    ranked.sort(
        Comparator.comparingDouble((PeerDescription node) -> -score(partition, node))
            .thenComparing(PeerDescription::node));
    List<NodeId> chosen = new ArrayList<>();
    Set<String> usedZones = new HashSet<>();
    for (PeerDescription node : ranked) {
      if (chosen.size() < replicationFactor
          && (node.zone().isEmpty() || usedZones.add(node.zone()))) {
        chosen.add(node.node());
      }
    }
    for (PeerDescription node : ranked) {
      if (chosen.size() < replicationFactor && !chosen.contains(node.node())) {
        chosen.add(node.node());
      }
    }
    return List.copyOf(chosen);
  }

  /**
   * {@code -weight / ln(u)} for a number u in (0, 1) drawn by hash. StrictMath, for equal results
   * everywhere.
   */
  private static double score(PartitionId partition, PeerDescription node) {
    long bits = Hashing.mix(node.node().value() ^ Hashing.mix(partition.value() + 1L));
    double drawn = ((bits >>> 11) + 0.5) * 0x1.0p-53;
    return -node.weight() / StrictMath.log(drawn);
  }
}
