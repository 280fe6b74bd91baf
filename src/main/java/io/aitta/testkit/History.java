package io.aitta.testkit;

import io.aitta.GetResult;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.Store;
import io.aitta.WriteOptions;
import io.aitta.codec.CodecException;
import io.aitta.model.Bytes;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Version;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records what clients did to a cluster and what they were told, for {@link RegisterChecker},
 * {@link VersionChecker} and {@link AcknowledgedWritesChecker}. The cluster may be a {@link
 * TestCluster} or processes anywhere, as long as one JVM, whose clock gives the order, records all
 * that is ever done to its keys.
 *
 * <pre>{@code
 * History history = new History();
 * history.put(store, "42", "paid").toCompletableFuture().join(); // as store.put("42", "paid")
 * history.get(store, "42").toCompletableFuture().join();
 * RegisterChecker.check(history).orThrow();
 * }</pre>
 *
 * <p>Keys are registers when they are put, deleted and read at QUORUM or ALL. Values are kept by
 * what identifies them: two are the same if they are {@code equals}; of {@code byte[]} and {@link
 * Bytes} the size and the SHA-256 are kept. Checks are the stronger the more the values differ.
 *
 * <p>Memory: about 200 bytes for each operation beside the values, up to a capacity of operations;
 * one more is refused before anything is sent. Safe for use by any thread.
 */
public final class History {
  /** How many operations a history takes unless it is told. */
  public static final int DEFAULT_CAPACITY = 1_000_000;

  private final int capacity;
  private final LongSupplier clockNanos;
  private final long originNanos;
  private final AtomicLong lastNumber = new AtomicLong();
  private final Queue<Invocation> invocations = new ConcurrentLinkedQueue<>();

  /** Begins a history of up to {@link #DEFAULT_CAPACITY} operations by {@link System#nanoTime}. */
  public History() {
    this(DEFAULT_CAPACITY);
  }

  /**
   * Begins a history by {@link System#nanoTime}.
   *
   * @param capacity how many operations it takes, at least 1
   */
  public History(int capacity) {
    this(capacity, System::nanoTime);
  }

  /**
   * Begins a history.
   *
   * @param capacity how many operations it takes, at least 1
   * @param clockNanos never goes back, whichever threads read it
   */
  public History(int capacity, LongSupplier clockNanos) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was [" + capacity + "]");
    }
    this.capacity = capacity;
    this.clockNanos = clockNanos;
    this.originNanos = clockNanos.getAsLong();
  }

  /** Puts a value at a quorum. */
  public <V> CompletionStage<PutResult> put(Store<V> store, String key, V value) {
    return put(store, key, value, WriteOptions.DEFAULT);
  }

  /** Puts a value. What the store throws is thrown, and did not happen. */
  public <V> CompletionStage<PutResult> put(
      Store<V> store, String key, V value, WriteOptions options) {
    Kind kind = options.timeToLive() == null ? Kind.PUT : Kind.EXPIRING_PUT;
    Invocation put = invoke(Key.of(store.name(), key), kind, value);
    return watch(put, () -> store.put(key, value, options), result -> end(put, result));
  }

  /** Deletes a key at a quorum. */
  public CompletionStage<PutResult> delete(Store<?> store, String key) {
    return delete(store, key, WriteOptions.DEFAULT);
  }

  /** Deletes a key. What the store throws is thrown, and did not happen. */
  public CompletionStage<PutResult> delete(Store<?> store, String key, WriteOptions options) {
    Invocation delete = invokeDelete(Key.of(store.name(), key));
    return watch(delete, () -> store.delete(key, options), result -> end(delete, result));
  }

  /** Reads a key at a quorum. */
  public <V> CompletionStage<GetResult<V>> get(Store<V> store, String key) {
    return get(store, key, ReadOptions.DEFAULT);
  }

  /**
   * Reads a key. An answer that the codec cannot read says nothing, as one that is unavailable
   * does.
   */
  public <V> CompletionStage<GetResult<V>> get(Store<V> store, String key, ReadOptions options) {
    Invocation get = invokeGet(Key.of(store.name(), key));
    return watch(get, () -> store.get(key, options), result -> end(get, result));
  }

  /**
   * Records that a client begins to put a value that stays; call it before anything is sent.
   *
   * @throws IllegalStateException if the history is full
   */
  public Invocation invokePut(Key key, Object value) {
    return invoke(key, Kind.PUT, value);
  }

  /** As {@link #invokePut}, of a value with a time to live. */
  public Invocation invokeExpiringPut(Key key, Object value) {
    return invoke(key, Kind.EXPIRING_PUT, value);
  }

  /** As {@link #invokePut}, for a delete. */
  public Invocation invokeDelete(Key key) {
    return invoke(key, Kind.DELETE, null);
  }

  /** As {@link #invokePut}, for a get. */
  public Invocation invokeGet(Key key) {
    return invoke(key, Kind.GET, null);
  }

  private Invocation invoke(Key key, Kind kind, @Nullable Object value) {
    Object identity = value == null ? null : identify(value);
    long number = lastNumber.incrementAndGet();
    if (number > capacity) {
      throw new IllegalStateException("the history is full: it has " + capacity + " operations");
    }
    Invocation invocation =
        new Invocation(
            this, number, Thread.currentThread().getName(), key, kind, identity, nowNanos());
    invocations.add(invocation);
    return invocation;
  }

  private static <R> CompletionStage<R> watch(
      Invocation invocation, Supplier<CompletionStage<R>> call, Function<R, R> end) {
    CompletionStage<R> stage;
    try {
      stage = call.get();
    } catch (IllegalArgumentException | CodecException e) { // misuse: nothing was begun
      invocation.didNotHappen();
      throw e;
    }
    return stage.thenApply(end);
  }

  private static PutResult end(Invocation write, PutResult result) {
    Version version = result.receipt().map(Receipt::version).orElse(null);
    if (result.isWritten()) {
      write.ok(version);
    } else if (result.outcome() instanceof PutOutcome.Refused) {
      write.didNotHappen();
    } else {
      write.mayHaveHappened(version);
    }
    return result;
  }

  private static <V> GetResult<V> end(Invocation get, GetResult<V> result) {
    if (result instanceof GetResult.Found<V> found) {
      get.found(found.value(), found.version());
    } else if (result instanceof GetResult.NotFound<V> absent) {
      get.notFound(absent.deleted().equals(Version.NONE) ? null : absent.deleted());
    } else {
      get.mayHaveHappened();
    }
    return result;
  }

  /** What was recorded until now, in the order of beginnings. */
  public List<Operation> operations() {
    return invocations.stream()
        .map(Invocation::operation)
        .sorted(Comparator.comparingLong(Operation::number))
        .toList();
  }

  /** How many puts and deletes ended so; those that are under way are {@link Outcome#UNKNOWN}. */
  public long writes(Outcome outcome) {
    return invocations.stream()
        .map(Invocation::operation)
        .filter(operation -> operation.isWrite() && operation.outcome() == outcome)
        .count();
  }

  /** How many gets found a value, or that there is none. */
  public long answeredGets() {
    return invocations.stream()
        .filter(invocation -> invocation.operation().isAnsweredGet())
        .count();
  }

  long nowNanos() {
    return clockNanos.getAsLong() - originNanos;
  }

  /** What stands for a value. */
  static Object identify(Object value) {
    if (value instanceof byte[] bytes) {
      return digest(bytes);
    }
    if (value instanceof Bytes bytes) {
      return digest(bytes.toByteArray());
    }
    if (value.getClass().isArray()) {
      throw new IllegalArgumentException("value must have equals, was an array: [" + value + "]");
    }
    return value;
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return bytes.length + " bytes " + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
