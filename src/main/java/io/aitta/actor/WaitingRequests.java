package io.aitta.actor;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that were handed to an actor of this node which has not taken them up yet. Whoever takes
 * one up answers it. Those that are left when the node's actors have stopped, since they lay in a
 * mailbox or came later, never began: they are refused here. Safe for use by any thread.
 */
@SuppressWarnings("CollectionUndefinedEquality") // a future is equal to itself alone, as wanted
final class WaitingRequests {
  // By the future that the answer goes to, with what refuses the request.
  private final Map<CompletableFuture<?>, Runnable> waiting = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  /** Adds a request before it is sent. After {@link #close} it is refused at once. */
  void add(CompletableFuture<?> answer, Runnable refusal) {
    waiting.put(answer, refusal);
    if (isClosed) {
      refuse(answer);
    }
  }

  /** Records that an actor answers for the request from now on. */
  void takenUp(CompletableFuture<?> answer) {
    waiting.remove(answer);
  }

  /** Refuses what waits and what is added from now on. Nothing is taken up any more. */
  void close() {
    isClosed = true;
    waiting.keySet().forEach(this::refuse);
  }

  private void refuse(CompletableFuture<?> answer) {
    Runnable refusal = waiting.remove(answer);
    if (refusal != null) {
      refusal.run();
    }
  }
}
