package io.aitta.actor;

import com.typesafe.config.ConfigFactory;
import io.aitta.AittaSettings;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.partition.ConfigurationTable;
import io.aitta.replica.NodeMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;

/** What the tests of one actor put around it: three nodes that hold every partition. */
final class Parts {
  static final NodeId SELF = new NodeId(1);
  static final NodeId B = new NodeId(2);
  static final NodeId C = new NodeId(3);
  static final List<NodeId> NODES = List.of(SELF, B, C);
  static final Incarnation RUN = Incarnation.of(1, 1);
  static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
  static final ClusterShape SHAPE = new ClusterShape(4, 3);
  static final HybridTime TIME = HybridTime.ofMillis(1000);

  private Parts() {}

  static NodeSettings settings(String... overrides) {
    String aitta = "partitions = 4\nbootstrap.nodes = 3\n" + String.join("\n", overrides);
    return AittaSettings.read(
        ConfigFactory.parseString(aitta).withFallback(ConfigFactory.load().getConfig("aitta")));
  }

  /** A clock that may issue at once. */
  static NodeClock clock() {
    NodeClock clock =
        new NodeClock(
            new NodeMetadata.Ceilings(HybridTime.ZERO, HybridTime.ZERO), 10_000, () -> 1000L);
    clock.raiseCeilings(new NodeMetadata.Ceilings(HybridTime.ofMillis(1_000_000), HybridTime.ZERO));
    return clock;
  }

  static ServiceState serving() {
    return serving(stable());
  }

  /** Serves by one configuration that is not stable. */
  static ServiceState serving(Configuration changed) {
    return serving(stable().with(changed, true));
  }

  private static ConfigurationTable stable() {
    return ConfigurationTable.of(
        SHAPE,
        IntStream.range(0, SHAPE.partitions())
            .mapToObj(i -> Configuration.stable(new PartitionId(i), Epoch.FIRST, NODES))
            .toList());
  }

  private static ServiceState serving(ConfigurationTable configurations) {
    return new ServiceState(
        ServiceState.Phase.SERVING,
        "ready",
        CLUSTER,
        new Published<>(configurations),
        NODES.stream().map(Parts::description).toList());
  }

  static PeerDescription description(NodeId node) {
    return new PeerDescription(node, "", 1, "at-" + node.value());
  }

  static PeersSnapshot peers(ActorRef<Ask> replicas, Map<NodeId, PeerState> states) {
    Map<NodeId, PeerView> views = new HashMap<>();
    for (NodeId node : NODES) {
      views.put(
          node,
          new PeerView(
              description(node),
              RUN,
              states.getOrDefault(node, PeerState.ALIVE),
              System.nanoTime(),
              true,
              false,
              CLUSTER,
              SHAPE,
              0,
              replicas));
    }
    return new PeersSnapshot(views, Map.of());
  }

  static NodeContext node(
      ActorRef<Ask> replicas,
      RequestLimit limit,
      NodeClock clock,
      ServiceState service,
      ActorRef<HintedHandoff.Command> handoff) {
    return new NodeContext(
        SELF,
        RUN,
        settings(),
        clock,
        new Published<>(service),
        new Published<>(peers(replicas, Map.of())),
        limit,
        new WaitingRequests(),
        Runnable::run,
        "memory",
        handoff);
  }
}
