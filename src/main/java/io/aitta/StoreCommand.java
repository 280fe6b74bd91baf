package io.aitta;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The typed protocol of a store, within one ActorSystem. Every command is answered exactly once,
 * with a {@link StoreReply}: the one named below, or {@link StoreReply.Misused} if no store could
 * carry it out.
 *
 * @param <V> the values
 */
public sealed interface StoreCommand<V> {

  /** Store a value; answered with {@link StoreReply.PutEnded}. */
  record Put<V>(String key, V value, WriteOptions options, ActorRef<StoreReply<V>> replyTo)
      implements StoreCommand<V> {}

  /** Delete a key; answered with {@link StoreReply.PutEnded}. */
  record Delete<V>(String key, WriteOptions options, ActorRef<StoreReply<V>> replyTo)
      implements StoreCommand<V> {}

  /** Read a key; answered with {@link StoreReply.GetEnded}. */
  record Get<V>(String key, ReadOptions options, ActorRef<StoreReply<V>> replyTo)
      implements StoreCommand<V> {}

  /** Store several values, each on its own; answered with {@link StoreReply.PutAllEnded}. */
  record PutAll<V>(Map<String, V> values, WriteOptions options, ActorRef<StoreReply<V>> replyTo)
      implements StoreCommand<V> {

    public PutAll {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values)); // keeps the order
    }
  }

  /** Read several keys, each on its own; answered with {@link StoreReply.GetAllEnded}. */
  record GetAll<V>(Collection<String> keys, ReadOptions options, ActorRef<StoreReply<V>> replyTo)
      implements StoreCommand<V> {

    public GetAll {
      keys = List.copyOf(keys);
    }
  }
}
