package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.StorageEngines;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;

/** Starts a node in an ActorSystem that is a member of a Pekko cluster. */
public final class NodeLauncher {
  private static final String NAME = "aitta";
  private static final String PATH = "/system/" + NAME;

  private NodeLauncher() {}

  /**
   * Starts the node under {@code /system/aitta}. In the phase {@code before-cluster-shutdown} of
   * CoordinatedShutdown it gives its data to others, if it is set to, then stops, and its storage
   * is closed.
   *
   * @param role the role that Aitta's nodes have in the cluster; empty for all
   */
  public static NodePorts launch(ActorSystem<?> system, NodeSettings settings, String role) {
    Executor callbacks =
        system.dispatchers().lookup(DispatcherSelector.fromConfig(Dispatchers.CALLBACKS));
    String address = Cluster.get(system).selfMember().address().toString();
    NodePorts ports =
        NodePorts.of(
            address + PATH,
            new ActorTransport(system, settings.maxMessageBytes()),
            StorageEngines::open,
            System::currentTimeMillis,
            callbacks);
    ActorRef<NodeGuardian.Command> guardian =
        system.systemActorOf(
            NodeGuardian.create(settings, ports),
            NAME,
            DispatcherSelector.fromConfig(Dispatchers.STORAGE));
    ports
        .whenStarted()
        .thenAcceptAsync(
            node -> {
              watch(system, node, role);
              DrivingNode.elect(system, ports, role);
            },
            callbacks);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "stop-aitta",
            () ->
                leave(system, settings, ports)
                    .thenCompose(
                        notUsed -> {
                          guardian.tell(NodeGuardian.Stop.INSTANCE);
                          return ports.stopped();
                        }));
    return ports;
  }

  /** Gives the node's data to others, if it is to, for as long as it may. */
  private static CompletionStage<Void> leave(
      ActorSystem<?> system, NodeSettings settings, NodePorts ports) {
    ReconfigurationSettings reconfiguration = settings.reconfiguration();
    boolean isServing = ports.service().get().isServing();
    if (!isServing || !reconfiguration.leavesOnShutdown(settings.engine())) {
      return CompletableFuture.completedFuture(null);
    }
    ports.leave();
    return ports
        .whenLeft()
        .toCompletableFuture()
        .orTimeout(reconfiguration.leaveTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (done, failure) -> {
              if (failure != null) {
                system
                    .log()
                    .warn(
                        "this node stops and did not give its data to others: {}",
                        ports.missingToLeave());
                if (failure instanceof TimeoutException) {
                  tellTimeout(system, ports, reconfiguration.leaveTimeout());
                }
              }
              return null;
            });
  }

  private static void tellTimeout(ActorSystem<?> system, NodePorts ports, Duration timeout) {
    StartedNode node = ports.started().get().orElse(null);
    ConfigurationTable table = ports.service().get().configurations();
    if (node != null && table != null) {
      Events.tell(
          system,
          new ClusterEvent.HandedOver(
              node.self(),
              table.replicasOf(node.self()),
              "it did not get done within " + timeout.toMillis() + " ms"));
    }
  }

  private static void watch(ActorSystem<?> system, StartedNode node, String role) {
    system.systemActorOf(
        ClusterMembership.create(node.supervisor(), PATH, role),
        NAME + "-membership",
        Props.empty());
  }
}
