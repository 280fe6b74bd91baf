package io.aitta.actor;

import io.aitta.handoff.HintLimits;
import io.aitta.model.ClusterEvent;
import io.aitta.model.ClusterId;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
import io.aitta.partition.Bootstrap;
import io.aitta.repair.ReplicaTrees;
import io.aitta.replica.AppliedVersions;
import io.aitta.replica.DeadRecords;
import io.aitta.replica.EntryLimits;
import io.aitta.replica.Loss;
import io.aitta.replica.ReplicaState;
import io.aitta.storage.StorageEngine;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Spawns the actors of one node, as children of its guardian, and joins them to each other. */
final class NodeActors {
  private static final Props ON_STORAGE = DispatcherSelector.fromConfig(Dispatchers.STORAGE);

  private final ActorContext<NodeGuardian.Command> context;
  private final NodeSettings settings;
  private final NodePorts ports;
  private final OpenedStorage storage;
  private final NodeClock clock;
  private final Published<PeersSnapshot> peers;
  private final Published<Map<PartitionId, Loss>> recovering;
  private final Published<Map<PartitionId, Epoch>> loaded;
  private final Published<Map<NodeId, Long>> agreed = new Published<>(Map.of());
  private final Published<Map<NodeId, Long>> hintsWaitSince = new Published<>(Map.of());
  private final Published<WireLosses> wireLosses = new Published<>(WireLosses.NONE);
  private final Published<AntiEntropyProgress> comparing =
      new Published<>(AntiEntropyProgress.NONE);

  private NodeActors(
      ActorContext<NodeGuardian.Command> context,
      NodeSettings settings,
      NodePorts ports,
      OpenedStorage storage,
      NodeClock clock,
      Published<PeersSnapshot> peers) {
    this.context = context;
    this.settings = settings;
    this.ports = ports;
    this.storage = storage;
    this.clock = clock;
    this.peers = peers;
    Loss atStart = new Loss(0, System.nanoTime());
    this.recovering =
        new Published<>(
            storage.recovering().stream()
                .collect(Collectors.toMap(Function.identity(), partition -> atStart)));
    this.loaded = new Published<>(storage.loaded());
  }

  /**
   * The actors that others speak to.
   *
   * @param node what they share
   * @param agreed when each node's table of configurations was equal to this node's last
   * @param comparing how far anti-entropy is
   */
  record Spawned(
      NodeContext node,
      Published<Map<NodeId, Long>> agreed,
      ActorRef<Replica.Command> replica,
      ActorRef<PeerSupervisor.Command> supervisor,
      ActorRef<Reports.Command> reports,
      ActorRef<RequestRouter.Command> router,
      ActorRef<AntiEntropy.Command> antiEntropy,
      Published<AntiEntropyProgress> comparing) {}

  /**
   * Spawns them.
   *
   * @param peers written by the supervisor of peers
   * @param seenRuns written by it
   */
  static Spawned spawn(
      ActorContext<NodeGuardian.Command> context,
      NodeSettings settings,
      NodePorts ports,
      OpenedStorage storage,
      NodeClock clock,
      Published<PeersSnapshot> peers,
      Published<Map<NodeId, SeenRuns>> seenRuns,
      PeerDescription self) {
    return new NodeActors(context, settings, ports, storage, clock, peers).spawn(seenRuns, self);
  }

  private Spawned spawn(Published<Map<NodeId, SeenRuns>> seenRuns, PeerDescription self) {
    ActorRef<Replica.Command> replica = replica();
    ActorRef<PeerSupervisor.Command> supervisor = supervisor(seenRuns, self, replica);
    NodeContext node =
        new NodeContext(
            storage.node(),
            storage.incarnation(),
            settings,
            clock,
            ports.service(),
            peers,
            new RequestLimit(settings.maxCoordinators()),
            new WaitingRequests(),
            ports.callbacks(),
            storage.engine().durability(),
            handoff(replica));
    loader(replica);
    ActorRef<RequestRouter.Command> router =
        context.spawn(RequestRouter.create(node), "router", Dispatchers.requests());
    reaper(replica);
    ActorRef<AntiEntropy.Command> antiEntropy =
        antiEntropy(replica, new MajorityReads(node, router));
    founder(node, self, replica);
    driver(keeper(node, replica));
    context.spawn(
        WireWatch.create(
            storage.node(),
            context.getSelf().path().toStringWithoutAddress(),
            wireLosses,
            supervisor),
        "wire-watch");
    assembler();
    return new Spawned(
        node, agreed, replica, supervisor, reports(node), router, antiEntropy, comparing);
  }

  private void tell(ClusterEvent event) {
    Events.tell(context.getSystem(), event);
  }

  private ActorRef<Replica.Command> replica() {
    ReplicaTrees trees = new ReplicaTrees(settings.comparison().rebuildInterval().toNanos());
    StorageEngine engine =
        new TreeKeepingEngine(
            storage.engine(), trees, new StorageWatch(storage.node(), this::tell));
    AppliedVersions memory =
        new AppliedVersions(
            settings.rememberedVersions(), settings.maxTimeout().multipliedBy(2).toNanos());
    return WireInlet.spawn(
        context,
        Replica.create(
            new ReplicaWorks(
                storage.node(),
                storage.incarnation(),
                engine,
                new ReplicaState(
                    engine,
                    new EntryLimits(settings.maxKeyBytes(), settings.maxValueBytes()),
                    memory,
                    recovering.get(),
                    storage.loaded(),
                    storage.horizons()),
                new TreeKeeper(
                    storage.node(),
                    storage.incarnation(),
                    trees,
                    AntiEntropy.limits(settings.link().maxFrameBytes())),
                new TombstoneAnswers(
                    storage.incarnation(),
                    new DeadRecords(
                        storage.node(),
                        engine,
                        storage.horizons(),
                        ReaperWorks.minAge(settings.maxTimeout(), settings.clockBound())
                            .toMillis())),
                clock,
                settings.clockBound(),
                ports.transport(),
                ports.service(),
                peers,
                recovering,
                loaded,
                settings.link().maxFrameBytes())),
        Replica::fromWire,
        ActorTransport.REPLICA,
        ON_STORAGE);
  }

  private ActorRef<PeerSupervisor.Command> supervisor(
      Published<Map<NodeId, SeenRuns>> seenRuns,
      PeerDescription self,
      ActorRef<Replica.Command> replica) {
    return WireInlet.spawn(
        context,
        PeerSupervisor.create(
            new PeerSupervisorContext(
                self,
                storage.incarnation(),
                settings,
                clock,
                ports.transport(),
                ports.service(),
                ports.leaving(),
                peers,
                seenRuns,
                replica.narrow(),
                context.getSelf())),
        PeerSupervisor::fromWire,
        ActorTransport.PEERS,
        Dispatchers.requests());
  }

  private ActorRef<HintedHandoff.Command> handoff(ActorRef<Replica.Command> replica) {
    HintLimits limits =
        new HintLimits(
            settings.maxHintsPerPeer(),
            settings.maxHintBytesPerPeer(),
            Duration.ofMillis(500),
            Duration.ofSeconds(30));
    return context.spawn(
        HintedHandoff.create(
            new HandoffWorks(
                storage.node(), storage.engine(), replica, ports.service(), peers, hintsWaitSince),
            limits),
        "handoff",
        ON_STORAGE);
  }

  private void loader(ActorRef<Replica.Command> replica) {
    WireInlet.spawn(
        context,
        PartitionLoader.create(
            new LoaderWorks(
                storage.node(),
                storage.incarnation(),
                clock,
                storage.engine(),
                replica,
                ports.transport(),
                ports.service(),
                peers,
                recovering,
                loaded,
                storage.horizons(),
                ports.loading(),
                settings.link().maxFrameBytes(),
                settings.reconfiguration().maxBytesPerSecond(),
                settings.maxTimeout())),
        PartitionLoader::fromWire,
        ActorTransport.COPIES,
        ON_STORAGE);
  }

  private void reaper(ActorRef<Replica.Command> replica) {
    WireInlet.spawn(
        context,
        TombstoneReaper.create(
            new ReaperWorks(
                storage.node(),
                storage.incarnation(),
                storage.engine(),
                replica,
                ports.transport(),
                ports.service(),
                peers,
                recovering,
                clock,
                settings.tombstoneInterval(),
                settings.maxTimeout(),
                settings.clockBound())),
        TombstoneReaper::fromWire,
        ActorTransport.TOMBSTONES,
        ON_STORAGE);
  }

  private ActorRef<AntiEntropy.Command> antiEntropy(
      ActorRef<Replica.Command> replica, MajorityReads majorityReads) {
    return WireInlet.spawn(
        context,
        AntiEntropy.create(
            new AntiEntropyWorks(
                storage.node(),
                storage.incarnation(),
                storage.engine(),
                replica,
                ports.transport(),
                ports.service(),
                peers,
                recovering,
                majorityReads::begin,
                comparing,
                ports.callbacks(),
                settings.link().maxFrameBytes(),
                settings.comparison())),
        AntiEntropy::fromWire,
        ActorTransport.ANTI_ENTROPY,
        ON_STORAGE);
  }

  private void founder(NodeContext node, PeerDescription self, ActorRef<Replica.Command> replica) {
    WireInlet.spawn(
        context,
        ClusterFounder.create(
            node,
            ports.transport(),
            replica,
            context.getSelf(),
            new Bootstrap(
                self,
                settings.shape(),
                settings.bootstrapNodes(),
                new ClusterId(UUID.randomUUID()),
                storage.founding())),
        ClusterFounder::fromWire,
        ActorTransport.FOUNDING,
        Props.empty());
  }

  private ActorRef<SuccessionKeeper.Command> keeper(
      NodeContext node, ActorRef<Replica.Command> replica) {
    return WireInlet.spawn(
        context,
        SuccessionKeeper.create(node, ports.transport(), replica, agreed, storage.partitions()),
        SuccessionKeeper::fromWire,
        ActorTransport.SUCCESSION,
        Props.empty());
  }

  private void driver(ActorRef<SuccessionKeeper.Command> keeper) {
    WireInlet.spawn(
        context,
        ReconfigurationDriver.create(
            new DriverWorks(
                storage.node(), settings, ports, peers, keeper, agreed, recovering, loaded)),
        ReconfigurationDriver::fromWire,
        ActorTransport.RECONFIGURATION,
        Props.empty());
  }

  private ActorRef<Reports.Command> reports(NodeContext node) {
    OwnReport own =
        new OwnReport(
            node, storage, recovering, ports.loading(), wireLosses, comparing, hintsWaitSince);
    return WireInlet.spawn(
        context,
        Reports.create(node, ports.transport(), own::report),
        Reports::fromWire,
        ActorTransport.REPORTS,
        ON_STORAGE);
  }

  private void assembler() {
    WireInlet.spawn(
        context,
        FrameAssembler.create(
            ports.transport(),
            ports.base(),
            storage.node(),
            settings.maxMessageBytes(),
            settings.maxAssemblyBytes()),
        FrameAssembler::fromWire,
        ActorTransport.PIECES,
        Props.empty());
  }
}
