package io.aitta.actor;

import io.aitta.storage.StorageEngines;
import java.util.concurrent.Executor;
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
   * Starts the node under {@code /system/aitta}. It stops, and its storage is closed, in the phase
   * {@code before-cluster-shutdown} of CoordinatedShutdown.
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
    ports.whenStarted().thenAcceptAsync(node -> watch(system, node, role), callbacks);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "stop-aitta",
            () -> {
              guardian.tell(NodeGuardian.Stop.INSTANCE);
              return ports.stopped();
            });
    return ports;
  }

  private static void watch(ActorSystem<?> system, StartedNode node, String role) {
    system.systemActorOf(
        ClusterMembership.create(node.supervisor(), PATH, role),
        NAME + "-membership",
        Props.empty());
  }
}
