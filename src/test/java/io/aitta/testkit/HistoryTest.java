package io.aitta.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.GetResult;
import io.aitta.PutResult;
import io.aitta.Store;
import io.aitta.WriteOptions;
import io.aitta.codec.StringCodec;
import io.aitta.model.Bytes;
import io.aitta.model.Consistency;
import io.aitta.model.Key;
import io.aitta.model.Version;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HistoryTest {
  private static final Key KEY = Key.of("orders", "42");

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void whatIsUnderWayMayHappen() {
    History history = new History();
    history.invokePut(KEY, "a");
    history.invokeGet(KEY);
    Operation put = history.operations().get(0);
    assertEquals(Outcome.UNKNOWN, put.outcome());
    assertEquals(Operation.NEVER, put.returnedNanos());
    assertEquals(1, history.writes(Outcome.UNKNOWN));
    assertEquals(0, history.answeredGets());
  }

  @Test
  void eachEndIsRecordedWithItsTime() {
    AtomicLong now = new AtomicLong(1_000);
    History history = new History(10, now::get);
    Invocation put = history.invokePut(KEY, "a");
    now.addAndGet(5);
    put.ok();
    Invocation get = history.invokeGet(KEY);
    now.addAndGet(7);
    get.found("a");
    assertEquals(
        List.of(
            new Operation(
                1, Thread.currentThread().getName(), KEY, Kind.PUT, "a", Outcome.OK, null, 0, 5),
            new Operation(
                2, Thread.currentThread().getName(), KEY, Kind.GET, "a", Outcome.OK, null, 5, 12)),
        history.operations());
  }

  @Test
  void anOperationEndsOnceAndAsItsKindDoes() {
    History history = new History();
    Invocation put = history.invokePut(KEY, "a");
    assertThrows(IllegalStateException.class, () -> put.found("a"));
    assertThrows(IllegalStateException.class, put::notFound);
    put.ok();
    assertThrows(IllegalStateException.class, put::mayHaveHappened);
    assertThrows(IllegalStateException.class, () -> history.invokeGet(KEY).ok());
    assertEquals(1, history.writes(Outcome.OK));
  }

  @Test
  void aClientHasAName() {
    History history = new History();
    Invocation get = history.invokeGet(KEY).by("node-1");
    assertEquals("node-1", history.operations().get(0).client());
    get.notFound();
    assertEquals("node-1", history.operations().get(0).client());
  }

  @Test
  void aFullHistoryRefusesBeforeAnythingIsSent() {
    History history = new History(1);
    history.invokeGet(KEY).notFound();
    IllegalStateException full =
        assertThrows(IllegalStateException.class, () -> history.invokePut(KEY, "a"));
    assertEquals("the history is full: it has 1 operations", full.getMessage());
    assertEquals(1, history.operations().size());
    assertThrows(IllegalArgumentException.class, () -> new History(0));
  }

  @Test
  void bytesAreKeptAsTheirDigestAndOtherArraysAreRefused() {
    Object one = History.identify(new byte[] {1, 2, 3});
    assertEquals(one, History.identify(Bytes.copyOf(new byte[] {1, 2, 3})));
    assertNotEquals(one, History.identify(new byte[] {1, 2, 4}));
    assertTrue(one.toString().startsWith("3 bytes 039058c6"), one.toString());
    assertThrows(IllegalArgumentException.class, () -> History.identify(new int[] {1}));
  }

  @Test
  void callsOfAStoreAreRecordedAsTheyEnd() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      History history = new History();
      Store<String> store = Store.of(cluster.node(0), "orders", new StringCodec());
      assertEquals(new GetResult.NotFound<>(Version.NONE), await(history.get(store, "42")));
      PutResult put = await(history.put(store, "42", "paid"));
      await(history.get(store, "42"));
      await(history.delete(store, "42"));
      await(history.get(store, "42"));
      await(
          history.put(
              store, "42", "sent", WriteOptions.DEFAULT.withTimeToLive(Duration.ofHours(1))));
      assertThrows(
          IllegalArgumentException.class, () -> history.put(store, "42", "x".repeat(2_000_000)));
      cluster.kill(1);
      cluster.kill(2);
      await(history.put(store, "42", "lost", WriteOptions.DEFAULT.with(Consistency.ALL)));
      List<Operation> operations = history.operations();
      assertEquals(
          List.of(
              Kind.GET,
              Kind.PUT,
              Kind.GET,
              Kind.DELETE,
              Kind.GET,
              Kind.EXPIRING_PUT,
              Kind.PUT,
              Kind.PUT),
          operations.stream().map(Operation::kind).toList());
      assertEquals("paid", operations.get(2).value());
      assertEquals(put.receipt().orElseThrow().version(), operations.get(1).version());
      assertEquals(operations.get(1).version(), operations.get(2).version());
      assertNull(operations.get(0).version());
      assertEquals(operations.get(3).version(), operations.get(4).version());
      assertEquals(Outcome.NOT_DONE, operations.get(6).outcome());
      assertNotEquals(Outcome.OK, operations.get(7).outcome());
      RegisterChecker.check(history).and(VersionChecker.check(history)).orThrow();
    }
  }

  @Test
  void clientsOfAClusterWhoseNodesAreKilledSeeAtomicRegisters() throws Exception {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      History history = new History();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<?>> clients = new ArrayList<>();
      IntStream.range(0, 8)
          .forEach(client -> clients.add(threads.submit(() -> load(cluster, history, client))));
      cluster.await("puts are acknowledged", () -> history.writes(Outcome.OK) > 50);
      cluster.kill(4);
      cluster.await("more are", () -> history.writes(Outcome.OK) > 100);
      cluster.restart(4, true);
      awaitAll(clients);
      threads.shutdown();
      cluster.awaitReady(4);
      cluster.awaitAllAlive();
      for (int key = 0; key < 3; key++) {
        Store<Integer> store = cluster.store(4, "orders", Integer.class);
        await(history.get(store, "key-" + key));
      }
      RegisterChecker.check(history).orThrow();
      VersionChecker.check(history).orThrow();
      AcknowledgedWritesChecker.check(history).orThrow();
      assertEquals(8 * 100 + 3, history.operations().size());
    }
  }

  private static void load(TestCluster cluster, History history, int client) {
    Random random = new Random(client);
    Store<Integer> store = cluster.store(client % 4, "orders", Integer.class);
    for (int i = 0; i < 100; i++) {
      String key = "key-" + random.nextInt(3);
      switch (random.nextInt(5)) {
        case 0, 1 -> await(history.get(store, key));
        case 2 -> await(history.delete(store, key));
        default -> await(history.put(store, key, client * 1_000 + i));
      }
    }
  }

  private static void awaitAll(List<Future<?>> clients)
      throws InterruptedException, ExecutionException {
    for (Future<?> client : clients) {
      client.get();
    }
  }
}
