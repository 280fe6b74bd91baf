package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.model.ClusterStatus;
import io.aitta.model.NodeReport;
import io.aitta.model.PeerState;
import io.aitta.model.PeerStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Begins the leaving of the node, and tells how far it is; asked again, it only tells. */
final class LeaveRoute {
  private final AittaNode node;

  LeaveRoute(AittaNode node) {
    this.node = node;
  }

  CompletionStage<HttpResponse> answer() {
    return node.status().thenApply(this::answer);
  }

  private HttpResponse answer(ClusterStatus status) {
    PeerStatus self = status.peers().stream().filter(PeerStatus::self).findFirst().orElse(null);
    if (!node.isReady() || self == null) {
      return Routes.notReady(node.condition());
    }
    // Asked first: a node that said that it goes cannot take it back.
    if (!self.leaving() && status.peers().stream().noneMatch(LeaveRoute::takesOver)) {
      return nobody();
    }
    CompletableFuture<Done> left = node.leave().toCompletableFuture();
    if (left.isCompletedExceptionally()) {
      return nobody();
    }
    boolean hasLeft = left.isDone();
    return Answers.json(hasLeft ? 200 : 202, JsonShapes.LeaveShape.of(self, hasLeft));
  }

  private static boolean takesOver(PeerStatus peer) {
    NodeReport report = peer.report();
    return !peer.self()
        && !peer.leaving()
        && peer.state() == PeerState.ALIVE
        && report != null
        && report.ready();
  }

  private static HttpResponse nobody() {
    return Answers.problem(
        new HttpProblem(
            503,
            new ApiError(
                "NOBODY_TAKES_OVER",
                "no other node is there to take what this one holds",
                null,
                null)));
  }
}
