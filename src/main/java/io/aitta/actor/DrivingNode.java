package io.aitta.actor;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * A Cluster Singleton that does nothing but live: the node on which it does drives the changes of
 * configurations, until it stops. That saves the work of several; it is not what makes changes safe
 * ({@link ReconfigurationDriver}).
 */
final class DrivingNode extends AbstractBehavior<DrivingNode.Command> {
  private static final String NAME = "aitta-driver";
  private static final Duration HANDOVER_RETRY = Duration.ofMillis(100);
  private static final Duration REMOVAL_MARGIN = Duration.ofMillis(1);

  sealed interface Command {}

  private enum Stop implements Command {
    INSTANCE
  }

  private final NodePorts ports;

  private DrivingNode(ActorContext<Command> context, NodePorts ports) {
    super(context);
    this.ports = ports;
    ports.drive(true);
  }

  /**
   * Lets this node drive whenever it is its turn.
   *
   * @param role the role that Aitta's nodes have in the cluster; empty for all
   */
  static void elect(ActorSystem<?> system, NodePorts ports, String role) {
    // Two that drive for a moment harm nothing. Longer margins would hold up a cluster that stops
    // as a whole: its last node has nobody to hand over to, and would find that out by retries.
    ClusterSingletonSettings settings =
        ClusterSingletonSettings.create(system)
            .withHandoverRetryInterval(HANDOVER_RETRY)
            .withRemovalMargin(REMOVAL_MARGIN);
    ClusterSingleton.get(system)
        .init(
            SingletonActor.of(
                    Behaviors.<Command>setup(context -> new DrivingNode(context, ports)), NAME)
                .withStopMessage(Stop.INSTANCE)
                .withSettings(role.isEmpty() ? settings : settings.withRole(role)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Stop.class, notUsed -> Behaviors.stopped())
        .onSignal(PostStop.class, notUsed -> onStopped())
        .build();
  }

  private Behavior<Command> onStopped() {
    ports.drive(false);
    return this;
  }
}
