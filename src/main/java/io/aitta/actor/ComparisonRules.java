package io.aitta.actor;

import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.TreeAnswers;
import org.jspecify.annotations.Nullable;

/**
 * Which replicas may be compared: of members of a configuration that is served and not joint, by
 * which both go, and that have lost nothing. What a joint configuration or a loss needs is more
 * than that, and the {@link PartitionLoader}'s.
 */
final class ComparisonRules {
  private final AntiEntropyWorks works;

  ComparisonRules(AntiEntropyWorks works) {
    this.works = works;
  }

  /** The configuration by which a pair may be compared now; null if it may not. */
  @Nullable Configuration configuration(ComparedPair pair) {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    PeerView peer = works.peers().get().peer(pair.other());
    if (!service.isServing()
        || configurations == null
        || peer == null
        || peer.state() != PeerState.ALIVE
        || !peer.serves()
        || !isSettled(configurations, pair.partition())) {
      return null;
    }
    Configuration configuration = configurations.configuration(pair.partition());
    boolean areMembers =
        configuration.members().contains(works.self())
            && configuration.members().contains(pair.other());
    return areMembers ? configuration : null;
  }

  private boolean isSettled(ConfigurationTable configurations, PartitionId partition) {
    return configurations.isServed(partition)
        && !configurations.configuration(partition).isJoint()
        && !works.recovering().get().containsKey(partition);
  }

  /** Why a question is not answered; null if it is. */
  @Nullable RefusalReason refusal(ComparisonHeader header) {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (!service.isServing() || configurations == null) {
      return RefusalReason.NOT_READY;
    }
    PartitionId partition = header.partition();
    if (partition.value() >= configurations.partitions()) {
      return RefusalReason.NOT_A_REPLICA;
    }
    RefusalReason refusal =
        TreeAnswers.refusal(header, works.self(), configurations.configuration(partition));
    if (refusal != null || isSettled(configurations, partition)) {
      return refusal;
    }
    return works.recovering().get().containsKey(partition)
        ? RefusalReason.RECOVERING
        : RefusalReason.CONFIGURATION_CHANGING;
  }
}
