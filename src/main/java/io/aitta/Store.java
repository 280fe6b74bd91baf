package io.aitta;

import io.aitta.codec.Codec;
import io.aitta.codec.CodecException;
import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A named set of entries of one type. Created by first use; costs nothing until then. Safe for use
 * by any thread.
 *
 * <p>Stages are completed on {@code aitta.callback-dispatcher}. None completes exceptionally:
 * whatever can happen is an outcome. Misuse is thrown at once, as {@link IllegalArgumentException}.
 *
 * @param <V> the values
 */
public final class Store<V> {
  private final AittaNode node;
  private final String name;
  private final Codec<V> codec;
  private final int maxParallel;

  private Store(AittaNode node, String name, Codec<V> codec, int maxParallel) {
    Key.requireStoreName(name);
    this.node = node;
    this.name = name;
    this.codec = codec;
    this.maxParallel = maxParallel;
  }

  /**
   * Makes a view of a store.
   *
   * @param name matches {@code [a-z0-9-]{1,64}}
   */
  public static <V> Store<V> of(AittaNode node, String name, Codec<V> codec) {
    return new Store<>(node, name, codec, 64);
  }

  /**
   * The same store with another bound on batches.
   *
   * @param parallel how many requests of one batch may be in flight at once, at least 1; 64 by
   *     default
   */
  public Store<V> withParallelism(int parallel) {
    if (parallel < 1) {
      throw new IllegalArgumentException("parallel must be at least 1, was [" + parallel + "]");
    }
    return new Store<>(node, name, codec, parallel);
  }

  /** The store's name. */
  public String name() {
    return name;
  }

  /** Stores a value at a quorum. */
  public CompletionStage<PutResult> put(String key, V value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /**
   * Stores a value.
   *
   * @throws CodecException if the codec has no form for it
   */
  public CompletionStage<PutResult> put(String key, V value, WriteOptions options) {
    return node.put(Key.of(name, key), Bytes.wrap(codec.encode(value)), codec.id(), options);
  }

  /** Deletes a key at a quorum. */
  public CompletionStage<PutResult> delete(String key) {
    return delete(key, WriteOptions.DEFAULT);
  }

  /** Deletes a key. */
  public CompletionStage<PutResult> delete(String key, WriteOptions options) {
    return node.delete(Key.of(name, key), options);
  }

  /** Reads a key at a quorum. */
  public CompletionStage<GetResult<V>> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Reads a key. */
  public CompletionStage<GetResult<V>> get(String key, ReadOptions options) {
    return node.get(Key.of(name, key), options).thenApply(this::decode);
  }

  /**
   * Stores several values, each on its own: there is no order among them, and no atomicity.
   *
   * @return one result for each key, in the given order, when all have ended
   */
  public CompletionStage<Map<String, PutResult>> putAll(
      Map<String, V> values, WriteOptions options) {
    Map<String, Supplier<CompletionStage<PutResult>>> puts = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Key key = Key.of(this.name, name);
          Bytes encoded = Bytes.wrap(codec.encode(value));
          puts.put(name, () -> node.put(key, encoded, codec.id(), options));
        });
    return new Batch<>(puts, maxParallel).start();
  }

  /**
   * Reads several keys, each on its own.
   *
   * @return one result for each distinct key, in the given order, when all have ended
   */
  public CompletionStage<Map<String, GetResult<V>>> getAll(
      Collection<String> keys, ReadOptions options) {
    Map<String, Supplier<CompletionStage<GetResult<V>>>> gets = new LinkedHashMap<>();
    for (String name : keys) {
      Key key = Key.of(this.name, name);
      gets.put(name, () -> node.get(key, options).thenApply(this::decode));
    }
    return new Batch<>(gets, maxParallel).start();
  }

  private GetResult<V> decode(GetOutcome outcome) {
    if (outcome instanceof GetOutcome.Found found) {
      return decode(found);
    }
    return outcome instanceof GetOutcome.NotFound absent
        ? new GetResult.NotFound<>(absent.deleted())
        : new GetResult.Unavailable<>(((GetOutcome.Unavailable) outcome).refusal());
  }

  private GetResult<V> decode(GetOutcome.Found found) {
    Entry entry = found.entry();
    try {
      V value = codec.decode(entry.codec(), entry.value().toByteArray());
      return new GetResult.Found<>(value, entry.version(), entry.expiresAt(), found.holders());
    } catch (CodecException e) {
      return new GetResult.Unreadable<>(
          entry.version(), entry.codec(), String.valueOf(e.getMessage()));
    }
  }
}
