package io.aitta.actor;

import io.aitta.model.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Spawns a {@link ReplicationCoordinator} or an {@link Explainer} for every request. Whoever sends
 * one has taken a place from the {@link RequestLimit} for it, which the spawned actor gives back
 * when it stops, and has added it to the {@link WaitingRequests}, which it leaves here.
 *
 * <p>A crash of this actor stops the node's guardian, and with it the node.
 */
public final class RequestRouter extends AbstractBehavior<RequestRouter.Command> {

  /** What it takes. */
  public sealed interface Command permits PutRequest, GetRequest, ExplainRequest {

    /** Where the answer goes. */
    CompletableFuture<?> answer();

    /** Answers a request that never began. */
    void refuse(Refusal refusal, Executor callbacks);
  }

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
    return takeUp(put, ReplicationCoordinator.create(put, node));
  }

  private Behavior<Command> onGet(GetRequest get) {
    return takeUp(get, ReplicationCoordinator.create(get, node));
  }

  private Behavior<Command> onExplain(ExplainRequest explain) {
    return takeUp(
        explain, Explainer.create(node, explain.key(), explain.configuration(), explain.answer()));
  }

  /**
   * Even if this actor stops at once, an actor that is spawned begins, and answers when it ends.
   */
  private <T> Behavior<Command> takeUp(Command request, Behavior<T> coordinator) {
    getContext().spawnAnonymous(coordinator, Dispatchers.requests());
    node.waiting().takenUp(request.answer());
    return this;
  }
}
