package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.RepairStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A repair of the replicas of the node that is asked, and how far it is. */
final class RepairRoutes {
  static final Set<String> METHODS = Set.of("GET", "POST");

  private final AittaNode node;

  RepairRoutes(AittaNode node) {
    this.node = node;
  }

  Operation operation(HttpRequest request, Map<String, String> query) {
    if (!request.method().value().equals("POST")) {
      new Parameters(query, Set.of());
      return Operation.withoutBody(
          () -> CompletableFuture.completedStage(Answers.json(200, shape(node.repairStatus()))));
    }
    new Parameters(query, Set.of("partition"));
    if (!node.isReady()) {
      throw new HttpProblem(
          503, new ApiError("NOT_READY", node.condition(), null, null), Answers.RETRY_SOON);
    }
    PartitionId only = partition(query.get("partition"), node.partitions());
    return Operation.withoutBody(
        () -> node.repair(only).thenApply(status -> Answers.json(200, shape(status))));
  }

  private static @Nullable PartitionId partition(
      @Nullable String text, List<PartitionStatus> partitions) {
    if (text == null) {
      return null;
    }
    String bound = "in [0, " + (partitions.size() - 1) + "]";
    try {
      int value = Integer.parseInt(text);
      if (value >= 0 && value < partitions.size()) {
        return new PartitionId(value);
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw HttpProblem.badRequest(
        "BAD_PARAMETER", "partition must be " + bound + ", was [" + text + "]", text, bound);
  }

  private static RepairShape shape(RepairStatus status) {
    return new RepairShape(
        status.partitions(),
        status.building(),
        status.pairs(),
        status.compared(),
        status.failed(),
        status.unreachable(),
        status.differences(),
        status.bytes(),
        status.complete());
  }

  record RepairShape(
      int partitions,
      int building,
      int pairs,
      int compared,
      int failed,
      int unreachable,
      long differences,
      long bytes,
      boolean complete) {}
}
