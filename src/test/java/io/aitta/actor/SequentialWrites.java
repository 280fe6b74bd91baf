package io.aitta.actor;

import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A control arm: writes an entry to replicas one after the other, each when the one before has
 * answered.
 */
public final class SequentialWrites {
  private SequentialWrites() {}

  /** Completes with how many replicas applied the entry. */
  public static CompletableFuture<Integer> write(
      ActorSystem<?> system, StartedNode from, List<NodeId> replicas, Key key, Entry entry) {
    CompletableFuture<Integer> applied = new CompletableFuture<>();
    Behavior<Replied> behavior =
        Behaviors.setup(
            context -> {
              ask(context.getSelf(), from, replicas.get(0), key, entry);
              return writing(from, replicas, 1, 0, key, entry, applied);
            });
    system.systemActorOf(behavior, "sequential-" + key.name(), Props.empty());
    return applied;
  }

  private static Behavior<Replied> writing(
      StartedNode from,
      List<NodeId> replicas,
      int asked,
      int applied,
      Key key,
      Entry entry,
      CompletableFuture<Integer> done) {
    return Behaviors.receive(
        (context, replied) -> {
          boolean isApplied =
              replied.reply() instanceof ReplicaReply.Wrote wrote && wrote.result().isApplied();
          int now = applied + (isApplied ? 1 : 0);
          if (asked == replicas.size()) {
            done.complete(now);
            return Behaviors.stopped();
          }
          ask(context.getSelf(), from, replicas.get(asked), key, entry);
          return writing(from, replicas, asked + 1, now, key, entry, done);
        });
  }

  private static void ask(
      ActorRef<Replied> self, StartedNode from, NodeId replica, Key key, Entry entry) {
    PeerView peer = from.peers().get().peer(replica);
    if (peer == null) {
      throw new IllegalStateException("not heard: " + replica);
    }
    peer.replica()
        .tell(
            new Ask(
                new ReplicaRequest.Write(key, Epoch.FIRST, entry, WriteOrigin.PUT),
                peer.incarnation(),
                1,
                System.nanoTime() + Duration.ofSeconds(10).toNanos(),
                self));
  }
}
