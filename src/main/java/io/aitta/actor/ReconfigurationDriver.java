package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.LoadingMessage;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.WireMessage;
import io.aitta.partition.ClusterView;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.LostNodes;
import io.aitta.partition.OwnShare;
import io.aitta.partition.Presence;
import io.aitta.partition.ReconfigurationPlanner;
import io.aitta.partition.RosterPlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Drives the changes of configurations while this node is told to: asks the successors of joint
 * ones what they have loaded, and has the {@link SuccessionKeeper} propose what the {@link
 * ReconfigurationPlanner} and the {@link RosterPlanner} find due. Answers the same question of
 * others. Nothing depends on there being one driver, or on what it remembers.
 */
final class ReconfigurationDriver extends AbstractBehavior<ReconfigurationDriver.Command> {

  sealed interface Command permits Arrived, Tick {}

  private record Arrived(LoadingMessage message) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private final DriverWorks works;
  private final ReconfigurationPlanner planner;
  private final RosterPlanner rosterPlanner;
  private final OwnShare share;
  private final Presence presence;
  private final LostNodes lostNodes;
  private final Map<NodeId, Map<PartitionId, Epoch>> loaded = new HashMap<>(); // as they told
  private @Nullable Long leavingSinceNanos; // null while it stays
  private OwnShare.Departure departure = OwnShare.Departure.GIVING; // as it was told last

  private ReconfigurationDriver(
      ActorContext<Command> context, TimerScheduler<Command> timers, DriverWorks works) {
    super(context);
    this.works = works;
    this.planner =
        new ReconfigurationPlanner(
            works.settings().shape().replicationFactor(),
            works.settings().reconfiguration().maxTransfers());
    this.rosterPlanner = new RosterPlanner(works.settings().shape().replicationFactor());
    this.lostNodes = new LostNodes(works.settings().reconfiguration().recoverAfter());
    this.share =
        new OwnShare(works.self(), planner, works.settings().greetInterval().multipliedBy(2));
    this.presence = new Presence(works.settings().reconfiguration().replaceAfter());
    timers.startTimerWithFixedDelay(Tick.INSTANCE, works.settings().reconfiguration().interval());
  }

  static Behavior<Command> create(DriverWorks works) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new ReconfigurationDriver(context, timers, works)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(LoadingMessage.class, Arrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onArrived(Arrived arrived) {
    LoadingMessage message = arrived.message();
    if (!message.to().equals(works.self())) {
      return this;
    }
    if (message instanceof LoadingMessage.Told told) {
      Map<PartitionId, Epoch> byPartition = new HashMap<>();
      told.loaded().forEach(one -> byPartition.put(one.partition(), one.epoch()));
      loaded.put(told.from(), byPartition);
    } else {
      List<LoadingMessage.Loaded> own = new ArrayList<>();
      works
          .loaded()
          .get()
          .forEach((partition, epoch) -> own.add(new LoadingMessage.Loaded(partition, epoch)));
      send(new LoadingMessage.Told(works.self(), message.from(), own));
    }
    return this;
  }

  private void send(LoadingMessage message) {
    String address = works.peers().get().address(message.to());
    if (address != null) {
      works.ports().transport().send(address, message);
    }
  }

  private Behavior<Command> onTick() {
    ServiceState service = works.ports().service().get();
    ConfigurationTable configurations = service.configurations();
    if (!service.isServing() || configurations == null) {
      return this;
    }
    long now = System.nanoTime();
    List<PeerDescription> alive = alive(service);
    presence.recordAlive(alive, now);
    Set<NodeId> members = new HashSet<>(configurations.members());
    members.addAll(configurations.roster().members());
    presence.forgetAllBut(members, now);
    lostNodes.record(gone(members), now);
    loaded.keySet().retainAll(configurations.members());
    ClusterView view = view(members, alive, now);
    works
        .ports()
        .publishSettled(
            works.recovering().get().isEmpty() && share.isSettled(configurations, view));
    if (works.ports().leaving().get()) {
      leave(configurations, view, now);
    }
    if (works.ports().driving().get()) {
      drive(configurations, view, now);
    }
    return this;
  }

  /** Those that are no members of Pekko's cluster any more, and silent. */
  private Set<NodeId> gone(Set<NodeId> members) {
    PeersSnapshot peers = works.peers().get();
    boolean isEachHeard = peers.isComplete() && peers.unheard().isEmpty();
    Set<NodeId> gone = new HashSet<>();
    for (NodeId member : members) {
      PeerView peer = peers.peer(member);
      if (peer == null ? isEachHeard : peer.state() == PeerState.REMOVED) {
        gone.add(member);
      }
    }
    return gone;
  }

  private ClusterView view(Set<NodeId> members, List<PeerDescription> alive, long now) {
    Set<NodeId> leaving = new HashSet<>();
    works
        .peers()
        .get()
        .peers()
        .forEach(
            (id, peer) -> {
              if (peer.isLeaving()) {
                leaving.add(id);
              }
            });
    Set<NodeId> aliveIds = new HashSet<>();
    alive.forEach(node -> aliveIds.add(node.node()));
    return new ClusterView(
        presence.eligible(members, leaving, now), leaving, aliveIds, this::hasLoaded);
  }

  /** This node, and those that are alive, serve and hold data of the same cluster. */
  private List<PeerDescription> alive(ServiceState service) {
    List<PeerDescription> alive = new ArrayList<>();
    works
        .peers()
        .get()
        .peers()
        .forEach(
            (id, peer) -> {
              boolean isOfCluster = peer.serves() && service.isOf(peer.cluster());
              if (id.equals(works.self()) || (peer.state() == PeerState.ALIVE && isOfCluster)) {
                alive.add(peer.description());
              }
            });
    return alive;
  }

  private void drive(ConfigurationTable configurations, ClusterView view, long now) {
    Set<NodeId> asked = new HashSet<>();
    for (Configuration configuration : configurations.all()) {
      asked.addAll(
          configuration.isRecovery() ? configuration.replicas() : configuration.successors());
    }
    asked.remove(works.self());
    asked.forEach(node -> send(new LoadingMessage.Asked(works.self(), node)));
    planner
        .plan(configurations.all(), view)
        .forEach(proposal -> works.keeper().tell(new SuccessionKeeper.Propose(proposal)));
    Configuration roster =
        rosterPlanner.plan(
            configurations,
            view,
            node -> lostNodes.isLost(node, now),
            node -> node.equals(works.self()) || isComparedSinceLosses(node, now));
    if (roster != null) {
      works.keeper().tell(new SuccessionKeeper.Propose(roster));
    }
  }

  private boolean isComparedSinceLosses(NodeId node, long now) {
    Long agreed = works.agreed().get().get(node);
    return agreed != null && lostNodes.isSinceLosses(agreed, now);
  }

  private void leave(ConfigurationTable configurations, ClusterView view, long now) {
    if (leavingSinceNanos == null) {
      leavingSinceNanos = now;
    }
    OwnShare.Departure present =
        share.departure(configurations, view, Duration.ofNanos(now - leavingSinceNanos));
    switch (present) {
      case GIVING -> {}
      case LEFT -> works.ports().publishLeft();
      case NOBODY_TAKES_OVER -> works.ports().publishNobodyTakesOver();
    }
    if (present != departure && present != OwnShare.Departure.GIVING) {
      departure = present;
      Events.tell(
          getContext().getSystem(),
          new ClusterEvent.HandedOver(
              works.self(),
              configurations.replicasOf(works.self()),
              present == OwnShare.Departure.LEFT ? "" : "no other node is there to take its data"));
    }
  }

  private boolean hasLoaded(PartitionId partition, Epoch epoch, NodeId node) {
    Map<PartitionId, Epoch> told =
        node.equals(works.self()) ? works.loaded().get() : loaded.getOrDefault(node, Map.of());
    return epoch.equals(told.get(partition));
  }
}
