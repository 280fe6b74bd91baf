package io.aitta;

import io.aitta.model.ClusterEvent;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Calls a listener with every event, one after the other. */
final class EventListener extends AbstractBehavior<EventListener.Command> {
  sealed interface Command {}

  /** Calls no more. */
  enum End implements Command {
    INSTANCE
  }

  private record Happened(ClusterEvent event) implements Command {}

  private final Consumer<? super ClusterEvent> listener;

  private EventListener(ActorContext<Command> context, Consumer<? super ClusterEvent> listener) {
    super(context);
    context.setLoggerName(EventListener.class);
    this.listener = listener;
    ClusterEvents.subscribe(
        context.getSystem(), context.messageAdapter(ClusterEvent.class, Happened::new));
  }

  static Behavior<Command> create(Consumer<? super ClusterEvent> listener) {
    return Behaviors.setup(context -> new EventListener(context, listener));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Happened.class, this::onHappened)
        .onMessage(End.class, notUsed -> Behaviors.stopped())
        .build();
  }

  private Behavior<Command> onHappened(Happened happened) {
    try {
      listener.accept(happened.event());
    } catch (RuntimeException e) {
      getContext().getLog().error("a listener failed at {}", happened.event(), e);
    }
    return this;
  }
}
