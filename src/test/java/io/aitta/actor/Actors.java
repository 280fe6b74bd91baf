package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The ActorSystem of a test class. A message that an actor did not handle fails the test. */
final class Actors implements AfterEachCallback, AfterAllCallback {
  private final ActorTestKit kit = ActorTestKit.create("actors", ConfigFactory.load());
  private final Queue<String> unhandled = new ConcurrentLinkedQueue<>();

  Actors() {
    ActorRef<UnhandledMessage> collector =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  unhandled.add(message.getMessage() + " at " + message.getRecipient());
                  return Behaviors.same();
                }));
    kit.system().eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, collector));
  }

  ActorSystem<?> system() {
    return kit.system();
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior) {
    return kit.spawn(behavior);
  }

  <T> void stop(ActorRef<T> actor) {
    kit.stop(actor);
  }

  <T> TestProbe<T> probe(Class<T> type) {
    return kit.createTestProbe(type);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> seen = List.copyOf(unhandled);
    unhandled.clear();
    assertEquals(List.of(), seen, "messages that were not handled");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    kit.shutdownTestKit();
  }
}
