package io.aitta.actor;

import io.aitta.model.FramePiece;
import io.aitta.model.NodeId;
import io.aitta.model.RefusedMessage;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import java.time.Duration;
import org.apache.pekko.actor.ActorSelectionMessage;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Counts the messages between nodes that came to nothing, which the event stream alone tells: the
 * malformed, the unknown, and those that a full send queue of the remoting dropped. The supervisor
 * of peers hears of a dropped frame, so that its requests are refused at once and need not time
 * out.
 *
 * <p>A crash of this actor restarts it; the counts go on.
 */
final class WireWatch extends AbstractBehavior<WireWatch.Command> {

  sealed interface Command permits Refused, Lost, Unhandled {}

  private record Refused(RefusedMessage message) implements Command {}

  private record Lost(Dropped dropped) implements Command {}

  private record Unhandled(UnhandledMessage message) implements Command {}

  private final NodeId self;
  private final String guardianPath;
  private final Published<WireLosses> losses;
  private final ActorRef<PeerSupervisor.Command> supervisor;

  private WireWatch(
      ActorContext<Command> context,
      NodeId self,
      String guardianPath,
      Published<WireLosses> losses,
      ActorRef<PeerSupervisor.Command> supervisor) {
    super(context);
    context.setLoggerName(WireWatch.class);
    this.self = self;
    this.guardianPath = guardianPath;
    this.losses = losses;
    this.supervisor = supervisor;
    ActorSystem<?> system = context.getSystem();
    ActorRef<EventStream.Command> events = system.eventStream();
    events.tell(
        new EventStream.Subscribe<>(
            RefusedMessage.class, context.messageAdapter(RefusedMessage.class, Refused::new)));
    events.tell(
        new EventStream.Subscribe<>(
            Dropped.class, context.messageAdapter(Dropped.class, Lost::new)));
    events.tell(
        new EventStream.Subscribe<>(
            UnhandledMessage.class,
            context.messageAdapter(UnhandledMessage.class, Unhandled::new)));
  }

  /**
   * Watches the event stream.
   *
   * @param guardianPath the path of this node's guardian, without address
   * @param losses where the counts are published
   */
  static Behavior<Command> create(
      NodeId self,
      String guardianPath,
      Published<WireLosses> losses,
      ActorRef<PeerSupervisor.Command> supervisor) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context -> new WireWatch(context, self, guardianPath, losses, supervisor)))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                Duration.ofMillis(100), Duration.ofSeconds(10), 0.2));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Refused.class, this::onRefused)
        .onMessage(Lost.class, this::onLost)
        .onMessage(Unhandled.class, this::onUnhandled)
        .build();
  }

  private Behavior<Command> onRefused(Refused refused) {
    losses.set(losses.get().oneRefused());
    getContext()
        .getLog()
        .debug(
            "refused a message [{}]: {}", refused.message().manifest(), refused.message().reason());
    return this;
  }

  private Behavior<Command> onUnhandled(Unhandled unhandled) {
    String recipient = unhandled.message().getRecipient().path().toStringWithoutAddress();
    if (recipient.startsWith(guardianPath + "/")) {
      losses.set(losses.get().oneRefused());
    }
    return this;
  }

  private Behavior<Command> onLost(Lost lost) {
    Object dropped = lost.dropped().message();
    if (dropped instanceof ActorSelectionMessage selected) {
      dropped = selected.msg();
    }
    if (!(dropped instanceof WireMessage message)) {
      return this;
    }
    losses.set(losses.get().oneDropped());
    if (message instanceof RequestFrame frame && frame.from().equals(self)) {
      supervisor.tell(new PeerSupervisor.FrameDropped(frame.to(), frame.sequence()));
    } else if (message instanceof FramePiece piece && piece.from().equals(self)) {
      supervisor.tell(new PeerSupervisor.ExchangeFailed(piece.to()));
    }
    return this;
  }
}
