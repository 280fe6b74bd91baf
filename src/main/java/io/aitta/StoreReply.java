package io.aitta;

import java.util.Map;

/**
 * The answers of a store's actor.
 *
 * @param <V> the values
 */
public sealed interface StoreReply<V> {

  /** A put or delete ended. */
  record PutEnded<V>(String key, PutResult result) implements StoreReply<V> {}

  /** A get ended. */
  record GetEnded<V>(String key, GetResult<V> result) implements StoreReply<V> {}

  /** Every put of several ended. */
  record PutAllEnded<V>(Map<String, PutResult> results) implements StoreReply<V> {}

  /** Every get of several ended. */
  record GetAllEnded<V>(Map<String, GetResult<V>> results) implements StoreReply<V> {}

  /**
   * The command asked for something that no store does; nothing was done. Names the value and the
   * bound.
   */
  record Misused<V>(String problem) implements StoreReply<V> {}
}
