package io.aitta.actor;

import io.aitta.model.ClusterStatus;
import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;

/** What the outside needs of a node whose storage is open. Safe for use by any thread. */
public final class StartedNode {
  private static final Refusal STOPPED =
      new Refusal(
          Refusal.Code.NOT_READY, "the node stopped before the request began", 0, 0, List.of());

  private final NodeContext node;
  private final ActorRef<RequestRouter.Command> router;
  private final ActorRef<Reports.Command> reports;
  private final ActorRef<PeerSupervisor.Command> supervisor;

  StartedNode(
      NodeContext node,
      ActorRef<RequestRouter.Command> router,
      ActorRef<Reports.Command> reports,
      ActorRef<PeerSupervisor.Command> supervisor) {
    this.node = node;
    this.router = router;
    this.reports = reports;
    this.supervisor = supervisor;
  }

  /** The node. */
  public NodeId self() {
    return node.self();
  }

  /** Takes requests: hand them in by {@link #send}. */
  public ActorRef<RequestRouter.Command> router() {
    return router;
  }

  /** Takes changes of membership. */
  public ActorRef<PeerSupervisor.Command> supervisor() {
    return supervisor;
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
    router.tell(request);
  }

  /**
   * Asks for everybody's reports.
   *
   * @param ifStopped the answer if the node stops before it begins to ask
   */
  public void gather(CompletableFuture<ClusterStatus> answer, ClusterStatus ifStopped) {
    node.waiting().add(answer, () -> answer.completeAsync(() -> ifStopped, node.callbacks()));
    reports.tell(new Reports.Gather(answer));
  }

  /** Those of the given configuration's replicas that are alive, by this node's account. */
  public List<NodeId> alive(Configuration configuration) {
    return Reports.alive(configuration.replicas(), peers().get());
  }
}
