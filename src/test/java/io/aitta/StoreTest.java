package io.aitta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.codec.BytesCodec;
import io.aitta.codec.Codec;
import io.aitta.codec.CodecException;
import io.aitta.codec.StringCodec;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.Version;
import io.aitta.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores of typed values on three nodes, each with a copy of everything. */
final class StoreTest {
  private static TestCluster cluster;

  record Order(String customer, int amount) {}

  /** Fails as only a codec of somebody else's would. */
  private static final class BrokenCodec implements Codec<String> {
    @Override
    public String id() {
      return "broken";
    }

    @Override
    public byte[] encode(String value) {
      if (value.isEmpty()) {
        throw new IllegalStateException("cannot write");
      }
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(String codecId, byte[] bytes) {
      throw new IllegalStateException("cannot read");
    }
  }

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(3).with("max-value-size", "4KiB").with("max-key-size", 100).start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static String refused(Supplier<?> misuse) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, misuse::get).getMessage());
  }

  @Test
  void aRecordThatIsPutOnOneNodeIsFoundOnEveryNode() {
    PutResult put = join(cluster.store(0, "orders", Order.class).put("1", new Order("Ada", 3)));
    assertTrue(put.isWritten(), put.toString());
    for (int node = 0; node < 3; node++) {
      GetResult<Order> got = join(cluster.store(node, "orders", Order.class).get("1"));
      GetResult.Found<?> found = assertInstanceOf(GetResult.Found.class, got);
      assertEquals(new Order("Ada", 3), found.value());
      assertEquals(put.receipt().orElseThrow().version(), found.version());
      assertEquals(Optional.empty(), found.expiresAt());
      assertTrue(found.holders() >= 2, found.toString());
    }
  }

  @Test
  void replicasHoldTheBytesAndTheCodecsName() {
    join(
        join(cluster
                .store(0, "orders", Order.class)
                .put("bytes", new Order("Ada", 3), WriteOptions.DEFAULT.with(Consistency.ALL)))
            .settled());
    for (int node = 0; node < 3; node++) {
      Entry copy = cluster.probe(node, Key.of("orders", "bytes")).orElseThrow();
      assertEquals("json", copy.codec());
      assertEquals("{\"customer\":\"Ada\",\"amount\":3}", utf8(copy));
    }
  }

  private static String utf8(Entry entry) {
    return new String(entry.value().toByteArray(), StandardCharsets.UTF_8);
  }

  @Test
  void aDeletedKeyIsNotFoundAndItsTombstoneIsNamed() {
    Store<String> store = cluster.store(0, "texts", new StringCodec());
    join(store.put("gone", "value"));
    PutResult delete = join(store.delete("gone"));
    GetResult<String> got = join(cluster.store(1, "texts", new StringCodec()).get("gone"));
    assertEquals(new GetResult.NotFound<>(delete.receipt().orElseThrow().version()), got);
    assertEquals(Optional.empty(), got.toOptional());
  }

  @Test
  void aKeyThatNeverWasIsAbsent() {
    assertEquals(
        new GetResult.NotFound<>(Version.NONE),
        join(cluster.store(0, "texts", new StringCodec()).get("never")));
  }

  @Test
  void deletingWhatIsNotThereIsWritten() {
    assertTrue(join(cluster.store(0, "texts", new StringCodec()).delete("not there")).isWritten());
  }

  @Test
  void anEmptyValueIsAValue() {
    Store<byte[]> store = cluster.store(0, "bytes", new BytesCodec());
    join(store.put("empty", new byte[0]));
    assertArrayEquals(new byte[0], join(store.get("empty")).toOptional().orElseThrow());
  }

  @Test
  void storesOfDifferentNamesDoNotMeet() {
    join(cluster.store(0, "one", new StringCodec()).put("k", "one"));
    join(cluster.store(0, "two", new StringCodec()).put("k", "two"));
    assertEquals(
        Optional.of("one"), join(cluster.store(1, "one", new StringCodec()).get("k")).toOptional());
  }

  @Test
  void aValueOfAnotherCodecIsUnreadableAndNoFailure() {
    PutResult put = join(cluster.store(0, "texts", new StringCodec()).put("text", "hello"));
    GetResult<Order> got = join(cluster.store(1, "texts", Order.class).get("text"));
    assertEquals(
        new GetResult.Unreadable<>(
            put.receipt().orElseThrow().version(), "string", "stored as [string], read as [json]"),
        got);
    assertEquals(Optional.empty(), got.toOptional());
  }

  @Test
  void aCodecThatFailsToReadYieldsAnOutcome() {
    Store<String> store = cluster.store(0, "broken", new BrokenCodec());
    join(store.put("k", "value"));
    GetResult.Unreadable<?> got =
        assertInstanceOf(GetResult.Unreadable.class, join(store.get("k")));
    assertTrue(got.problem().contains("cannot read"), got.problem());
    assertInstanceOf(
        GetResult.Unreadable.class, join(store.getAll(List.of("k"), ReadOptions.DEFAULT)).get("k"));
  }

  @Test
  void aCodecThatFailsToWriteIsReportedAtOnce() {
    Store<String> store = cluster.store(0, "broken", new BrokenCodec());
    CodecException failed = assertThrows(CodecException.class, () -> store.put("k", ""));
    assertTrue(failed.toString().contains("[broken]"), failed.toString());
  }

  @Test
  void everyNodeSeesTheSameExpiry() {
    try (TestCluster own = TestCluster.of(4).start()) {
      Store<String> store = own.store(0, "sessions", new StringCodec());
      PutResult put =
          join(
              store.put(
                  "s",
                  "here",
                  WriteOptions.DEFAULT
                      .with(Consistency.ALL)
                      .withTimeToLive(Duration.ofMinutes(1))));
      Version version = put.receipt().orElseThrow().version();
      List<Optional<Instant>> expiries = new ArrayList<>();
      for (int node = 0; node < 4; node++) {
        GetResult.Found<?> found =
            assertInstanceOf(
                GetResult.Found.class,
                join(own.store(node, "sessions", new StringCodec()).get("s")));
        expiries.add(found.expiresAt());
      }
      assertEquals(1, expiries.stream().distinct().count(), expiries.toString());
      assertEquals(version.time().millis() + 60_000, expiries.get(0).orElseThrow().toEpochMilli());
      for (int node = 0; node < 4; node++) {
        own.shiftClock(node, Duration.ofMinutes(2));
      }
      // A clock that jumps is followed as soon as its ceiling is durable.
      own.await(
          "node 0 finds it expired", () -> join(store.get("s")) instanceof GetResult.NotFound<?>);
      for (int node = 0; node < 4; node++) {
        assertEquals(
            new GetResult.NotFound<>(version),
            join(own.store(node, "sessions", new StringCodec()).get("s")));
      }
    }
  }

  @Test
  void aBatchHasOneOutcomeForEachKeyInTheGivenOrder() {
    Store<Order> store = cluster.store(0, "batch", Order.class).withParallelism(3);
    Map<String, Order> orders = new LinkedHashMap<>();
    for (int i = 99; i >= 0; i--) {
      orders.put("order-" + i, new Order("customer-" + i, i));
    }
    Map<String, PutResult> puts = join(store.putAll(orders, WriteOptions.DEFAULT));
    assertEquals(List.copyOf(orders.keySet()), List.copyOf(puts.keySet()));
    assertTrue(puts.values().stream().allMatch(PutResult::isWritten));

    List<String> keys = new ArrayList<>(orders.keySet());
    keys.add(50, "absent");
    keys.add("order-7"); // a second time
    Map<String, GetResult<Order>> gets =
        join(cluster.store(2, "batch", Order.class).getAll(keys, ReadOptions.DEFAULT));
    assertEquals(keys.subList(0, 101), List.copyOf(gets.keySet()));
    assertEquals(new GetResult.NotFound<>(Version.NONE), gets.get("absent"));
    gets.remove("absent");
    assertEquals(
        orders.values().stream().map(Optional::of).toList(),
        gets.values().stream().map(GetResult::toOptional).toList());
  }

  @Test
  void aBatchWithOneMisuseBeginsNothing() {
    Store<String> store = cluster.store(0, "batch", new StringCodec());
    Map<String, String> values = new LinkedHashMap<>();
    values.put("fits", "x");
    values.put("too-large", "x".repeat(4097));
    String refused = refused(() -> store.putAll(values, WriteOptions.DEFAULT));
    assertEquals("value must have at most [4096] bytes, has [4097]", refused);
    assertEquals(new GetResult.NotFound<>(Version.NONE), join(store.get("fits")));
    assertEquals(
        "key must have at most [100] bytes, has [101]",
        refused(() -> store.getAll(List.of("fits", "k".repeat(101)), ReadOptions.DEFAULT)));
  }

  @Test
  void misuseNamesTheValueAndTheBound() {
    Store<String> store = cluster.store(0, "texts", new StringCodec());
    assertEquals(
        "value must have at most [4096] bytes, has [4097]",
        refused(() -> store.put("k", "x".repeat(4097))));
    assertEquals(
        "key must have at most [100] bytes, has [101]", refused(() -> store.get("k".repeat(101))));
    assertEquals(
        "key must have 1 to 1024 bytes in UTF-8, has [0]", refused(() -> store.put("", "x")));
    assertEquals(
        "key must have 1 to 1024 bytes in UTF-8, has [1025]",
        refused(() -> store.delete("k".repeat(1025))));
    assertEquals("parallel must be at least 1, was [0]", refused(() -> store.withParallelism(0)));
    assertTrue(refused(() -> store.get("\uD83C")).contains("surrogate"));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE / 1_000_000, -1, 0, 30_001, Long.MAX_VALUE / 1000})
  void aTimeoutOutOfRangeIsRefused(long millis) {
    Store<String> store = cluster.store(0, "texts", new StringCodec());
    Duration timeout = Duration.ofSeconds(millis / 1000, millis % 1000 * 1_000_000);
    String bound = "timeout must be in [1 ms, 30000 ms], was [" + timeout + "]";
    WriteOptions write = WriteOptions.DEFAULT.withTimeout(timeout);
    ReadOptions read = ReadOptions.DEFAULT.withTimeout(timeout);
    assertEquals(bound, refused(() -> store.put("k", "v", write)));
    assertEquals(bound, refused(() -> store.delete("k", write)));
    assertEquals(bound, refused(() -> store.get("k", read)));
    assertEquals(bound, refused(() -> store.putAll(Map.of("k", "v"), write)));
    assertEquals(bound, refused(() -> store.getAll(List.of("k"), read)));
  }

  @Test
  void aTimeToLiveOutOfRangeIsRefused() {
    Store<String> store = cluster.store(0, "texts", new StringCodec());
    for (Duration timeToLive :
        List.of(
            Duration.ZERO,
            Duration.ofMillis(-1),
            Duration.ofNanos(999_999),
            Duration.ofDays(3654),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertEquals(
          "timeToLive must be in [1 ms, 3653 days], was [" + timeToLive + "]",
          refused(() -> store.put("k", "v", WriteOptions.DEFAULT.withTimeToLive(timeToLive))));
    }
  }

  @Test
  void aStoreWithABadNameOrCodecIsRefused() {
    assertEquals(
        "store name must match [a-z0-9-]{1,64}, was [Orders]",
        refused(() -> cluster.store(0, "Orders", new StringCodec())));
    Codec<String> unnamed =
        new Codec<>() {
          @Override
          public String id() {
            return "My Codec";
          }

          @Override
          public byte[] encode(String value) {
            return new byte[0];
          }

          @Override
          public String decode(String codecId, byte[] bytes) {
            return "";
          }
        };
    assertEquals(
        "codec id must match [a-z0-9./+-]{1,64}, was [My Codec]",
        refused(() -> cluster.store(0, "orders", unnamed)));
  }

  @Test
  void optionsChangeOneThingEach() {
    WriteOptions write =
        WriteOptions.DEFAULT
            .with(Consistency.ALL)
            .withTimeToLive(Duration.ofSeconds(1))
            .withTimeout(Duration.ofSeconds(2));
    assertEquals(
        new WriteOptions(Consistency.ALL, Duration.ofSeconds(1), Duration.ofSeconds(2)), write);
    assertEquals(new WriteOptions(Consistency.QUORUM, null, null), WriteOptions.DEFAULT);
    assertEquals(
        new ReadOptions(Consistency.TWO, Duration.ofSeconds(2)),
        ReadOptions.DEFAULT.with(Consistency.TWO).withTimeout(Duration.ofSeconds(2)));
    assertEquals(new ReadOptions(Consistency.QUORUM, null), ReadOptions.DEFAULT);
  }
}
