package io.aitta.actor;

import io.aitta.model.ClusterStatus;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.PeerStatus;
import io.aitta.model.ReportReply;
import io.aitta.model.ReportRequest;
import io.aitta.model.WireMessage;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.LastComparisons;
import io.aitta.repair.TransferForecast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;

/**
 * Gives this node's report to others, and gathers theirs into a {@link ClusterStatus}. A question
 * is answered when all who are alive reported, or after two seconds with those who did.
 */
public final class Reports extends AbstractBehavior<Reports.Command> {

  /** What it takes. */
  public sealed interface Command permits Gather, Asked, Arrived, TimeOver {}

  /** Gather everybody's report. */
  public record Gather(CompletableFuture<ClusterStatus> answer) implements Command {}

  private record Asked(ReportRequest request) implements Command {}

  private record Arrived(ReportReply reply) implements Command {}

  private record TimeOver(long id) implements Command {}

  /** One question in the gathering. */
  private record Gathering(
      CompletableFuture<ClusterStatus> answer,
      Set<NodeId> awaited,
      Map<NodeId, NodeReport> reports) {}

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_GATHERINGS = 64;

  private final NodeContext node;
  private final Transport transport;
  private final Supplier<NodeReport> own;
  private final TimerScheduler<Command> timers;
  private final Map<Long, Gathering> gatherings = new HashMap<>();
  private long lastId;

  private Reports(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeContext node,
      Transport transport,
      Supplier<NodeReport> own) {
    super(context);
    this.timers = timers;
    this.node = node;
    this.transport = transport;
    this.own = own;
  }

  static Behavior<Command> create(NodeContext node, Transport transport, Supplier<NodeReport> own) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Reports(context, timers, node, transport, own)));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(ReportRequest.class, Asked::new).match(ReportReply.class, Arrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Gather.class, this::onGather)
        .onMessage(Asked.class, this::onAsked)
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(TimeOver.class, this::onTimeOver)
        .onSignal(PostStop.class, notUsed -> onStopped())
        .build();
  }

  private Behavior<Command> onAsked(Asked asked) {
    String address = node.peers().get().address(asked.request().from());
    if (asked.request().to().equals(node.self()) && address != null) {
      transport.send(
          address,
          new ReportReply(asked.request().id(), node.self(), asked.request().from(), own.get()));
    }
    return this;
  }

  private Behavior<Command> onGather(Gather gather) {
    node.waiting().takenUp(gather.answer());
    long id = ++lastId;
    Gathering gathering = new Gathering(gather.answer(), new HashSet<>(), new HashMap<>());
    if (gatherings.size() >= MAX_GATHERINGS) {
      answer(gathering);
      return this;
    }
    PeersSnapshot peers = node.peers().get();
    peers
        .peers()
        .forEach(
            (peer, view) -> {
              if (!peer.equals(node.self()) && view.isAsked()) {
                gathering.awaited().add(peer);
                transport.send(
                    view.description().address(), new ReportRequest(id, node.self(), peer));
              }
            });
    if (gathering.awaited().isEmpty()) {
      answer(gathering);
    } else {
      gatherings.put(id, gathering);
      timers.startSingleTimer(id, new TimeOver(id), TIMEOUT);
    }
    return this;
  }

  private Behavior<Command> onArrived(Arrived arrived) {
    ReportReply reply = arrived.reply();
    Gathering gathering = gatherings.get(reply.id());
    if (gathering != null && gathering.awaited().remove(reply.from())) {
      gathering.reports().put(reply.from(), reply.report());
      if (gathering.awaited().isEmpty()) {
        gatherings.remove(reply.id());
        timers.cancel(reply.id());
        answer(gathering);
      }
    }
    return this;
  }

  private Behavior<Command> onTimeOver(TimeOver over) {
    Gathering gathering = gatherings.remove(over.id());
    if (gathering != null) {
      answer(gathering);
    }
    return this;
  }

  private Behavior<Command> onStopped() {
    gatherings.values().forEach(this::answer);
    gatherings.clear();
    return this;
  }

  private void answer(Gathering gathering) {
    Map<NodeId, NodeReport> reports = new HashMap<>(gathering.reports());
    reports.put(node.self(), own.get());
    ClusterStatus status = status(reports);
    gathering.answer().completeAsync(() -> status, node.callbacks());
  }

  private ClusterStatus status(Map<NodeId, NodeReport> reports) {
    ServiceState service = node.service().get();
    ConfigurationTable configurations = service.configurations();
    PeersSnapshot peers = node.peers().get();
    long now = System.nanoTime();
    Set<NodeId> members = configurations == null ? Set.of() : configurations.members();
    Map<NodeId, PeerStatus> statuses = new TreeMap<>();
    peers
        .peers()
        .forEach(
            (id, view) ->
                statuses.put(
                    id,
                    new PeerStatus(
                        view.description(),
                        id.equals(node.self()),
                        members.contains(id),
                        view.isLeaving(),
                        view.state(),
                        id.equals(node.self()) ? 0 : (now - view.lastSeenNanos()) / 1_000_000,
                        reports.get(id))));
    unheard(service, members).forEach(statuses::putIfAbsent);
    int underReplicated = 0;
    int tooFewMembers = 0;
    int membersAway = 0;
    int withoutMajority = 0;
    int stopped = 0;
    int recovered = 0;
    int joint = 0;
    int partitions = node.settings().shape().partitions();
    int replicationFactor = node.settings().shape().replicationFactor();
    List<Configuration> all = configurations == null ? List.of() : configurations.all();
    for (Configuration configuration : all) {
      List<NodeId> holders = configuration.members();
      boolean isFew = holders.size() < replicationFactor;
      int present = alive(holders, peers).size();
      boolean isAway = present < holders.size();
      underReplicated += isFew || isAway ? 1 : 0;
      tooFewMembers += isFew ? 1 : 0;
      membersAway += isAway ? 1 : 0;
      withoutMajority += present <= holders.size() / 2 ? 1 : 0;
      stopped += service.isInConflict(configuration.partition()) ? 1 : 0;
      recovered += configuration.epoch().recoveryTerm() > 0 ? 1 : 0;
      joint += configuration.isJoint() ? 1 : 0;
    }
    return new ClusterStatus(
        service.cluster(),
        node.self(),
        service.isServing(),
        partitions,
        replicationFactor,
        underReplicated,
        tooFewMembers,
        membersAway,
        withoutMajority,
        stopped,
        recovered,
        joint,
        new ArrayList<>(statuses.values()),
        new TransferForecast(reports).transfers(all),
        LastComparisons.of(all, reports));
  }

  /** The members of the cluster, as far as nothing else is known of them. */
  private static Map<NodeId, PeerStatus> unheard(ServiceState service, Set<NodeId> members) {
    Map<NodeId, PeerDescription> described = new HashMap<>();
    members.forEach(member -> described.put(member, new PeerDescription(member, "", 1, "")));
    if (service.founders() != null) {
      service.founders().forEach(one -> described.computeIfPresent(one.node(), (id, is) -> one));
    }
    Map<NodeId, PeerStatus> statuses = new HashMap<>();
    described.forEach(
        (id, one) ->
            statuses.put(id, new PeerStatus(one, false, true, false, PeerState.UNKNOWN, -1, null)));
    return statuses;
  }

  /** Those of the given nodes that are alive. */
  static List<NodeId> alive(List<NodeId> nodes, PeersSnapshot peers) {
    return nodes.stream()
        .filter(
            member -> {
              PeerView peer = peers.peer(member);
              return peer != null && peer.state() == PeerState.ALIVE;
            })
        .toList();
  }
}
