package io.aitta.actor;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Refuses a node that joins the Pekko cluster with other partitions or another replication factor
 * than the cluster has. Pekko loads it by name. A node without Aitta's settings may join: it holds
 * nothing.
 */
public final class ShapeCompatChecker extends JoinConfigCompatChecker {
  private static final List<String> KEYS = List.of("aitta.partitions", "aitta.replication-factor");

  /** Called by Pekko. */
  public ShapeCompatChecker() {}

  @Override
  public Seq<String> requiredKeys() {
    return CollectionConverters.asScala(KEYS).toList();
  }

  @Override
  public ConfigValidation check(Config toCheck, Config actualConfig) {
    List<String> differences = new ArrayList<>();
    for (String key : KEYS) {
      if (toCheck.hasPath(key)
          && actualConfig.hasPath(key)
          && toCheck.getInt(key) != actualConfig.getInt(key)) {
        differences.add(
            key + " is [" + toCheck.getInt(key) + "], must be [" + actualConfig.getInt(key) + "]");
      }
    }
    return differences.isEmpty()
        ? Valid$.MODULE$
        : new Invalid(CollectionConverters.asScala(differences).toList());
  }
}
