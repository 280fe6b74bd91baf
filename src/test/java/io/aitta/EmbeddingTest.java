package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.codec.StringCodec;
import io.aitta.model.Consistency;
import io.aitta.model.Explanation;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.ReplicaReceipt;
import io.aitta.storage.MemoryEngineProvider;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageEngineProvider;
import io.aitta.storage.StorageSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Aitta inside ActorSystems that an application has already: a real Pekko cluster over Artery of
 * two typed systems and a classic one, of which the last two cannot load the application's classes.
 */
final class EmbeddingTest {
  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              pekko {
                actor.provider = cluster
                remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                jvm-exit-on-fatal-error = off
                coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
                coordinated-shutdown.run-by-actor-system-terminate = on
                cluster {
                  roles = [storage, web]
                  jmx.enabled = off
                  downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
                  gossip-interval = 200ms
                  leader-actions-interval = 200ms
                  periodic-tasks-initial-delay = 300ms
                }
              }
              aitta {
                bootstrap.nodes = 3
                role = storage
                partitions = 16
                storage.engine = "io.aitta.EmbeddingTest$CountingProvider"
              }
              """)
          .withFallback(ConfigFactory.load());

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final BlockingQueue<StorageEngine> OPENED = new LinkedBlockingQueue<>();
  private static final List<ActorSystem<?>> SYSTEMS = new ArrayList<>();

  record Order(String customer, int amount) {}

  /** The memory engine, counted while it is open. */
  public static final class CountingProvider implements StorageEngineProvider {
    @Override
    public StorageEngine open(StorageSettings settings) {
      StorageEngine engine = new MemoryEngineProvider().open(settings);
      OPEN.incrementAndGet();
      OPENED.add(engine);
      return (StorageEngine)
          Proxy.newProxyInstance(
              EmbeddingTest.class.getClassLoader(),
              new Class<?>[] {StorageEngine.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  OPEN.decrementAndGet();
                }
                try {
                  return method.invoke(engine, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  /** The class path of a node that was deployed without the application's classes. */
  private static final class WithoutOrders extends ClassLoader {
    WithoutOrders() {
      super(EmbeddingTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(Order.class.getName())) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @BeforeAll
  static void start() {
    SYSTEMS.add(ActorSystem.create(Behaviors.empty(), "app", CONFIG));
    org.apache.pekko.actor.ActorSystem second =
        org.apache.pekko.actor.ActorSystem.create("app", CONFIG, new WithoutOrders());
    SYSTEMS.add(Adapter.toTyped(second));
    org.apache.pekko.actor.ActorSystem classic =
        org.apache.pekko.actor.ActorSystem.create("app", CONFIG, new WithoutOrders());
    SYSTEMS.add(Adapter.toTyped(classic));
    assertSame(Aitta.get(classic), Aitta.get(SYSTEMS.get(2)));
    for (ActorSystem<?> system : SYSTEMS) {
      assertTrue(!Aitta.get(system).node().isReady());
      Cluster.get(system)
          .manager()
          .tell(Join.create(Cluster.get(SYSTEMS.get(0)).selfMember().address()));
    }
    for (ActorSystem<?> system : SYSTEMS) {
      Aitta.get(system).whenReady().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  @AfterAll
  static void stop() {
    SYSTEMS.forEach(ActorSystem::terminate);
    SYSTEMS.forEach(system -> join(system.getWhenTerminated()));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static Aitta aitta(int index) {
    return Aitta.get(SYSTEMS.get(index));
  }

  @Test
  void whatIsPutOnOneNodeIsReadOnEveryOther() {
    PutResult put = join(aitta(2).store("texts", new StringCodec()).put("k", "value"));
    assertTrue(put.isWritten(), put.toString());
    for (int node = 0; node < 3; node++) {
      assertEquals(
          Optional.of("value"),
          join(aitta(node).store("texts", new StringCodec()).get("k")).toOptional());
    }
  }

  @Test
  void replicasNeedNoneOfTheApplicationsClasses() throws ClassNotFoundException {
    ClassLoader replica =
        ((ExtendedActorSystem) Adapter.toClassic(SYSTEMS.get(1))).dynamicAccess().classLoader();
    assertInstanceOf(WithoutOrders.class, replica);
    assertThrows(ClassNotFoundException.class, () -> replica.loadClass(Order.class.getName()));

    Store<Order> orders = aitta(0).store("orders", Order.class);
    WriteOptions all = WriteOptions.DEFAULT.with(Consistency.ALL);
    assertTrue(join(orders.put("1", new Order("Ada", 3), all)).isWritten());
    assertEquals(
        Optional.of(new Order("Ada", 3)),
        join(orders.get("1", ReadOptions.DEFAULT.with(Consistency.ALL))).toOptional());
    GetOutcome.Found served =
        assertInstanceOf(
            GetOutcome.Found.class,
            join(aitta(1).node().get(Key.of("orders", "1"), ReadOptions.DEFAULT)));
    assertEquals("json", served.entry().codec());
    assertEquals(
        "{\"customer\":\"Ada\",\"amount\":3}",
        new StringCodec().decode("string", served.entry().value().toByteArray()));
  }

  @Test
  void aValueAboveTheFrameSizeGoesInPieces() {
    String large = "x".repeat(1 << 20);
    Store<String> store = aitta(0).store("texts", new StringCodec());
    WriteOptions all =
        WriteOptions.DEFAULT.with(Consistency.ALL).withTimeout(Duration.ofSeconds(20));
    assertTrue(join(store.put("large", large, all)).isWritten());
    assertEquals(
        Optional.of(large),
        join(aitta(1).store("texts", new StringCodec()).get("large")).toOptional());
    Explanation explained = join(aitta(2).node().explain(Key.of("texts", "large")));
    assertEquals(3, explained.replicas().size());
  }

  @Test
  void smallRequestsThatOvertakeLargeOnesTakeNothingFromThem() {
    String large = "x".repeat(500 << 10);
    Store<String> store = aitta(0).store("texts", new StringCodec());
    WriteOptions all =
        WriteOptions.DEFAULT.with(Consistency.ALL).withTimeout(Duration.ofSeconds(25));
    List<CompletionStage<PutResult>> puts = new ArrayList<>();
    List<CompletionStage<GetResult<String>>> gets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      puts.add(store.put("large-" + i, large, all));
      for (int small = 0; small < 5; small++) {
        puts.add(store.put("small-" + i + "-" + small, "value", all));
        gets.add(store.get("absent-" + i, ReadOptions.DEFAULT.with(Consistency.ALL)));
      }
    }
    for (CompletionStage<PutResult> put : puts) {
      assertInstanceOf(PutOutcome.Written.class, join(put).outcome(), join(put).toString());
      Receipt settled = join(join(put).settled()).orElseThrow();
      for (ReplicaReceipt replica : settled.replicas()) {
        assertEquals(ReplicaReceipt.State.ACKNOWLEDGED, replica.state(), settled.toString());
      }
    }
    gets.forEach(get -> assertEquals(Optional.empty(), join(get).toOptional()));
    for (int i = 0; i < 20; i++) {
      assertEquals(
          Optional.of(large),
          join(aitta(1).store("texts", new StringCodec()).get("large-" + i)).toOptional());
    }
  }

  @Test
  void actorsOfOneSystemMayHaveSeveralStoreActorsOfOneName() {
    ActorRef<StoreCommand<String>> one = aitta(0).storeActor("texts", new StringCodec());
    ActorRef<StoreCommand<String>> other = aitta(0).storeActor("texts", new StringCodec());
    assertNotEquals(one.path(), other.path());
    TestProbe<StoreReply<String>> probe = TestProbe.create(SYSTEMS.get(0));
    for (ActorRef<StoreCommand<String>> store : List.of(one, other)) {
      store.tell(new StoreCommand.Put<>("by-actor", "value", WriteOptions.DEFAULT, probe.ref()));
      StoreReply.PutEnded<?> ended =
          assertInstanceOf(StoreReply.PutEnded.class, probe.receiveMessage(Duration.ofSeconds(20)));
      assertTrue(ended.result().isWritten());
    }
  }

  @Test
  void readinessFollowsTheNode() {
    TestProbe.create(SYSTEMS.get(0))
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              assertTrue(join(aitta(0).readiness().get()));
              return null;
            });
  }

  @Test
  void aMemberWithoutTheRoleIsRefused() {
    ActorSystem<Void> other =
        ActorSystem.create(
            Behaviors.empty(),
            "app",
            ConfigFactory.parseString("pekko.cluster.roles = [web]").withFallback(CONFIG));
    try {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Aitta.get(other));
      assertTrue(refused.toString().contains("aitta.role must be one of"), refused.toString());
      assertTrue(refused.toString().endsWith("was [storage]"), refused.toString());
    } finally {
      other.terminate();
      join(other.getWhenTerminated());
    }
  }

  @Test
  void aSettingOutOfRangeIsRefused() {
    ActorSystem<Void> other =
        ActorSystem.create(
            Behaviors.empty(),
            "app",
            ConfigFactory.parseString("aitta.partitions = 0").withFallback(CONFIG));
    try {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Aitta.get(other));
      assertEquals("aitta.partitions must be in [1, 32768], was [0]", refused.getMessage());
    } finally {
      other.terminate();
      join(other.getWhenTerminated());
    }
  }

  @Test
  void aNodeWhoseStorageCannotBeOpenedSaysWhyAndRefuses() {
    ActorSystem<Void> other =
        ActorSystem.create(
            Behaviors.empty(),
            "app",
            ConfigFactory.parseString("aitta.storage.engine = no-such-engine")
                .withFallback(CONFIG));
    try {
      Aitta aitta = Aitta.get(other);
      CompletionException failed =
          assertThrows(CompletionException.class, () -> join(aitta.whenReady()));
      String reason = String.valueOf(failed.getCause());
      assertTrue(reason.contains("cannot open the storage: "), reason);
      assertTrue(reason.contains("no-such-engine"), reason);
      PutOutcome.Refused refused =
          assertInstanceOf(
              PutOutcome.Refused.class,
              join(aitta.store("texts", new StringCodec()).put("k", "v")).outcome());
      assertEquals(Refusal.Code.NOT_READY, refused.refusal().code());
      assertTrue(refused.refusal().message().contains("no-such-engine"), refused.toString());
      assertTrue(!join(aitta.readiness().get()));
    } finally {
      other.terminate();
      join(other.getWhenTerminated());
    }
  }

  @Test
  void coordinatedShutdownClosesTheStorageAndEndsTheService() throws InterruptedException {
    int before = OPEN.get();
    OPENED.clear();
    ActorSystem<Void> other = ActorSystem.create(Behaviors.empty(), "app", CONFIG);
    Aitta aitta = Aitta.get(other);
    CompletionStage<PutResult> early = aitta.store("texts", new StringCodec()).put("k", "v");
    assertInstanceOf(PutOutcome.Refused.class, join(early).outcome());
    assertNotNull(OPENED.poll(60, TimeUnit.SECONDS));
    assertEquals(before + 1, OPEN.get());
    join(CoordinatedShutdown.get(other).runAll(CoordinatedShutdown.ClusterDowningReason$.MODULE$));
    assertEquals(before, OPEN.get());
    assertEquals("stopped", aitta.node().condition());
    assertThrows(CompletionException.class, () -> join(aitta.whenReady()));
    PutOutcome.Refused refused =
        assertInstanceOf(
            PutOutcome.Refused.class,
            join(aitta.store("texts", new StringCodec()).put("k", "v")).outcome());
    assertEquals(Refusal.Code.NOT_READY, refused.refusal().code());
  }
}
