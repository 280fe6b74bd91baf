package io.aitta;

import io.aitta.codec.Codec;
import io.aitta.codec.CodecException;
import io.aitta.codec.JacksonCodec;
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
    Codec.requireId(codec.id());
    this.node = node;
    this.name = name;
    this.codec = codec;
    this.maxParallel = maxParallel;
  }

  /**
   * Makes a view of a store whose values are JSON, by {@link JacksonCodec#of(Class)}.
   *
   * @param name matches {@code [a-z0-9-]{1,64}}
   * @throws IllegalArgumentException if the name does not match, or the class cannot be told apart
   *     from its subtypes
   */
  public static <V> Store<V> of(AittaNode node, String name, Class<V> type) {
    return of(node, name, JacksonCodec.of(type));
  }

  /**
   * Makes a view of a store.
   *
   * @param name matches {@code [a-z0-9-]{1,64}}
   * @param codec turns values into bytes
   * @throws IllegalArgumentException if the name or the codec's id does not match
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

  /**
   * Stores a value at a quorum.
   *
   * @throws IllegalArgumentException naming the value and the bound, if the key or the encoded
   *     value is larger than allowed
   * @throws CodecException if the codec has no form for it
   */
  public CompletionStage<PutResult> put(String key, V value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /**
   * Stores a value.
   *
   * @return written, may have been applied, or refused: see {@link io.aitta.model.PutOutcome}
   * @throws IllegalArgumentException naming the value and the bound, if the key, the encoded value
   *     or an option is out of range
   * @throws CodecException if the codec has no form for it
   */
  public CompletionStage<PutResult> put(String key, V value, WriteOptions options) {
    return node.put(Key.of(name, key), encode(value), codec.id(), options);
  }

  /** Deletes a key at a quorum. */
  public CompletionStage<PutResult> delete(String key) {
    return delete(key, WriteOptions.DEFAULT);
  }

  /**
   * Deletes a key. Deleting one that is not there is written all the same.
   *
   * @throws IllegalArgumentException as {@link #put(String, Object, WriteOptions)}
   */
  public CompletionStage<PutResult> delete(String key, WriteOptions options) {
    return node.delete(Key.of(name, key), options);
  }

  /** Reads a key at a quorum. */
  public CompletionStage<GetResult<V>> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /**
   * Reads a key.
   *
   * @return the value, that there is none, that nothing is known, or that the codec cannot read it
   * @throws IllegalArgumentException naming the value and the bound, if the key or an option is out
   *     of range
   */
  public CompletionStage<GetResult<V>> get(String key, ReadOptions options) {
    return node.get(Key.of(name, key), options).thenApply(this::decode);
  }

  /**
   * Stores several values, each on its own: there is no order among them, and no atomicity.
   *
   * @return one result for each key, in the order of the map, when all have ended
   * @throws IllegalArgumentException if any of them is misuse; then none was begun
   * @throws CodecException if the codec has no form for one of them; then none was begun
   */
  public CompletionStage<Map<String, PutResult>> putAll(
      Map<String, V> values, WriteOptions options) {
    Map<String, Supplier<CompletionStage<PutResult>>> puts = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Key key = Key.of(this.name, name);
          Bytes encoded = encode(value);
          node.checkPut(key, encoded, codec.id(), options);
          puts.put(name, () -> node.put(key, encoded, codec.id(), options));
        });
    return new Batch<>(puts, maxParallel).start();
  }

  /**
   * Reads several keys, each on its own.
   *
   * @return one result for each distinct key, in the given order, when all have ended
   * @throws IllegalArgumentException if any of them is misuse; then none was begun
   */
  public CompletionStage<Map<String, GetResult<V>>> getAll(
      Collection<String> keys, ReadOptions options) {
    Map<String, Supplier<CompletionStage<GetResult<V>>>> gets = new LinkedHashMap<>();
    for (String name : keys) {
      Key key = Key.of(this.name, name);
      node.checkGet(key, options);
      gets.put(name, () -> node.get(key, options).thenApply(this::decode));
    }
    return new Batch<>(gets, maxParallel).start();
  }

  private Bytes encode(V value) {
    try {
      return Bytes.wrap(codec.encode(value));
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) { // a codec of the user's may throw anything
      throw new CodecException("codec [" + codec.id() + "] failed: " + e, e);
    }
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
    } catch (RuntimeException e) { // a codec of the user's may throw anything
      return new GetResult.Unreadable<>(
          entry.version(), entry.codec(), "codec [" + codec.id() + "] failed: " + e);
    }
  }
}
