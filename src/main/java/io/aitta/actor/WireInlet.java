package io.aitta.actor;

import io.aitta.model.WireMessage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.pf.PFBuilder;

/**
 * Spawns actors that take messages from the network at a fixed name beside their own commands. What
 * the inlet does not name is unhandled, and harms nothing.
 */
final class WireInlet {
  private WireInlet() {}

  /**
   * Spawns an actor.
   *
   * @param messages the commands that messages from the network become
   * @return takes the actor's own commands
   */
  static <C> ActorRef<C> spawn(
      ActorContext<?> context,
      Behavior<C> behavior,
      Function<PFBuilder<WireMessage, C>, PFBuilder<WireMessage, C>> messages,
      String name,
      Props props) {
    Behavior<WireMessage> open = Behaviors.transformMessages(WireMessage.class, behavior, messages);
    // The transformation lets through whatever is no WireMessage, so the actor takes both.
    return context.spawn(open, name, props).unsafeUpcast();
  }
}
