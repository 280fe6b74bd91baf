package io.aitta.actor;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Spawns a {@link ReplicationCoordinator} for every request. Whoever sends a request has taken a
 * place from the {@link RequestLimit} for it, which the coordinator gives back when it stops.
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
    getContext().spawnAnonymous(ReplicationCoordinator.create(put, node));
    return this;
  }

  private Behavior<Command> onGet(GetRequest get) {
    getContext().spawnAnonymous(ReplicationCoordinator.create(get, node));
    return this;
  }

  private Behavior<Command> onExplain(ExplainRequest explain) {
    getContext()
        .spawnAnonymous(
            Explainer.create(node, explain.key(), explain.configuration(), explain.answer()));
    return this;
  }
}
