package io.aitta.actor;

import io.aitta.liveness.LivenessSettings;
import io.aitta.liveness.PeerLiveness;
import io.aitta.liveness.PeerTransition;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.SeenRuns;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Owns the liveness of every peer, alone: fed by greetings, by every answered exchange and by the
 * cluster's reachability, it asks each peer's {@link PeerLiveness} and publishes a {@link
 * PeersSnapshot} whenever something changed. Parent of the {@link Peer}s, one per node id that
 * greeted from an address of the membership. One that is silent, has no part in the data and is no
 * longer where it was is forgotten.
 *
 * <p>Greets every node that the membership names, or that holds replicas, at intervals; a greeting
 * is answered with one's own. What it remembers of a peer's runs goes with its greetings (protocol
 * rule 9). A run that is not the last one that it heard of, nor began after it, is not listened to;
 * nor is one at another address while the last one is alive: it is of old data, or of a copy.
 *
 * <p>A crash of this actor stops the node's guardian, and with it the node.
 */
public final class PeerSupervisor extends AbstractBehavior<PeerSupervisor.Command> {

  /** What it takes. */
  public sealed interface Command
      permits MembershipChanged, Heard, ExchangeFailed, FrameDropped, Greeted, PeerStopped, Tick {}

  /** A peer answered. */
  record Heard(NodeId node) implements Command {}

  /** A peer did not answer in time. */
  record ExchangeFailed(NodeId node) implements Command {}

  /** A frame for a peer was dropped by the remoting's full send queue. */
  record FrameDropped(NodeId node, long sequence) implements Command {}

  private record PeerStopped(NodeId node) implements Command {}

  private record Greeted(Greeting greeting) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** What is known of one node id. */
  private static final class Known {
    private final PeerLiveness liveness;
    private final ActorRef<Peer.Command> peer;
    private Greeting greeting;
    private long aheadMillis;

    Known(PeerLiveness liveness, ActorRef<Peer.Command> peer, Greeting greeting) {
      this.liveness = liveness;
      this.peer = peer;
      this.greeting = greeting;
    }
  }

  /** More than a cluster has nodes. */
  private static final int MAX_PEERS = 4096;

  private final PeerSupervisorContext node;
  private final Map<NodeId, Known> known = new HashMap<>();
  private final Map<String, NodeId> nodeAt = new HashMap<>(); // who greeted from an address last
  private final Set<NodeId> stopping = new HashSet<>(); // forgotten, and their names not yet free
  private Map<String, Boolean> membership = Map.of();
  private boolean isMembershipKnown;

  private PeerSupervisor(
      ActorContext<Command> context, TimerScheduler<Command> timers, PeerSupervisorContext node) {
    super(context);
    // Pekko names the logger by whoever logs first, which may be a timer of its own: what operators
    // must see of liveness would go to a logger that nobody listens to.
    context.setLoggerName(PeerSupervisor.class);
    this.node = node;
    timers.startTimerWithFixedDelay(Tick.INSTANCE, node.settings().greetInterval());
    publish();
  }

  static Behavior<Command> create(PeerSupervisorContext node) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new PeerSupervisor(context, timers, node)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(Greeting.class, Greeted::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessage(ExchangeFailed.class, this::onExchangeFailed)
        .onMessage(FrameDropped.class, this::onFrameDropped)
        .onMessage(Greeted.class, this::onGreeted)
        .onMessage(PeerStopped.class, this::onPeerStopped)
        .onMessage(MembershipChanged.class, this::onMembershipChanged)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onHeard(Heard heard) {
    Known peer = known.get(heard.node());
    if (peer != null) {
      follow(heard.node(), peer, peer.liveness.heard(System.nanoTime()));
    }
    return this;
  }

  private Behavior<Command> onExchangeFailed(ExchangeFailed failed) {
    Known peer = known.get(failed.node());
    if (peer != null) {
      follow(failed.node(), peer, peer.liveness.failed());
    }
    return this;
  }

  private Behavior<Command> onFrameDropped(FrameDropped dropped) {
    Known peer = known.get(dropped.node());
    if (peer != null) {
      peer.peer.tell(new Peer.FrameDropped(dropped.sequence()));
    }
    return this;
  }

  private Behavior<Command> onGreeted(Greeted greeted) {
    Greeting greeting = greeted.greeting();
    PeerDescription from = greeting.description();
    Known peer = known.get(from.node());
    if (!isExpected(from, peer)) {
      return this;
    }
    if (from.node().equals(node.self().node())) {
      node.guardian().tell(new NodeGuardian.PeerGreeted(greeting));
      return this;
    }
    SeenRuns seen = node.seenRuns().get().getOrDefault(from.node(), SeenRuns.NONE);
    if (seen.hasLeftBehind(greeting.incarnation()) || isElsewhere(greeting, peer)) {
      if (!greeting.isAnswer()) {
        greet(from.address(), from.node(), true);
      }
      return this;
    }
    Map<NodeId, SeenRuns> runs = new HashMap<>(node.seenRuns().get());
    runs.put(from.node(), seen.heard(greeting.incarnation(), greeting.time()));
    node.seenRuns().set(Map.copyOf(runs));
    node.clock().observe(greeting.time());
    peer = remember(peer, greeting);
    nodeAt.put(from.address(), from.node());
    peer.aheadMillis = node.clock().physicalMillis() - greeting.physicalMillis();
    follow(from.node(), peer, peer.liveness.heard(System.nanoTime()));
    reach(from.address(), peer, from.node());
    node.guardian().tell(new NodeGuardian.PeerGreeted(greeting));
    publish();
    if (!greeting.isAnswer()) {
      // Who does not know this run is asked for what it remembers now that it will.
      greet(from.address(), from.node(), knowsThisRun(greeting));
    }
    return this;
  }

  private boolean knowsThisRun(Greeting greeting) {
    return greeting.remembered() != null && greeting.remembered().last().equals(node.incarnation());
  }

  /**
   * Whether another run of a peer is alive at another address, which the membership still names.
   */
  private boolean isElsewhere(Greeting greeting, @Nullable Known peer) {
    return peer != null
        && peer.liveness.state() == PeerState.ALIVE
        && membership.containsKey(peer.greeting.description().address())
        && !peer.greeting.incarnation().equals(greeting.incarnation())
        && !peer.greeting.description().address().equals(greeting.description().address());
  }

  /**
   * Whether a greeting may come from there: a node where the membership has one, where it was
   * before, or that holds replicas. Others would let strangers choose whom this node speaks to, and
   * how many it knows.
   */
  private boolean isExpected(PeerDescription from, @Nullable Known peer) {
    if (peer != null && peer.greeting.description().address().equals(from.address())) {
      return true;
    }
    return (membership.containsKey(from.address()) || addresses().contains(from.address()))
        && !stopping.contains(from.node())
        && (peer != null || known.size() < MAX_PEERS);
  }

  private Known remember(@Nullable Known before, Greeting greeting) {
    PeerDescription from = greeting.description();
    Known peer = before;
    if (peer == null) {
      ActorRef<Peer.Command> spawned =
          WireInlet.spawn(
              getContext(),
              Peer.create(
                  new Peer.Link(
                      node.self().node(),
                      node.incarnation(),
                      from.node(),
                      () -> node.service().get().cluster()),
                  node.settings().link(),
                  node.transport(),
                  node.clock(),
                  getContext().getSelf()),
              Peer::fromWire,
              from.node().toString(),
              Props.empty());
      peer =
          new Known(
              new PeerLiveness(
                  new LivenessSettings(
                      node.settings().suspectAfter(),
                      node.settings().deadAfter(),
                      node.settings().suspectAfterFailures()),
                  System.nanoTime()),
              spawned,
              greeting);
      known.put(from.node(), peer);
      getContext().watchWith(spawned, new PeerStopped(from.node()));
      getContext().getLog().info("heard of node {} at {}", from.node(), from.address());
    }
    peer.greeting = greeting;
    peer.peer.tell(new Peer.RunLearned(greeting.incarnation(), from.address()));
    return peer;
  }

  private Behavior<Command> onMembershipChanged(MembershipChanged changed) {
    Set<String> gone = new HashSet<>(membership.keySet());
    gone.removeAll(changed.reachable().keySet());
    membership = changed.reachable();
    isMembershipKnown = true;
    long now = System.nanoTime();
    for (String address : membership.keySet()) {
      NodeId id = nodeAt.get(address);
      Known peer = id == null ? null : known.get(id);
      if (id != null && peer != null) {
        reach(address, peer, id);
      }
      greet(address, id == null ? NodeId.NONE : id, false);
    }
    for (String address : gone) {
      NodeId id = nodeAt.get(address);
      Known peer = id == null ? null : known.get(id);
      if (id != null && peer != null) {
        follow(id, peer, peer.liveness.left(now));
      }
    }
    publish();
    return this;
  }

  /** Tells a peer's liveness what the membership says of its address. */
  private void reach(String address, Known peer, NodeId id) {
    Boolean isReachable = membership.get(address);
    if (isReachable == null || !id.equals(nodeAt.get(address))) {
      return;
    }
    follow(id, peer, peer.liveness.joined());
    if (isReachable) {
      peer.liveness.reachable();
    } else {
      follow(id, peer, peer.liveness.unreachable());
    }
  }

  private Behavior<Command> onTick() {
    long now = System.nanoTime();
    known.forEach((id, peer) -> follow(id, peer, peer.liveness.tick(now)));
    known.entrySet().removeIf(entry -> forgetIfGone(entry.getKey(), entry.getValue()));
    for (String address : addresses()) {
      greet(address, nodeAt.getOrDefault(address, NodeId.NONE), false);
    }
    publish();
    return this;
  }

  /**
   * Where a node may be that this one speaks to: every other node of the membership, and those that
   * hold replicas, where they were last. The membership can be of two minds for long, as when a
   * node joins by one that dies before it passed that on; who holds which data is not for it to
   * say.
   */
  private Set<String> addresses() {
    Set<String> addresses = new HashSet<>(membership.keySet());
    ServiceState service = node.service().get();
    if (service.configurations() == null || service.founders() == null) {
      return addresses;
    }
    Set<NodeId> members = service.configurations().members();
    for (PeerDescription founder : service.founders()) {
      boolean isOther = !founder.node().equals(node.self().node());
      if (isOther && members.contains(founder.node()) && !known.containsKey(founder.node())) {
        addresses.add(founder.address());
      }
    }
    known.forEach(
        (id, peer) -> {
          if (members.contains(id)) {
            addresses.add(peer.greeting.description().address());
          }
        });
    return addresses;
  }

  /** Forgets a node that is silent, has no part in the data, and whose place another one took. */
  private boolean forgetIfGone(NodeId id, Known peer) {
    String address = peer.greeting.description().address();
    ConfigurationTable configurations = node.service().get().configurations();
    boolean isThere = membership.containsKey(address) && id.equals(nodeAt.get(address));
    boolean isMember = configurations != null && configurations.members().contains(id);
    if (peer.liveness.state().isAsked()
        || peer.liveness.state() == PeerState.UNKNOWN
        || isThere
        || isMember) {
      return false;
    }
    nodeAt.remove(address, id);
    stopping.add(id);
    getContext().stop(peer.peer);
    getContext().getLog().info("node {} at {} is forgotten", id, address);
    return true;
  }

  /** Its name is free again. A peer that stopped by itself would leave its requests unanswered. */
  private Behavior<Command> onPeerStopped(PeerStopped stopped) {
    if (!stopping.remove(stopped.node())) {
      throw new IllegalStateException("peer [" + stopped.node() + "] stopped by itself");
    }
    return this;
  }

  private void follow(NodeId id, Known peer, @Nullable PeerTransition transition) {
    if (transition == null) {
      return;
    }
    getContext()
        .getLog()
        .info(
            "node {} is {}, was {}: {}",
            id,
            transition.to(),
            transition.from(),
            transition.cause());
    if (!transition.to().isAsked()) {
      peer.peer.tell(Peer.GivenUp.INSTANCE);
    }
    publish();
    Events.tell(
        getContext().getSystem(),
        new ClusterEvent.PeerChanged(node.self().node(), id, transition.from(), transition.to()));
  }

  private void greet(String address, NodeId receiver, boolean isAnswer) {
    ServiceState service = node.service().get();
    HybridTime time = node.clock().read();
    SeenRuns seen = node.seenRuns().get().get(receiver);
    node.transport()
        .send(
            address,
            new Greeting(
                node.self(),
                node.incarnation(),
                service.cluster(),
                service.isServing(),
                node.settings().shape(),
                time,
                node.clock().physicalMillis(),
                seen == null ? 0 : seen.last().startCounter(),
                isAnswer,
                node.leaving().get(),
                receiver,
                seen));
  }

  private void publish() {
    Map<NodeId, PeerView> views = new HashMap<>();
    known.forEach(
        (id, peer) ->
            views.put(
                id,
                new PeerView(
                    peer.greeting.description(),
                    peer.greeting.incarnation(),
                    peer.liveness.state(),
                    peer.liveness.lastSeenNanos(),
                    peer.greeting.serves(),
                    peer.greeting.isLeaving(),
                    peer.greeting.cluster(),
                    peer.greeting.shape(),
                    peer.aheadMillis,
                    peer.peer.narrow())));
    views.put(
        node.self().node(),
        new PeerView(
            node.self(),
            node.incarnation(),
            PeerState.ALIVE,
            System.nanoTime(),
            node.service().get().isServing(),
            node.leaving().get(),
            node.service().get().cluster(),
            node.settings().shape(),
            0,
            node.replica()));
    node.peers().set(new PeersSnapshot(views, isMembershipKnown ? unheard() : null));
  }

  private Map<String, Boolean> unheard() {
    Map<String, Boolean> unheard = new HashMap<>(membership);
    unheard.keySet().removeAll(nodeAt.keySet());
    return unheard;
  }
}
