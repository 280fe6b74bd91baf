package io.aitta.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.aitta.Aitta;
import io.aitta.GetResult;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.Store;
import io.aitta.WriteOptions;
import io.aitta.codec.Codec;
import io.aitta.model.Consistency;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;

/**
 * Aitta as an application embeds it: the extension in an ActorSystem, and a {@link Store} of bytes.
 * Settings are keys of the configuration, and {@code read} and {@code write} for the consistency.
 */
public final class AittaStore implements StoreUnderTest {
  private @Nullable ActorSystem<Void> system; // null until started, as are the others
  private @Nullable Aitta aitta;
  private @Nullable Store<byte[]> store;
  private ReadOptions reads = ReadOptions.DEFAULT;
  private WriteOptions writes = WriteOptions.DEFAULT;

  @Override
  public void start(NodeSetup setup) {
    reads = reads.with(Consistency.valueOf(setup.setting("read", "QUORUM")));
    writes = writes.with(Consistency.valueOf(setup.setting("write", "QUORUM")));
    system = ActorSystem.create(Behaviors.empty(), "bench", config(setup));
  }

  private static Config config(NodeSetup setup) {
    Map<String, Object> own = new HashMap<>(setup.settings());
    own.remove("read");
    own.remove("write");
    own.put("aitta.bootstrap.nodes", setup.nodes());
    own.put("aitta.replication-factor", setup.replicas());
    own.put("aitta.storage.directory", setup.directory());
    return ConfigFactory.load(
        ConfigFactory.parseMap(own)
            .withFallback(ConfigFactory.parseResources("aitta-under-test.conf")));
  }

  @Override
  public String address() {
    return Cluster.get(running()).selfMember().address().toString();
  }

  @Override
  public void join(List<String> addresses) {
    Address first = AddressFromURIString.parse(addresses.get(0));
    Cluster.get(running()).manager().tell(Join.create(first));
    aitta = Aitta.get(running());
    store = aitta.store("bench", new BytesCodec());
  }

  @Override
  public boolean isReady() {
    if (aitta == null) {
      return false;
    }
    var ready = aitta.whenReady().toCompletableFuture();
    if (ready.isCompletedExceptionally()) {
      ready.join();
    }
    return aitta.node().isReady();
  }

  @Override
  public void get(String key, Completion completion) {
    var unused =
        joined()
            .get(key, reads)
            .whenComplete((result, failure) -> end(result, failure, completion));
  }

  private static void end(
      @Nullable GetResult<byte[]> result, @Nullable Throwable failure, Completion completion) {
    if (result instanceof GetResult.Found<byte[]> found) {
      completion.found(found.value());
    } else if (result instanceof GetResult.Unavailable<byte[]> unavailable) {
      completion.failed("unavailable: " + unavailable.refusal().code());
    } else {
      completion.failed(result == null ? nameOf(failure) : result.getClass().getSimpleName());
    }
  }

  @Override
  public void put(String key, byte[] value, Completion completion) {
    var unused =
        joined()
            .put(key, value, writes)
            .whenComplete((result, failure) -> end(result, failure, completion));
  }

  private static void end(
      @Nullable PutResult result, @Nullable Throwable failure, Completion completion) {
    if (result == null) {
      completion.failed(nameOf(failure));
    } else if (result.isWritten()) {
      completion.written();
    } else if (result.outcome() instanceof PutOutcome.Refused refused) {
      completion.failed("refused: " + refused.refusal().code());
    } else {
      completion.failed("may have been applied: " + statesOf(result));
    }
  }

  private static String statesOf(PutResult result) {
    return result.receipt().map(Receipt::replicas).orElse(List.of()).stream()
        .map(replica -> replica.state() + (replica.reason() == null ? "" : " " + replica.reason()))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String nameOf(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause == null ? "no result" : cause.getClass().getSimpleName();
  }

  private ActorSystem<Void> running() {
    if (system == null) {
      throw new IllegalStateException("not started");
    }
    return system;
  }

  private Store<byte[]> joined() {
    if (store == null) {
      throw new IllegalStateException("not joined");
    }
    return store;
  }

  @Override
  public void stop() throws Exception {
    ActorSystem<Void> ending = running();
    ending.terminate();
    ending.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static final class BytesCodec implements Codec<byte[]> {
    @Override
    public String id() {
      return "bytes";
    }

    @Override
    public byte[] encode(byte[] value) {
      return value;
    }

    @Override
    public byte[] decode(String codecId, byte[] bytes) {
      return bytes;
    }
  }
}
