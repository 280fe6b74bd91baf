package io.aitta.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.aitta.Aitta;
import io.aitta.ClusterEvents;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.Store;
import io.aitta.StoreCommand;
import io.aitta.StoreReply;
import io.aitta.WriteOptions;
import io.aitta.codec.BytesCodec;
import io.aitta.codec.StringCodec;
import io.aitta.model.ClusterEvent;
import io.aitta.model.Consistency;
import io.aitta.testkit.AcknowledgedWritesChecker;
import io.aitta.testkit.FaultPlan;
import io.aitta.testkit.History;
import io.aitta.testkit.RegisterChecker;
import io.aitta.testkit.SeededFaults;
import io.aitta.testkit.TestCluster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The examples of the README, over a cluster of one node. */
final class ReadmeExamplesTest {
  private record Order(String id, int pieces, String state) {}

  private static ActorTestKit testKit;
  private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() {
    testKit =
        ActorTestKit.create(
            "readme",
            ConfigFactory.parseMap(
                    Map.of(
                        "pekko.actor.provider",
                        "cluster",
                        "pekko.remote.artery.canonical.hostname",
                        "127.0.0.1",
                        "pekko.remote.artery.canonical.port",
                        0,
                        "pekko.cluster.jmx.enabled",
                        "off",
                        "aitta.bootstrap.nodes",
                        1,
                        "aitta.replication-factor",
                        1))
                .withFallback(ConfigFactory.load()));
    Cluster cluster = Cluster.get(testKit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Aitta.get(testKit.system()).whenReady().toCompletableFuture().join();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private void log(String state) {
    logged.add(state);
  }

  @Test
  void aFirstExample() throws InterruptedException {
    ActorSystem<?> system = testKit.system();
    Store<Order> orders = Aitta.get(system).store("orders", Order.class);

    orders
        .put("42", new Order("42", 3, "paid"))
        .thenCompose(put -> orders.get("42"))
        .thenAccept(got -> got.toOptional().ifPresent(order -> log(order.state())));

    assertEquals("paid", logged.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void inATypedSystem() {
    ActorSystem<?> system = testKit.system();
    Aitta aitta = Aitta.get(system);
    aitta.whenReady().toCompletableFuture().join();
    Store<String> names = aitta.store("names", new StringCodec());
    PutResult put =
        names
            .put("k", "v", WriteOptions.DEFAULT.with(Consistency.ALL))
            .toCompletableFuture()
            .join();

    assertTrue(put.isWritten(), put.toString());
  }

  @Test
  void whatHappens() throws InterruptedException {
    ActorSystem<?> system = testKit.system();
    ClusterEvents.listen(
        system,
        event -> {
          if (event instanceof ClusterEvent.RepairFinished repair) {
            log(repair.status().differences() + " records differed");
          }
        });

    String told = null;
    for (int i = 0; told == null && i < 30; i++) {
      Aitta.get(system).node().repair(null).toCompletableFuture().join();
      told = logged.poll(1, TimeUnit.SECONDS);
    }
    assertEquals("0 records differed", told);
  }

  @Test
  void inAClassicSystem() {
    org.apache.pekko.actor.ActorSystem classicSystem = testKit.system().classicSystem();
    Store<byte[]> blobs = Aitta.get(classicSystem).store("blobs", new BytesCodec());

    assertTrue(blobs.put("b", new byte[] {1, 2}).toCompletableFuture().join().isWritten());
  }

  @Test
  void fromAnActor() {
    Aitta aitta = Aitta.get(testKit.system());
    TestProbe<StoreReply<String>> probe = testKit.createTestProbe();
    ActorRef<StoreReply<String>> replyTo = probe.ref();
    ActorRef<StoreCommand<String>> store = aitta.storeActor("names", new StringCodec());
    store.tell(new StoreCommand.Get<>("k", ReadOptions.DEFAULT, replyTo));

    assertInstanceOf(StoreReply.GetEnded.class, probe.receiveMessage(Duration.ofSeconds(30)));
  }

  @Test
  void withTheTestKit() {
    try (TestCluster cluster = TestCluster.of(5).start()) {
      Store<String> store = Store.of(cluster.node(0), "orders", new StringCodec());
      cluster.kill(1);
      cluster.slow(2, Duration.ofMillis(100));
      PutResult put = store.put("42", "paid").toCompletableFuture().join();
      assertTrue(put.isWritten());
    }
  }

  @Test
  void withAHistory() {
    try (TestCluster cluster = TestCluster.of(3).start()) {
      Store<String> store = cluster.store(0, "orders", String.class);
      History history = new History();
      history.put(store, "42", "paid").toCompletableFuture().join();
      cluster.kill(2);
      history.get(store, "42").toCompletableFuture().join();
      RegisterChecker.check(history).orThrow();
      AcknowledgedWritesChecker.check(history).orThrow();

      assertEquals(2, history.operations().size());
    }
  }

  @Test
  void withSeededFaults() {
    long seed = 1;
    History history = new History();
    try (TestCluster cluster = TestCluster.of(5).start()) {
      Store<String> store = cluster.store(0, "orders", String.class);
      SeededFaults faults =
          cluster.faults(FaultPlan.of(seed, 20, cluster.faultBounds().sparing(0)));
      while (faults.hasNext()) {
        faults.step();
        history.put(store, "42", "paid " + faults).toCompletableFuture().join();
      }
      faults.healAll();
      history.get(store, "42").toCompletableFuture().join();
      faults.check(RegisterChecker.check(history).and(AcknowledgedWritesChecker.check(history)));
    }

    assertEquals(21, history.operations().size());
  }
}
