package io.aitta;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Several requests of which a bounded number is in flight at once: one that ends begins the next.
 */
final class Batch<R> {
  private final List<String> keys;
  private final List<Supplier<CompletionStage<R>>> requests;
  private final int parallel;
  private final AtomicReferenceArray<R> results;
  private final AtomicInteger wanted = new AtomicInteger(); // whoever raises it from 0 begins
  private int begun; // touched by that one alone
  private final AtomicInteger ended = new AtomicInteger();
  private final CompletableFuture<Map<String, R>> all = new CompletableFuture<>();

  Batch(Map<String, Supplier<CompletionStage<R>>> requests, int parallel) {
    this.keys = List.copyOf(requests.keySet());
    this.requests = List.copyOf(requests.values());
    this.parallel = parallel;
    this.results = new AtomicReferenceArray<>(keys.size());
  }

  CompletionStage<Map<String, R>> start() {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    beginMore(Math.min(parallel, keys.size()));
    return all;
  }

  /**
   * Begins requests in a loop: one that ends at once asks for the next without deepening the stack.
   */
  private void beginMore(int more) {
    if (wanted.getAndAdd(more) != 0) {
      return;
    }
    do {
      if (begun < keys.size()) {
        begin(begun++);
      }
    } while (wanted.decrementAndGet() != 0);
  }

  private void begin(int index) {
    try {
      requests
          .get(index)
          .get()
          .whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  end(index, result);
                } else {
                  all.completeExceptionally(failure);
                }
              });
    } catch (RuntimeException e) {
      all.completeExceptionally(e); // misuse that shows late must not leave the batch waiting
    }
  }

  private void end(int index, R result) {
    results.set(index, result);
    if (ended.incrementAndGet() == keys.size()) {
      all.complete(collect());
    } else {
      beginMore(1);
    }
  }

  private Map<String, R> collect() {
    Map<String, R> collected = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      collected.put(keys.get(i), results.get(i));
    }
    return collected;
  }
}
