package io.aitta;

import com.typesafe.config.Config;
import io.aitta.actor.NodeLauncher;
import io.aitta.actor.NodePorts;
import io.aitta.actor.NodeSettings;
import io.aitta.actor.ReconfigurationSettings;
import io.aitta.codec.Codec;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Aitta in an ActorSystem: the first call of {@link #get} starts this node, with the settings of
 * the section {@code aitta}. The ActorSystem must be a member of a Pekko cluster, or become one.
 */
public final class Aitta implements Extension {
  private final ActorSystem<?> system;
  private final LocalNode node;
  private final AtomicInteger storeActors = new AtomicInteger(); // that were made: names them

  private Aitta(ActorSystem<?> system) {
    this.system = system;
    Config config = system.settings().config().getConfig("aitta");
    NodeSettings settings = AittaSettings.read(config);
    String role = config.getString("role");
    requireRole(role, Cluster.get(system).selfMember().getRoles());
    ReconfigurationSettings moves = settings.reconfiguration();
    Duration leaving =
        moves.leavesOnShutdown(settings.engine()) ? moves.leaveTimeout() : Duration.ZERO;
    StartWarnings.of(system.settings().config(), settings.maxMessageBytes(), leaving)
        .forEach(warning -> system.log().warn("{}", warning));
    NodePorts ports = NodeLauncher.launch(system, settings, role);
    this.node = new LocalNode(settings, ports);
  }

  private static void requireRole(String role, Set<String> roles) {
    if (!role.isEmpty() && !roles.contains(role)) {
      throw new IllegalArgumentException(
          "aitta.role must be one of this cluster member's roles "
              + roles
              + ", was ["
              + role
              + "]");
    }
  }

  /**
   * Starts Aitta, or returns what was started already. Returns at once: {@link #whenReady} tells
   * when the node serves, and whether it ever will.
   *
   * @throws IllegalArgumentException naming the key, the value and the bound, if a setting is out
   *     of range, or if this member of the cluster lacks the role {@code aitta.role}
   */
  public static Aitta get(ActorSystem<?> system) {
    return Id.INSTANCE.apply(system);
  }

  /** The same for a classic ActorSystem. */
  public static Aitta get(ClassicActorSystemProvider system) {
    return get(Adapter.toTyped(system.classicSystem()));
  }

  /** This node: operations on bytes, and what it knows of the cluster. */
  public AittaNode node() {
    return node;
  }

  /**
   * A store of values as JSON, by {@link io.aitta.codec.JacksonCodec#of(Class)}. Costs nothing; ask
   * again as often as you like.
   *
   * @param name matches {@code [a-z0-9-]{1,64}}
   * @param type the values
   */
  public <V> Store<V> store(String name, Class<V> type) {
    return Store.of(node, name, type);
  }

  /**
   * A store of values. Costs nothing; ask again as often as you like.
   *
   * @param name matches {@code [a-z0-9-]{1,64}}
   * @param codec turns values into bytes
   */
  public <V> Store<V> store(String name, Codec<V> codec) {
    return Store.of(node, name, codec);
  }

  /**
   * An actor that takes {@link StoreCommand}s for a store, for use by actors. Each call makes one,
   * which lives as long as the system; {@link StoreActor#create} is for actors of your own life.
   */
  public <V> ActorRef<StoreCommand<V>> storeActor(String name, Codec<V> codec) {
    return system.systemActorOf(
        StoreActor.create(store(name, codec)),
        "aitta-store-" + name + "-" + storeActors.incrementAndGet(),
        Props.empty());
  }

  /** Completes when this node serves, or fails with the reason if it never will. */
  public CompletionStage<Void> whenReady() {
    return node.whenReady();
  }

  /**
   * Whether this node serves and took over what it was to hold since it started, for a readiness
   * check: {@link AittaNode#hasSettled}.
   */
  public Supplier<CompletionStage<Boolean>> readiness() {
    return () -> CompletableFuture.completedFuture(node.hasSettled());
  }

  private static final class Id extends ExtensionId<Aitta> {
    private static final Id INSTANCE = new Id();

    @Override
    public Aitta createExtension(ActorSystem<?> system) {
      return new Aitta(system);
    }
  }
}
