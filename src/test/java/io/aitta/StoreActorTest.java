package io.aitta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.codec.StringCodec;
import io.aitta.model.Consistency;
import io.aitta.testkit.TestCluster;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The typed protocol, from actors of another ActorSystem in the same process. */
final class StoreActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static TestCluster cluster;
  private static ActorRef<StoreCommand<String>> store;

  private final TestProbe<StoreReply<String>> probe = KIT.createTestProbe();

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3).start();
    store = KIT.spawn(StoreActor.create(cluster.store(0, "texts", new StringCodec())));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
    cluster.close();
  }

  private StoreReply<String> ask(StoreCommand<String> command) {
    store.tell(command);
    return probe.receiveMessage(PATIENCE);
  }

  @Test
  void putGetAndDeleteAreAnsweredOnceEach() {
    StoreReply.PutEnded<?> put =
        assertInstanceOf(
            StoreReply.PutEnded.class,
            ask(new StoreCommand.Put<>("k", "value", WriteOptions.DEFAULT, probe.ref())));
    assertEquals("k", put.key());
    assertTrue(put.result().isWritten());

    StoreReply.GetEnded<?> get =
        assertInstanceOf(
            StoreReply.GetEnded.class,
            ask(new StoreCommand.Get<>("k", ReadOptions.DEFAULT, probe.ref())));
    assertEquals("k", get.key());
    assertEquals(Optional.of("value"), get.result().toOptional());

    StoreReply.PutEnded<?> delete =
        assertInstanceOf(
            StoreReply.PutEnded.class,
            ask(new StoreCommand.Delete<>("k", WriteOptions.DEFAULT, probe.ref())));
    assertTrue(delete.result().isWritten());

    StoreReply.GetEnded<?> absent =
        assertInstanceOf(
            StoreReply.GetEnded.class,
            ask(
                new StoreCommand.Get<>(
                    "k", ReadOptions.DEFAULT.with(Consistency.ALL), probe.ref())));
    assertInstanceOf(GetResult.NotFound.class, absent.result());
    probe.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void batchesKeepTheirOrder() {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 30; i > 0; i--) {
      values.put("batch-" + i, "value-" + i);
    }
    StoreReply.PutAllEnded<?> puts =
        assertInstanceOf(
            StoreReply.PutAllEnded.class,
            ask(new StoreCommand.PutAll<>(values, WriteOptions.DEFAULT, probe.ref())));
    assertEquals(List.copyOf(values.keySet()), List.copyOf(puts.results().keySet()));
    StoreReply.GetAllEnded<?> gets =
        assertInstanceOf(
            StoreReply.GetAllEnded.class,
            ask(new StoreCommand.GetAll<>(values.keySet(), ReadOptions.DEFAULT, probe.ref())));
    assertEquals(List.copyOf(values.keySet()), List.copyOf(gets.results().keySet()));
    assertEquals(
        values.values().stream().map(Optional::of).toList(),
        gets.results().values().stream().map(GetResult::toOptional).toList());
  }

  @Test
  void misuseIsAnsweredAndTheNextCommandIsServed() {
    StoreReply.Misused<?> tooLong =
        assertInstanceOf(
            StoreReply.Misused.class,
            ask(
                new StoreCommand.Put<>(
                    "k",
                    "value",
                    WriteOptions.DEFAULT.withTimeout(Duration.ofHours(1)),
                    probe.ref())));
    assertEquals("timeout must be in [1 ms, 30000 ms], was [PT1H]", tooLong.problem());
    assertInstanceOf(
        StoreReply.Misused.class,
        ask(new StoreCommand.Put<>("k", "half \uD83C", WriteOptions.DEFAULT, probe.ref())));
    assertInstanceOf(
        StoreReply.Misused.class,
        ask(new StoreCommand.Get<>("", ReadOptions.DEFAULT, probe.ref())));
    assertInstanceOf(
        StoreReply.PutEnded.class,
        ask(new StoreCommand.Put<>("later", "value", WriteOptions.DEFAULT, probe.ref())));
  }

  @Test
  void aMessageThatIsNoCommandHarmsNobody() {
    ActorRef<Object> unchecked = store.unsafeUpcast();
    unchecked.tell("no command");
    unchecked.tell(new StoreReply.Misused<String>("nor is a reply"));
    assertInstanceOf(
        StoreReply.GetEnded.class,
        ask(new StoreCommand.Get<>("k", ReadOptions.DEFAULT, probe.ref())));
  }
}
