package io.aitta.actor;

import io.aitta.model.Consistency;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Gets whose answer nobody needs: whether an entry is alive that a replica did not take, only a
 * majority can say, and such a get brings it to all that lack it (protocol rule 8). Safe for use by
 * any thread.
 */
final class MajorityReads {
  private final NodeContext node;
  private final ActorRef<RequestRouter.Command> router;

  MajorityReads(NodeContext node, ActorRef<RequestRouter.Command> router) {
    this.node = node;
    this.router = router;
  }

  /** Begins one, unless no place is free for it: whoever found the difference finds it again. */
  void begin(Key key) {
    if (!node.limit().tryTake()) {
      return;
    }
    CompletableFuture<GetOutcome> unread = new CompletableFuture<>();
    GetRequest get = new GetRequest(key, Consistency.QUORUM, node.settings().timeout(), unread);
    node.waiting().add(unread, node.limit()::giveBack);
    router.tell(get);
  }
}
