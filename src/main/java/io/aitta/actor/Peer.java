package io.aitta.actor;

import io.aitta.model.ClusterId;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
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
 * A remote node as a target of replication: one bounded link. Requests that wait for it go together
 * in one frame, and no more than a few frames are in flight, so that the more there is to send the
 * fewer messages it takes. Work whose deadline passed while it waited is dropped.
 *
 * <p>Every {@link Ask} is answered at most once: with the replica's reply; with {@code OVERLOADED}
 * at once if the link is full or the remoting's is; with {@code WRONG_INCARNATION} if the node was
 * restarted since the coordinator looked; with {@code DEAD} or {@code LINK_LOST} when the node is
 * given up, depending on whether it was sent. It stays unanswered only past its deadline.
 *
 * <p>A crash of this actor restarts it and loses what waits and is in flight: those requests time
 * out. It takes new ones once the peer greets again. Sequences go on, since the peer drops those
 * that it has seen.
 */
final class Peer extends AbstractBehavior<Peer.Command> {

  sealed interface Command
      permits Ask, Answered, RunLearned, FrameDropped, GivenUp, CountRequests, Flush, Sweep {}

  /** The peer's current run, and where it is. */
  record RunLearned(Incarnation incarnation, String address) implements Command {}

  /** The peer is dead: nothing more is sent, and nothing more is expected. */
  enum GivenUp implements Command {
    INSTANCE
  }

  /** How many requests wait or are in flight. */
  record CountRequests(ActorRef<Integer> replyTo) implements Command {}

  /** A frame was dropped before it was sent: what is in it is certainly never applied. */
  record FrameDropped(long sequence) implements Command {}

  private record Answered(ReplyFrame frame) implements Command {}

  private enum Flush implements Command {
    INSTANCE
  }

  private enum Sweep implements Command {
    INSTANCE
  }

  /**
   * Who talks to whom.
   *
   * @param self this node
   * @param incarnation its run
   * @param peer the other node
   * @param cluster whose data is spoken of; null before bootstrap
   */
  record Link(
      NodeId self, Incarnation incarnation, NodeId peer, Supplier<@Nullable ClusterId> cluster) {}

  private record Pending(Ask ask, int bytes) {}

  private static final class FrameInFlight {
    private final long sentNanos;
    private final List<Long> requests;
    private boolean isOverdue; // and the supervisor was told

    FrameInFlight(long sentNanos, List<Long> requests) {
      this.sentNanos = sentNanos;
      this.requests = requests;
    }
  }

  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(100);

  private final Link link;
  private final LinkSettings settings;
  private final Transport transport;
  private final NodeClock clock;
  private final ActorRef<PeerSupervisor.Command> supervisor;

  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private final Map<Long, Pending> inFlight = new HashMap<>();
  private final LinkedHashMap<Long, FrameInFlight> frames = new LinkedHashMap<>(); // oldest first
  private long bytes; // of all that waits or is in flight
  private final AtomicLong lastSequence; // outlives a restart
  private long lastId;
  private boolean isFlushDue;
  private long reportedHeardNanos = System.nanoTime() - SWEEP_INTERVAL.toNanos();
  private Incarnation incarnation = Incarnation.UNKNOWN;
  private String address = "";

  private Peer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Link link,
      LinkSettings settings,
      Transport transport,
      NodeClock clock,
      ActorRef<PeerSupervisor.Command> supervisor,
      AtomicLong lastSequence) {
    super(context);
    this.link = link;
    this.settings = settings;
    this.transport = transport;
    this.clock = clock;
    this.supervisor = supervisor;
    this.lastSequence = lastSequence;
    timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP_INTERVAL);
  }

  /** Takes reply frames from the network beside its own commands. */
  static Behavior<Command> create(
      Link link,
      LinkSettings settings,
      Transport transport,
      NodeClock clock,
      ActorRef<PeerSupervisor.Command> supervisor) {
    AtomicLong lastSequence = new AtomicLong();
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new Peer(
                                context,
                                timers,
                                link,
                                settings,
                                transport,
                                clock,
                                supervisor,
                                lastSequence))))
        .onFailure(SupervisorStrategy.restart());
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(ReplyFrame.class, Answered::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(RunLearned.class, this::onRunLearned)
        .onMessage(FrameDropped.class, this::onFrameDropped)
        .onMessage(GivenUp.class, notUsed -> onGivenUp())
        .onMessage(CountRequests.class, this::onCountRequests)
        .onMessage(Flush.class, notUsed -> onFlush())
        .onMessage(Sweep.class, notUsed -> onSweep())
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    int size = WireSize.ofRequest(ask.request());
    if (!ask.expected().equals(incarnation)) {
      refuse(ask, RefusalReason.WRONG_INCARNATION);
    } else if (waiting.size() + inFlight.size() >= settings.maxRequests()
        || (bytes + size > settings.maxBytes() && bytes > 0)) {
      refuse(ask, RefusalReason.OVERLOADED);
    } else {
      waiting.addLast(new Pending(ask, size));
      bytes += size;
      scheduleFlush();
    }
    return this;
  }

  /** Flushes behind what is already in the mailbox, so that it goes in the same frame. */
  private void scheduleFlush() {
    if (!isFlushDue && !waiting.isEmpty() && hasWindow()) {
      isFlushDue = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
  }

  private Behavior<Command> onFlush() {
    isFlushDue = false;
    while (!waiting.isEmpty() && hasWindow()) {
      sendFrame();
    }
    return this;
  }

  private boolean hasWindow() {
    if (frames.size() < settings.maxFrames()) {
      return true;
    }
    long oldestAllowed = System.nanoTime() - settings.frameTimeout().toNanos();
    int recent = 0;
    for (FrameInFlight frame : frames.values()) {
      if (frame.sentNanos - oldestAllowed > 0) {
        recent++;
      }
    }
    return recent < settings.maxFrames();
  }

  private void sendFrame() {
    ClusterId cluster = link.cluster().get();
    long now = System.nanoTime();
    List<RequestFrame.Item> items = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    int frameBytes = 0;
    while (!waiting.isEmpty() && items.size() < settings.maxFrameRequests()) {
      Pending next = waiting.peekFirst();
      if (!items.isEmpty() && frameBytes + next.bytes() > settings.maxFrameBytes()) {
        break;
      }
      waiting.removeFirst();
      long remainingMillis = (next.ask().deadlineNanos() - now) / 1_000_000;
      if (remainingMillis <= 0 || cluster == null) {
        bytes -= next.bytes();
        refuse(next.ask(), RefusalReason.EXPIRED);
        continue;
      }
      long id = ++lastId;
      items.add(
          new RequestFrame.Item(
              id, (int) Math.min(Integer.MAX_VALUE, remainingMillis), next.ask().request()));
      ids.add(id);
      inFlight.put(id, next);
      frameBytes += next.bytes();
    }
    if (items.isEmpty() || cluster == null) {
      return;
    }
    long sequence = lastSequence.incrementAndGet();
    frames.put(sequence, new FrameInFlight(now, ids));
    transport.send(
        address,
        new RequestFrame(
            cluster,
            link.self(),
            link.incarnation(),
            link.peer(),
            incarnation,
            sequence,
            clock.read(),
            items));
  }

  private Behavior<Command> onAnswered(Answered answered) {
    ReplyFrame frame = answered.frame();
    boolean isOurs =
        frame.to().equals(link.self())
            && frame.toIncarnation().equals(link.incarnation())
            && frame.from().equals(link.peer())
            && frame.fromIncarnation().equals(incarnation);
    if (!isOurs) {
      return this;
    }
    clock.observe(frame.time());
    reportHeard();
    FrameInFlight answeredFrame = frames.get(frame.sequence());
    if (answeredFrame == null) {
      return this;
    }
    for (ReplyFrame.Item item : frame.replies()) {
      Pending pending = inFlight.remove(item.id());
      if (pending != null) {
        bytes -= pending.bytes();
        reply(pending.ask(), item.reply(), frame.time());
      }
    }
    if (answeredFrame.requests.stream().noneMatch(inFlight::containsKey)) {
      frames.remove(frame.sequence());
    }
    scheduleFlush();
    return this;
  }

  /** Tells the supervisor, but not of every frame: last-seen need not be finer than the sweep. */
  private void reportHeard() {
    long now = System.nanoTime();
    if (now - reportedHeardNanos >= SWEEP_INTERVAL.toNanos()) {
      reportedHeardNanos = now;
      supervisor.tell(new PeerSupervisor.Heard(link.peer()));
    }
  }

  private Behavior<Command> onRunLearned(RunLearned run) {
    address = run.address();
    if (!run.incarnation().equals(incarnation)) {
      giveUp(RefusalReason.WRONG_INCARNATION);
      incarnation = run.incarnation();
    }
    return this;
  }

  private Behavior<Command> onFrameDropped(FrameDropped dropped) {
    FrameInFlight frame = frames.remove(dropped.sequence());
    if (frame == null) {
      return this;
    }
    for (long id : frame.requests) {
      Pending pending = inFlight.remove(id);
      if (pending != null) {
        bytes -= pending.bytes();
        refuse(pending.ask(), RefusalReason.OVERLOADED);
      }
    }
    supervisor.tell(new PeerSupervisor.ExchangeFailed(link.peer()));
    scheduleFlush();
    return this;
  }

  private Behavior<Command> onGivenUp() {
    giveUp(RefusalReason.DEAD);
    return this;
  }

  private Behavior<Command> onCountRequests(CountRequests count) {
    count.replyTo().tell(waiting.size() + inFlight.size());
    return this;
  }

  private void giveUp(RefusalReason ofWaiting) {
    waiting.forEach(pending -> refuse(pending.ask(), ofWaiting));
    inFlight.values().forEach(pending -> refuse(pending.ask(), RefusalReason.LINK_LOST));
    waiting.clear();
    inFlight.clear();
    frames.clear();
    bytes = 0;
  }

  /** Frees what nobody waits for any more, and sends on if a frame's answer is overdue. */
  private Behavior<Command> onSweep() {
    if (frames.isEmpty() && waiting.isEmpty()) {
      return this;
    }
    long now = System.nanoTime();
    frames
        .values()
        .removeIf(
            frame -> {
              reportIfOverdue(frame, now);
              frame.requests.forEach(id -> forgetIfOver(id, now));
              return frame.requests.stream().noneMatch(inFlight::containsKey);
            });
    while (!waiting.isEmpty() && waiting.peekFirst().ask().deadlineNanos() - now <= 0) {
      Pending expired = waiting.removeFirst();
      bytes -= expired.bytes();
      refuse(expired.ask(), RefusalReason.EXPIRED);
    }
    scheduleFlush();
    return this;
  }

  private void reportIfOverdue(FrameInFlight frame, long now) {
    if (!frame.isOverdue && now - frame.sentNanos >= settings.frameTimeout().toNanos()) {
      frame.isOverdue = true;
      supervisor.tell(new PeerSupervisor.ExchangeFailed(link.peer()));
    }
  }

  private void forgetIfOver(long id, long now) {
    Pending pending = inFlight.get(id);
    if (pending != null && pending.ask().deadlineNanos() - now <= 0) {
      inFlight.remove(id);
      bytes -= pending.bytes();
    }
  }

  private void refuse(Ask ask, RefusalReason reason) {
    reply(ask, ReplicaReply.Refused.of(reason), HybridTime.ZERO);
  }

  private void reply(Ask ask, ReplicaReply reply, HybridTime time) {
    ask.replyTo().tell(new Replied(link.peer(), ask.round(), reply, time));
  }
}
