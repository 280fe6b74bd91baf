package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.Explanation;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Spawns a {@link ReplicationCoordinator} for every request. Whoever sends a request has taken a
 * place from the {@link RequestLimit} for it, which the coordinator gives back when it stops. For
 * an {@link ExplainRequest} the place is taken here.
 */
public final class RequestRouter extends AbstractBehavior<RequestRouter.Command> {

  /** What it takes. */
  public sealed interface Command permits PutRequest, GetRequest, ExplainRequest {}

  private final NodeContext node;

  private RequestRouter(ActorContext<Command> context, NodeContext node) {
    super(context);
    this.node = node;
  }

  static Behavior<Command> create(NodeContext node) {
    return Behaviors.setup(context -> new RequestRouter(context, node));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(PutRequest.class, this::onPut)
        .onMessage(GetRequest.class, this::onGet)
        .onMessage(ExplainRequest.class, this::onExplain)
        .build();
  }

  private Behavior<Command> onPut(PutRequest put) {
    getContext().spawnAnonymous(ReplicationCoordinator.create(put, node), Dispatchers.requests());
    return this;
  }

  private Behavior<Command> onGet(GetRequest get) {
    getContext().spawnAnonymous(ReplicationCoordinator.create(get, node), Dispatchers.requests());
    return this;
  }

  /** When there is no place for it, the answer names the members alone. */
  private Behavior<Command> onExplain(ExplainRequest explain) {
    if (!node.limit().tryTake()) {
      Configuration asked = explain.configuration();
      explain
          .answer()
          .completeAsync(
              () -> new Explanation(asked.partition(), asked.epoch(), asked.members(), List.of()),
              node.callbacks());
      return this;
    }
    getContext()
        .spawnAnonymous(
            Explainer.create(node, explain.key(), explain.configuration(), explain.answer()));
    return this;
  }
}
