package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that is stopped while it is asked. */
final class StopTest {
  private static final int BEFORE = 500;
  private static final int AFTER = 500;

  private final List<CompletableFuture<PutResult>> puts = new ArrayList<>();
  private final List<CompletableFuture<GetOutcome>> gets = new ArrayList<>();
  private final List<CompletableFuture<?>> all = new ArrayList<>();

  private void ask(AittaNode node, int number) {
    Key key = Key.of("stop", "key-" + number);
    puts.add(
        node.put(key, Bytes.ofUtf8("v"), "string", WriteOptions.DEFAULT).toCompletableFuture());
    gets.add(node.get(key, ReadOptions.DEFAULT).toCompletableFuture());
    all.add(node.explain(key).toCompletableFuture());
    if (number % 50 == 0) {
      all.add(node.status().toCompletableFuture());
    }
  }

  @Test
  void everyRequestIsAnsweredWhetherItCameBeforeTheNodeStoppedOrAfter() throws Exception {
    try (TestCluster cluster = TestCluster.of(1).start()) {
      AittaNode node = cluster.node(0);
      ask(node, 0);
      assertTrue(puts.get(0).join().isWritten(), puts.get(0).join().toString());
      CountDownLatch begun = new CountDownLatch(BEFORE);
      Thread asking =
          new Thread(
              () -> {
                while (node.isReady()) {
                  ask(node, puts.size());
                  begun.countDown();
                }
                for (int i = 0; i < AFTER; i++) {
                  ask(node, puts.size());
                }
              },
              "asking");
      asking.start();
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      cluster.kill(0);
      asking.join();
      all.addAll(puts);
      all.addAll(gets);
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      for (CompletableFuture<PutResult> put : puts) {
        put.join().settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
    }
    assertEquals(
        AFTER,
        puts.subList(puts.size() - AFTER, puts.size()).stream()
            .filter(put -> put.join().outcome() instanceof PutOutcome.Refused)
            .count());
  }
}
