package io.aitta;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Speaks the typed protocol for one store: every command is answered exactly once, perhaps after
 * the answer to a later one. Keeps nothing: a crash, as of a message that is no command, restarts
 * it and loses nothing.
 *
 * @param <V> the values
 */
public final class StoreActor<V> extends AbstractBehavior<StoreCommand<V>> {
  private final Store<V> store;

  private StoreActor(ActorContext<StoreCommand<V>> context, Store<V> store) {
    super(context);
    this.store = store;
  }

  /** An actor for a store, to be spawned wherever you like, as often as you like. */
  public static <V> Behavior<StoreCommand<V>> create(Store<V> store) {
    return Behaviors.supervise(
            Behaviors.<StoreCommand<V>>setup(context -> new StoreActor<>(context, store)))
        .onFailure(SupervisorStrategy.restart());
  }

  @Override
  public Receive<StoreCommand<V>> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<StoreCommand<V>> onCommand(StoreCommand<V> command) {
    if (command instanceof StoreCommand.Put<V> put) {
      answer(
          put.replyTo(),
          () -> store.put(put.key(), put.value(), put.options()),
          result -> new StoreReply.PutEnded<>(put.key(), result));
    } else if (command instanceof StoreCommand.Delete<V> delete) {
      answer(
          delete.replyTo(),
          () -> store.delete(delete.key(), delete.options()),
          result -> new StoreReply.PutEnded<>(delete.key(), result));
    } else if (command instanceof StoreCommand.Get<V> get) {
      answer(
          get.replyTo(),
          () -> store.get(get.key(), get.options()),
          result -> new StoreReply.GetEnded<>(get.key(), result));
    } else if (command instanceof StoreCommand.PutAll<V> puts) {
      answer(
          puts.replyTo(),
          () -> store.putAll(puts.values(), puts.options()),
          StoreReply.PutAllEnded::new);
    } else if (command instanceof StoreCommand.GetAll<V> gets) {
      answer(
          gets.replyTo(),
          () -> store.getAll(gets.keys(), gets.options()),
          StoreReply.GetAllEnded::new);
    }
    return this;
  }

  private <R> void answer(
      ActorRef<StoreReply<V>> replyTo,
      Supplier<CompletionStage<R>> operation,
      Function<R, StoreReply<V>> reply) {
    try {
      // A tell is safe from any thread; nothing of this actor is touched there.
      operation.get().thenAccept(result -> replyTo.tell(reply.apply(result)));
    } catch (RuntimeException e) { // one sender's misuse must not end the actor of the others
      replyTo.tell(
          new StoreReply.Misused<>(e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }
}
