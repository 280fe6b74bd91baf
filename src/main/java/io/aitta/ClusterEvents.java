package io.aitta;

import io.aitta.model.ClusterEvent;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.eventstream.EventStream;

/**
 * What happens in the cluster, as the nodes in one ActorSystem know it: {@link ClusterEvent}s. They
 * go over the typed event stream of the ActorSystem, to which an actor may subscribe by itself as
 * well. For watching only: an event may be lost.
 */
public final class ClusterEvents {
  /** So many may wait for a listener; more are lost, as dead letters. */
  private static final int MAX_WAITING = 1000;

  private static final String CALLBACKS = "aitta.callback-dispatcher";
  private static final AtomicLong LISTENERS = new AtomicLong(); // that were made: names them

  private ClusterEvents() {}

  /** Sends every event from now on to an actor, until that stops or {@link #unsubscribe}s. */
  public static void subscribe(ActorSystem<?> system, ActorRef<ClusterEvent> subscriber) {
    system.eventStream().tell(new EventStream.Subscribe<>(ClusterEvent.class, subscriber));
  }

  /** Sends no more events to an actor. */
  public static void unsubscribe(ActorSystem<?> system, ActorRef<ClusterEvent> subscriber) {
    system.eventStream().tell(new EventStream.Unsubscribe<>(subscriber));
  }

  /**
   * Calls a listener with every event from now on, one after the other, on the executor of {@code
   * aitta.callback-dispatcher}. If the listener throws, that is logged, and it is called with the
   * next. Of those that wait for a slow listener, 1,000 are kept.
   *
   * @return ends it
   */
  public static Listening listen(ActorSystem<?> system, Consumer<? super ClusterEvent> listener) {
    ActorRef<EventListener.Command> actor =
        system.systemActorOf(
            EventListener.create(listener),
            "aitta-listener-" + LISTENERS.incrementAndGet(),
            MailboxSelector.bounded(MAX_WAITING)
                .withNext(DispatcherSelector.fromConfig(CALLBACKS)));
    return () -> actor.tell(EventListener.End.INSTANCE);
  }

  /** A listener that is called. */
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    /** No events that happen later are passed to the listener. */
    @Override
    void close();
  }
}
