package io.aitta.actor;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What waits or is in flight on a node's links to its peers. */
public final class Links {
  private Links() {}

  /** The requests on all links of a node. */
  public static int requests(ActorSystem<?> system, StartedNode node) {
    int requests = 0;
    for (PeerView peer : node.peers().get().peers().values()) {
      if (!peer.description().node().equals(node.self())) {
        requests += requests(system, peer.replica());
      }
    }
    return requests;
  }

  private static int requests(ActorSystem<?> system, ActorRef<Ask> peer) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    ActorRef<Integer> replyTo =
        system.systemActorOf(
            Behaviors.<Integer>receiveMessage(
                count -> {
                  answer.complete(count);
                  return Behaviors.stopped();
                }),
            "count-" + System.nanoTime(),
            Props.empty());
    ActorRef<Peer.Command> link = peer.unsafeUpcast();
    link.tell(new Peer.CountRequests(replyTo));
    return answer.join();
  }
}
