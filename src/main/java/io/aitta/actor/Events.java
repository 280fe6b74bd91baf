package io.aitta.actor;

import io.aitta.model.ClusterEvent;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.eventstream.EventStream;

/**
 * Tells whoever is subscribed to the ActorSystem's event stream what happened. Nothing of the store
 * listens: an event that is lost changes nothing. Called by the actor that made the change, after
 * it took effect.
 */
final class Events {
  private Events() {}

  static void tell(ActorSystem<?> system, ClusterEvent event) {
    system.eventStream().tell(new EventStream.Publish<>(event));
  }
}
