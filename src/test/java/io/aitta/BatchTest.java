package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchTest {
  private final List<CompletableFuture<Integer>> begun = new ArrayList<>();

  private Map<String, Supplier<CompletionStage<Integer>>> requests(int count) {
    Map<String, Supplier<CompletionStage<Integer>>> requests = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      requests.put(
          "key-" + i,
          () -> {
            CompletableFuture<Integer> request = new CompletableFuture<>();
            begun.add(request);
            return request;
          });
    }
    return requests;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverHasMoreInFlightThanAllowedAndKeepsTheOrder(long seed) {
    Random random = new Random(seed);
    CompletableFuture<Map<String, Integer>> all =
        new Batch<>(requests(100), 7).start().toCompletableFuture();
    List<Integer> unfinished = new ArrayList<>();
    int seen = 0;
    for (int ended = 0; ended < 100; ended++) {
      for (; seen < begun.size(); seen++) {
        unfinished.add(seen);
      }
      assertEquals(Math.min(7, 100 - ended), unfinished.size());
      assertFalse(all.isDone());
      int index = unfinished.remove(random.nextInt(unfinished.size()));
      begun.get(index).complete(index);
    }
    Map<String, Integer> results = all.join();
    assertEquals(List.copyOf(requests(100).keySet()), List.copyOf(results.keySet()));
    assertEquals(IntStream.range(0, 100).boxed().toList(), List.copyOf(results.values()));
  }

  @Test
  void manyThatEndAtOnceDoNotDeepenTheStack() {
    Map<String, Supplier<CompletionStage<Integer>>> requests = new LinkedHashMap<>();
    for (int i = 0; i < 200_000; i++) {
      int index = i;
      requests.put("key-" + i, () -> CompletableFuture.completedFuture(index));
    }
    assertEquals(200_000, new Batch<>(requests, 1).start().toCompletableFuture().join().size());
  }

  @Test
  void nothingToDoIsDone() {
    assertTrue(new Batch<>(requests(0), 1).start().toCompletableFuture().join().isEmpty());
  }

  @Test
  void misuseThatShowsLateEndsTheBatchInsteadOfLeavingItWaiting() {
    Map<String, Supplier<CompletionStage<Integer>>> requests = requests(1);
    requests.put(
        "misused",
        () -> {
          throw new IllegalArgumentException("too large");
        });
    CompletableFuture<Map<String, Integer>> all =
        new Batch<>(requests, 1).start().toCompletableFuture();
    assertFalse(all.isDone());
    begun.get(0).complete(0);
    CompletionException failed = assertThrows(CompletionException.class, all::join);
    assertEquals(
        "java.lang.IllegalArgumentException: too large", String.valueOf(failed.getCause()));
  }
}
