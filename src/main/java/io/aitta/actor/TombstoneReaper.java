package io.aitta.actor;

import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.TombstoneProof;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Has tombstones and expired values dropped by all members of a partition together, once it is
 * proven that all hold them: looks for those that have been dead for long enough, in one partition
 * after another, and carries the messages of a {@link TombstoneProof} for each. Gives a member what
 * it lacks, so that the next proof succeeds. Runs on the storage dispatcher, since it reads from
 * the disk.
 *
 * <p>Every member looks for what it holds itself, but later the further behind it stands in the
 * partition's configuration, so that mostly the first one does the work of all.
 *
 * <p>What this node still holds of partitions that it left goes back to their members by {@link
 * LeftoverReturn}.
 *
 * <p>A crash of this actor loses the proofs under way: they begin anew.
 */
final class TombstoneReaper extends AbstractBehavior<TombstoneReaper.Command> {

  sealed interface Command permits FromPeer, Answered, Replied, Tick {}

  /** The replica answered. */
  record Answered(TombstoneMessage answer) implements Command {}

  private record FromPeer(TombstoneMessage message) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);

  /** Records of one proof. */
  private static final int MAX_RECORDS = 2000;

  /** Encoded bytes of the records of one proof, unless a single one has more. */
  private static final int MAX_BYTES = 128 << 10;

  /** Proofs at a time. */
  private static final int MAX_PROOFS = 256;

  /** Proofs at a time that do more than wait for requests to end. */
  private static final int MAX_BUSY = 16;

  /** Records that a member is given at a time. */
  private static final int MAX_GIVEN = 100;

  private static final Duration GIVING_TIMEOUT = Duration.ofSeconds(5);

  private final ReaperWorks works;
  private final LeftoverReturn leftovers;
  private final Map<Long, TombstoneProof> proofs = new HashMap<>();
  private final ArrayDeque<PartitionId> unseen = new ArrayDeque<>(); // in this turn
  private long nextTurnNanos;
  private long
      lastId; // begins anywhere: a late answer to an earlier run is of no proof of this one

  private TombstoneReaper(
      ActorContext<Command> context, TimerScheduler<Command> timers, ReaperWorks works) {
    super(context);
    context.setLoggerName(TombstoneReaper.class);
    this.works = works;
    this.leftovers = new LeftoverReturn(works, context.getSelf());
    this.nextTurnNanos = System.nanoTime() + works.interval().toNanos();
    this.lastId = ThreadLocalRandom.current().nextLong();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK_INTERVAL);
  }

  static Behavior<Command> create(ReaperWorks works) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(timers -> new TombstoneReaper(context, timers, works))))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(TombstoneMessage.class, FromPeer::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(FromPeer.class, this::onFromPeer)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Replied.class, this::onReplied)
        .onMessage(Tick.class, notUsed -> onTick())
        .build();
  }

  private Behavior<Command> onFromPeer(FromPeer fromPeer) {
    TombstoneMessage message = fromPeer.message();
    if (!message.header().to().equals(works.self())) {
      return this;
    }
    if (message instanceof TombstoneMessage.Asked || message instanceof TombstoneMessage.Drop) {
      works.replica().tell(new Replica.Reap(message, getContext().getSelf().narrow()));
    } else {
      record(message);
    }
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    TombstoneMessage answer = answered.answer();
    NodeId asking = answer.header().to();
    if (asking.equals(works.self())) {
      record(answer);
    } else {
      send(asking, answer);
    }
    return this;
  }

  private void send(NodeId to, TombstoneMessage message) {
    String address = works.peers().get().address(to);
    if (address != null) {
      works.transport().send(address, message);
    }
  }

  private void record(TombstoneMessage answer) {
    if (answer instanceof TombstoneMessage.Confirmed confirmed) {
      leftovers.recordConfirmed(confirmed, getContext().getLog());
    }
    ComparisonHeader header = answer.header();
    TombstoneProof proof = proofs.get(header.id());
    if (proof == null
        || !proof.configuration().partition().equals(header.partition())
        || !proof.configuration().epoch().equals(header.epoch())) {
      return;
    }
    if (answer instanceof TombstoneMessage.Confirmed confirmed) {
      proof.recordConfirmed(header.from(), confirmed.held(), System.nanoTime());
      give(header.from(), proof);
    } else if (answer instanceof TombstoneMessage.Dropped) {
      proof.recordDropped(header.from());
    }
  }

  /** Gives a member what it lacks. */
  private void give(NodeId member, TombstoneProof proof) {
    PeerView peer = works.peers().get().peer(member);
    List<KeyVersion> missing = proof.missing(member);
    if (peer == null || missing.isEmpty()) {
      return;
    }
    Configuration configuration = proof.configuration();
    try {
      for (KeyVersion one : missing.subList(0, Math.min(missing.size(), MAX_GIVEN))) {
        Entry entry = works.engine().read(configuration.partition(), one.key());
        if (entry != null) {
          peer.replica()
              .tell(
                  new Ask(
                      new ReplicaRequest.Write(
                          one.key(), configuration.epoch(), entry, WriteOrigin.REPAIR),
                      peer.incarnation(),
                      0,
                      System.nanoTime() + GIVING_TIMEOUT.toNanos(),
                      getContext().getSelf().narrow()));
        }
      }
    } catch (StorageException e) {
      getContext().getLog().warn("could not read partition {}", configuration.partition(), e);
    }
  }

  /** What a member could not be given for a proof is asked for again by the next one. */
  private Behavior<Command> onReplied(Replied replied) {
    leftovers.recordReplied(replied);
    return this;
  }

  private Behavior<Command> onTick() {
    long now = System.nanoTime();
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (service.isServing() && configurations != null) {
      proofs.values().removeIf(proof -> isVoid(proof, configurations));
      look(configurations, now);
      proofs.forEach((id, proof) -> proceed(id, proof, now));
      proofs.values().removeIf(this::isOver);
      leftovers.proceed(configurations, ++lastId, now, getContext().getLog());
    }
    return this;
  }

  /** Where there may be more of what was dropped, it is looked for at once. */
  private boolean isOver(TombstoneProof proof) {
    boolean isOver = proof.phase() == TombstoneProof.Phase.OVER;
    if (isOver && !proof.proven().isEmpty()) {
      unseen.addFirst(proof.configuration().partition());
    }
    return isOver;
  }

  private boolean isVoid(TombstoneProof proof, ConfigurationTable configurations) {
    return !proof
        .configuration()
        .equals(configurations.configuration(proof.configuration().partition()));
  }

  /** Looks for dead records, in as many partitions as there is room for proofs. */
  private void look(ConfigurationTable configurations, long now) {
    if (unseen.isEmpty() && now - nextTurnNanos >= 0) {
      nextTurnNanos = now + works.interval().toNanos();
      unseen.addAll(configurations.replicasOf(works.self()));
    }
    while (!unseen.isEmpty() && hasRoom()) {
      PartitionId partition = unseen.remove();
      Configuration configuration = settled(partition, configurations);
      if (configuration != null) {
        look(configuration);
      }
    }
  }

  private boolean hasRoom() {
    long busy =
        proofs.values().stream()
            .filter(proof -> proof.phase() != TombstoneProof.Phase.WAITING)
            .count();
    return proofs.size() < MAX_PROOFS && busy < MAX_BUSY;
  }

  /** The configuration by which something may be dropped now; null if nothing may. */
  private @Nullable Configuration settled(
      PartitionId partition, ConfigurationTable configurations) {
    if (partition.value() >= configurations.partitions()) {
      return null;
    }
    Configuration configuration = configurations.configuration(partition);
    boolean maySettle =
        configurations.isServed(partition)
            && !configuration.isJoint()
            && configuration.members().contains(works.self())
            && configuration.members().stream().allMatch(works::isTaking)
            && !works.recovering().get().containsKey(partition)
            && proofs.values().stream()
                .noneMatch(proof -> proof.configuration().partition().equals(partition));
    return maySettle ? configuration : null;
  }

  private void look(Configuration configuration) {
    PartitionId partition = configuration.partition();
    int rank = configuration.members().indexOf(works.self());
    Duration age =
        ReaperWorks.minAge(works.longestRequest(), works.clockBound())
            .plus(works.interval().multipliedBy(2L * rank));
    try {
      List<KeyVersion> dead =
          works
              .engine()
              .dead(partition, works.clock().now().millis() - age.toMillis(), MAX_RECORDS);
      if (!dead.isEmpty()) {
        // Clocks may run at rates that differ a little.
        long waitNanos = works.longestRequest().toNanos() / 10 * 11;
        proofs.put(++lastId, new TombstoneProof(configuration, bounded(dead), waitNanos));
      }
    } catch (StorageException e) {
      getContext().getLog().warn("could not look for dead records of {}", partition, e);
    }
  }

  private static List<KeyVersion> bounded(List<KeyVersion> dead) {
    int bytes = 0;
    for (int i = 0; i < dead.size(); i++) {
      bytes += WireSize.ofKeyVersion(dead.get(i));
      if (i > 0 && bytes > MAX_BYTES) {
        return dead.subList(0, i);
      }
    }
    return dead;
  }

  private void proceed(long id, TombstoneProof proof, long now) {
    Configuration configuration = proof.configuration();
    for (NodeId member : proof.due(now)) {
      ComparisonHeader header =
          new ComparisonHeader(
              id,
              0,
              works.self(),
              works.incarnation(),
              member,
              configuration.partition(),
              configuration.epoch());
      TombstoneMessage question =
          proof.phase() == TombstoneProof.Phase.ASKING
              ? new TombstoneMessage.Asked(header, proof.dead())
              : new TombstoneMessage.Drop(header, proof.proven());
      if (member.equals(works.self())) {
        works.replica().tell(new Replica.Reap(question, getContext().getSelf().narrow()));
      } else {
        send(member, question);
      }
    }
  }
}
