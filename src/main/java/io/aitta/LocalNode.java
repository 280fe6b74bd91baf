package io.aitta;

import io.aitta.actor.ExplainRequest;
import io.aitta.actor.GetRequest;
import io.aitta.actor.NodePorts;
import io.aitta.actor.NodeSettings;
import io.aitta.actor.PutRequest;
import io.aitta.actor.RequestLimit;
import io.aitta.actor.RequestRouter;
import io.aitta.actor.ServiceState;
import io.aitta.actor.StartedNode;
import io.aitta.codec.Codec;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterStatus;
import io.aitta.model.Epoch;
import io.aitta.model.Explanation;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.RepairStatus;
import io.aitta.partition.ConfigurationTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** A node whose actors live in this process: checks what it is given, and hands it to them. */
public final class LocalNode implements AittaNode {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(3653);

  private final NodeSettings settings;
  private final NodePorts ports;

  /**
   * Joins a node's actors to the API.
   *
   * @param ports the same that its guardian was created with
   */
  public LocalNode(NodeSettings settings, NodePorts ports) {
    this.settings = settings;
    this.ports = ports;
  }

  @Override
  public NodeId id() {
    StartedNode node = ports.started().get().orElse(null);
    return node == null ? NodeId.NONE : node.self();
  }

  @Override
  public CompletionStage<PutResult> put(Key key, Bytes value, String codec, WriteOptions options) {
    checkPut(key, value, codec, options);
    Duration timeToLive = options.timeToLive();
    return write(
        key, false, codec, value, timeToLive == null ? Duration.ZERO : timeToLive, options);
  }

  @Override
  public void checkPut(Key key, Bytes value, String codec, WriteOptions options) {
    checkKey(key);
    Codec.requireId(codec);
    if (value.size() > settings.maxValueBytes()) {
      throw new IllegalArgumentException(
          "value must have at most ["
              + settings.maxValueBytes()
              + "] bytes, has ["
              + value.size()
              + "]");
    }
    Duration timeToLive = options.timeToLive();
    if (timeToLive != null
        && (timeToLive.compareTo(MILLISECOND) < 0 || timeToLive.compareTo(MAX_TIME_TO_LIVE) > 0)) {
      throw new IllegalArgumentException(
          "timeToLive must be in [1 ms, "
              + MAX_TIME_TO_LIVE.toDays()
              + " days], was ["
              + timeToLive
              + "]");
    }
    timeout(options.timeout());
  }

  @Override
  public void checkGet(Key key, ReadOptions options) {
    checkKey(key);
    timeout(options.timeout());
  }

  @Override
  public CompletionStage<PutResult> delete(Key key, WriteOptions options) {
    checkKey(key);
    return write(key, true, "", Bytes.EMPTY, Duration.ZERO, options);
  }

  private CompletionStage<PutResult> write(
      Key key,
      boolean isDelete,
      String codec,
      Bytes value,
      Duration timeToLive,
      WriteOptions options) {
    CompletableFuture<PutOutcome> answer = new CompletableFuture<>();
    CompletableFuture<Optional<Receipt>> settled = new CompletableFuture<>();
    send(
        new PutRequest(
            key,
            isDelete,
            codec,
            value,
            timeToLive,
            options.consistency(),
            timeout(options.timeout()),
            answer,
            settled));
    return answer.thenApply(outcome -> new PutResult(outcome, settled));
  }

  @Override
  public CompletionStage<GetOutcome> get(Key key, ReadOptions options) {
    checkKey(key);
    CompletableFuture<GetOutcome> answer = new CompletableFuture<>();
    send(new GetRequest(key, options.consistency(), timeout(options.timeout()), answer));
    return answer;
  }

  private void send(RequestRouter.Command request) {
    StartedNode node = ports.started().get().orElse(null);
    if (node == null || !isReady()) {
      request.refuse(notReady(), ports.callbacks());
    } else {
      send(node, request);
    }
  }

  private void send(StartedNode node, RequestRouter.Command request) {
    RequestLimit limit = node.limit();
    if (limit.tryTake()) {
      node.send(request);
    } else {
      Refusal overloaded =
          new Refusal(
              Refusal.Code.OVERLOADED,
              "this node has [" + limit.max() + "] requests in flight, as many as are allowed",
              limit.max(),
              limit.taken(),
              List.of());
      request.refuse(overloaded, ports.callbacks());
    }
  }

  private Refusal notReady() {
    return new Refusal(
        Refusal.Code.NOT_READY, "this node is not ready: " + condition(), 0, 0, List.of());
  }

  private void checkKey(Key key) {
    int bytes = key.nameBytes();
    if (bytes > settings.maxKeyBytes()) {
      throw new IllegalArgumentException(
          "key must have at most [" + settings.maxKeyBytes() + "] bytes, has [" + bytes + "]");
    }
  }

  private Duration timeout(@Nullable Duration wanted) {
    if (wanted == null) {
      return settings.timeout();
    }
    if (wanted.compareTo(MILLISECOND) < 0 || wanted.compareTo(settings.maxTimeout()) > 0) {
      throw new IllegalArgumentException(
          "timeout must be in [1 ms, "
              + settings.maxTimeout().toMillis()
              + " ms], was ["
              + wanted
              + "]");
    }
    return wanted;
  }

  @Override
  public CompletionStage<ClusterStatus> status() {
    CompletableFuture<ClusterStatus> answer = new CompletableFuture<>();
    ClusterStatus nothingKnown =
        new ClusterStatus(
            null,
            id(),
            false,
            settings.shape().partitions(),
            settings.shape().replicationFactor(),
            settings.shape().partitions(),
            settings.shape().partitions(),
            0,
            0,
            0,
            0,
            0,
            List.of(),
            List.of(),
            List.of());
    StartedNode node = ports.started().get().orElse(null);
    if (node == null) {
      answer.completeAsync(() -> nothingKnown, ports.callbacks());
    } else {
      node.gather(answer, nothingKnown);
    }
    return answer;
  }

  @Override
  public List<PartitionStatus> partitions() {
    StartedNode node = ports.started().get().orElse(null);
    ConfigurationTable configurations = ports.service().get().configurations();
    if (node == null || configurations == null) {
      return List.of();
    }
    return configurations.all().stream()
        .map(
            configuration ->
                new PartitionStatus(
                    configuration.partition(),
                    configuration.epoch(),
                    configuration.members(),
                    configuration.successors(),
                    configurations.isServed(configuration.partition()),
                    node.alive(configuration),
                    Math.max(
                        0, settings.shape().replicationFactor() - configuration.members().size())))
        .toList();
  }

  @Override
  public CompletionStage<Explanation> explain(Key key) {
    StartedNode node = ports.started().get().orElse(null);
    ConfigurationTable configurations = ports.service().get().configurations();
    CompletableFuture<Explanation> answer = new CompletableFuture<>();
    if (node == null || configurations == null) {
      PartitionId partition = PartitionId.of(key, settings.shape().partitions());
      answer.completeAsync(
          () -> new Explanation(partition, Epoch.NONE, List.of(), List.of()), ports.callbacks());
    } else {
      send(node, new ExplainRequest(key, configurations.configurationOf(key), answer));
    }
    return answer;
  }

  @Override
  public boolean isReady() {
    return ports.service().get().isServing();
  }

  @Override
  public String condition() {
    return ports.service().get().condition();
  }

  /** Whether the node failed for good. */
  public boolean hasFailed() {
    return ports.service().get().phase() == ServiceState.Phase.FAILED;
  }

  @Override
  public boolean isSettled() {
    return isReady() && ports.settled().get();
  }

  @Override
  public boolean hasSettled() {
    return isReady() && ports.hasSettled().get();
  }

  @Override
  public String settlingCondition() {
    return isReady() && !ports.hasSettled().get() ? ports.settlingCondition() : condition();
  }

  @Override
  public CompletionStage<Done> leave() {
    ports.leave();
    return ports.whenLeft();
  }

  @Override
  public CompletionStage<Void> whenReady() {
    return ports.whenServing();
  }

  @Override
  public CompletionStage<RepairStatus> repair(@Nullable PartitionId only) {
    StartedNode node = ports.started().get().orElse(null);
    return node == null || !isReady()
        ? CompletableFuture.completedStage(RepairStatus.NONE)
        : node.repair(only);
  }

  @Override
  public RepairStatus repairStatus() {
    return ports.started().get().map(StartedNode::repairStatus).orElse(RepairStatus.NONE);
  }
}
