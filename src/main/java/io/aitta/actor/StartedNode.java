package io.aitta.actor;

import io.aitta.model.ClusterStatus;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Refusal;
import io.aitta.model.RepairStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What the outside needs of a node whose storage is open. Safe for use by any thread. */
public final class StartedNode {
  private static final Refusal STOPPED =
      new Refusal(
          Refusal.Code.NOT_READY, "the node stopped before the request began", 0, 0, List.of());

  private final NodeContext node;
  private final NodeActors.Spawned actors;

  StartedNode(NodeActors.Spawned actors) {
    this.node = actors.node();
    this.actors = actors;
  }

  /** The node. */
  public NodeId self() {
    return node.self();
  }

  /** Takes requests: hand them in by {@link #send}. */
  public ActorRef<RequestRouter.Command> router() {
    return actors.router();
  }

  /** Takes changes of membership. */
  public ActorRef<PeerSupervisor.Command> supervisor() {
    return actors.supervisor();
  }

  /** The peers. */
  public Published<PeersSnapshot> peers() {
    return node.peers();
  }

  /** Whether this node knows the present run of another. */
  public boolean knowsRunOf(StartedNode other) {
    PeerView peer = peers().get().peer(other.self());
    return peer != null && peer.incarnation().equals(other.node.incarnation());
  }

  /** How many requests are in flight, and may be. */
  public RequestLimit limit() {
    return node.limit();
  }

  /**
   * Hands in a request, for which a place was taken from the {@link #limit}. It is answered even if
   * the node stops.
   */
  public void send(RequestRouter.Command request) {
    node.waiting()
        .add(
            request.answer(),
            () -> {
              node.limit().giveBack();
              request.refuse(STOPPED, node.callbacks());
            });
    actors.router().tell(request);
  }

  /**
   * Asks for everybody's reports.
   *
   * @param ifStopped the answer if the node stops before it begins to ask
   */
  public void gather(CompletableFuture<ClusterStatus> answer, ClusterStatus ifStopped) {
    node.waiting().add(answer, () -> answer.completeAsync(() -> ifStopped, node.callbacks()));
    actors.reports().tell(new Reports.Gather(answer));
  }

  /** Those of the given configuration's replicas that are alive, by this node's account. */
  public List<NodeId> alive(Configuration configuration) {
    return Reports.alive(configuration.replicas(), peers().get());
  }

  /**
   * Repairs this node's replicas, or that of one partition, and the others' by them.
   *
   * @param only the partition; null for all
   */
  public CompletionStage<RepairStatus> repair(@Nullable PartitionId only) {
    CompletableFuture<RepairStatus> answer = new CompletableFuture<>();
    actors.antiEntropy().tell(new AntiEntropy.Repair(only, answer));
    return answer;
  }

  /** How far the last repair is. */
  public RepairStatus repairStatus() {
    return actors.comparing().get().repair();
  }
}
