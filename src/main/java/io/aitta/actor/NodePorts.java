package io.aitta.actor;

import io.aitta.partition.ConfigurationTable;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageSettings;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;

/**
 * What joins a node to its surroundings.
 *
 * @param base the path of this node's guardian with its address, as others reach it
 * @param transport reaches the others
 * @param engines opens the storage
 * @param physicalMillis the wall clock, in milliseconds since the Unix epoch
 * @param callbacks runs what users attached to their futures
 * @param service where the node publishes whether it serves
 * @param serving completed when the node serves, or exceptionally if it never will
 * @param stopped completed when the node's actors stopped and its storage is closed
 * @param starting completed when the node's storage is open; never if it cannot be opened
 * @param leaving whether this node is about to go; see {@link #leave}
 * @param left completed when a node that leaves holds nothing any more, or exceptionally if nobody
 *     is there to take it
 * @param driving whether this node drives changes of configurations; see {@link #drive}
 * @param settled where the node publishes whether it holds what it is to hold
 * @param hasSettled whether it did so at any time since it started
 * @param loading where the node publishes what it takes over
 * @param started where the node publishes itself once its storage is open; empty until then
 */
public record NodePorts(
    String base,
    Transport transport,
    EngineOpener engines,
    LongSupplier physicalMillis,
    Executor callbacks,
    Published<ServiceState> service,
    CompletableFuture<Void> serving,
    CompletableFuture<Done> stopped,
    CompletableFuture<StartedNode> starting,
    Published<Boolean> leaving,
    CompletableFuture<Done> left,
    Published<Boolean> driving,
    Published<Boolean> settled,
    Published<Boolean> hasSettled,
    Published<LoadingProgress> loading,
    Published<Optional<StartedNode>> started) {

  /** Joins a node to its surroundings, before it started. */
  public static NodePorts of(
      String base,
      Transport transport,
      EngineOpener engines,
      LongSupplier physicalMillis,
      Executor callbacks) {
    return new NodePorts(
        base,
        transport,
        engines,
        physicalMillis,
        callbacks,
        new Published<>(ServiceState.starting("opening the storage")),
        new CompletableFuture<>(),
        new CompletableFuture<>(),
        new CompletableFuture<>(),
        new Published<>(false),
        new CompletableFuture<>(),
        new Published<>(false),
        new Published<>(false),
        new Published<>(false),
        new Published<>(LoadingProgress.NONE),
        new Published<>(Optional.empty()));
  }

  /** Completes when the node serves, or fails with the reason if it never will. */
  public CompletionStage<Void> whenServing() {
    return serving.minimalCompletionStage();
  }

  /** Completes when the node's storage is open and its actors run. */
  public CompletionStage<StartedNode> whenStarted() {
    return starting.minimalCompletionStage();
  }

  /** Tells the node that it is about to go: others take over what it holds. */
  public void leave() {
    leaving.set(true);
  }

  /**
   * Completes when a node that leaves has given everything to others, or fails if nobody is there
   * to take it.
   */
  public CompletionStage<Done> whenLeft() {
    return left.minimalCompletionStage();
  }

  /** What a node that serves and does not hold everything waits for, in one sentence. */
  public String settlingCondition() {
    LoadingProgress progress = loading.get();
    return "it takes over what it is to hold: "
        + progress.partitions()
        + " partitions are loaded now, "
        + progress.bytes()
        + " bytes came so far";
  }

  /** What a node that leaves still holds, in words. */
  String missingToLeave() {
    StartedNode node = started.get().orElse(null);
    ConfigurationTable table = service.get().configurations();
    return node == null || table == null
        ? "it did not serve"
        : "it is still a replica of partitions " + table.replicasOf(node.self());
  }

  /** Tells the node whether it drives changes of configurations; one in a cluster should. */
  public void drive(boolean isDriving) {
    driving.set(isDriving);
  }

  void publishSettled(boolean isSettled) {
    settled.set(isSettled);
    if (isSettled) {
      hasSettled.set(true);
    }
  }

  void publishLeft() {
    left.completeAsync(Done::getInstance, callbacks);
  }

  void publishNobodyTakesOver() {
    callbacks.execute(
        () ->
            left.completeExceptionally(
                new IllegalStateException("no other node is there to take its data")));
  }

  void publish(StartedNode node) {
    started.set(Optional.of(node));
    starting.completeAsync(() -> node, callbacks);
  }

  void publish(ServiceState state) {
    service.set(state);
    if (state.isServing()) {
      serving.completeAsync(() -> null, callbacks);
    } else if (state.phase() == ServiceState.Phase.FAILED
        || state.phase() == ServiceState.Phase.STOPPED) {
      callbacks.execute(
          () -> serving.completeExceptionally(new IllegalStateException(state.condition())));
    }
  }

  /** Opens a storage engine. */
  @FunctionalInterface
  public interface EngineOpener {
    /** Opens it, or says why not. */
    StorageEngine open(String engine, StorageSettings settings) throws StorageException;
  }
}
