package io.aitta.testkit;

import io.aitta.ClusterEvents;
import io.aitta.model.ClusterEvent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** What the nodes of a test cluster told since a moment. */
final class SeenEvents implements AutoCloseable {
  private final Queue<ClusterEvent> seen = new ConcurrentLinkedQueue<>();
  private final TestCluster cluster;
  private final ClusterEvents.Listening listening;

  SeenEvents(TestCluster cluster) {
    this.cluster = cluster;
    this.listening = cluster.listen(seen::add);
  }

  <E extends ClusterEvent> List<E> of(Class<E> type) {
    return seen.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <E extends ClusterEvent> void await(Class<E> type, Predicate<E> condition) {
    cluster.await(
        "a " + type.getSimpleName() + " among " + seen.size() + " events",
        () -> of(type).stream().anyMatch(condition));
  }

  @Override
  public void close() {
    listening.close();
  }
}
