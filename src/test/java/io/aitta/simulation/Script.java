package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import io.aitta.quorum.GetCourse;
import io.aitta.quorum.GetPlan;
import io.aitta.quorum.PutCourse;
import io.aitta.quorum.PutPlan;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose every message is moved by hand: for schedules that must be exactly so. Nodes are
 * named A, B, C and so on, of which some hold the partition at first; a coordinator may be any of
 * them or Z, which never holds it.
 */
final class Script {
  static final PartitionId PARTITION = new PartitionId(0);
  static final Key KEY = Key.of("script", "k");
  static final long BOUND_MILLIS = 2_000;

  private final Map<String, ScriptedNode> nodes = new TreeMap<>();
  private final @Nullable Mistake mistake;
  private final Configuration first;
  private final ScriptedChanges changes = new ScriptedChanges(this);
  private long nowMillis = 1_700_000_000_000L;

  Script(String... members) {
    this(null, members);
  }

  /**
   * A cluster that makes a mistake.
   *
   * @param mistake null for none
   */
  Script(@Nullable Mistake mistake, String... members) {
    this.mistake = mistake;
    this.first = Configuration.stable(PARTITION, Epoch.FIRST, ids(members));
    for (String name : List.of("A", "B", "C", "D", "E", "Z")) {
      nodes.put(name, new ScriptedNode(this, id(name)));
    }
  }

  boolean makes(Mistake other) {
    return mistake == other;
  }

  /** The configuration that everything begins with. */
  Configuration first() {
    return first;
  }

  static NodeId id(String name) {
    return new NodeId(name.charAt(0));
  }

  static List<NodeId> ids(String... names) {
    return Stream.of(names).map(Script::id).toList();
  }

  ScriptedNode node(String name) {
    ScriptedNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node [" + name + "]");
    }
    return node;
  }

  ScriptedNode node(NodeId id) {
    return nodes.values().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  Collection<ScriptedNode> nodes() {
    return nodes.values();
  }

  /** What happens to the configuration. */
  ScriptedChanges changes() {
    return changes;
  }

  long nowMillis() {
    return nowMillis;
  }

  long nowNanos() {
    return Duration.ofMillis(nowMillis).toNanos();
  }

  /** Lets true time pass, in which every node raises its ceiling. */
  void pass(long millis) {
    nowMillis += millis;
    nodes.values().forEach(ScriptedNode::raiseCeiling);
  }

  /** Lets true time pass, in which no node can store a higher ceiling. */
  void passWithFullDisks(long millis) {
    nowMillis += millis;
  }

  /** Begins a put at QUORUM; nothing arrives until it is told to. */
  ScriptedPut put(String coordinator, String value) {
    return put(coordinator, value, 0);
  }

  /** Begins a put that expires. */
  ScriptedPut put(String coordinator, String value, long timeToLiveMillis) {
    Version version = node(coordinator).issue();
    long expiresAtMillis =
        timeToLiveMillis == 0 ? Entry.NEVER : version.time().millis() + timeToLiveMillis;
    return begin(coordinator, Entry.value(version, expiresAtMillis, "text", Bytes.ofUtf8(value)));
  }

  /** Begins a delete at QUORUM. */
  ScriptedPut delete(String coordinator) {
    return begin(coordinator, Entry.tombstone(node(coordinator).issue()));
  }

  private ScriptedPut begin(String coordinator, Entry entry) {
    return new ScriptedPut(
        this,
        node(coordinator),
        new PutCourse(
            new PutPlan(
                KEY,
                entry,
                Consistency.QUORUM,
                countedBy(coordinator, Mistake.JOINT_WRITES_COUNT_IN_THE_OLD_SET),
                Set.of(),
                Map.of(),
                3,
                "script")));
  }

  /** The configuration as the coordinator knows it. */
  private Configuration countedBy(String coordinator, Mistake inTheOldSet) {
    Configuration configuration = node(coordinator).configuration();
    if (makes(inTheOldSet)) {
      return Mistake.oldSetAlone(configuration);
    }
    return makes(Mistake.JOINT_SETS_COUNT_AS_ONE)
        ? Mistake.bothSetsAsOne(configuration)
        : configuration;
  }

  /** Begins a get at QUORUM. */
  ScriptedGet get(String coordinator) {
    HybridTime time = node(coordinator).now();
    return new ScriptedGet(
        this,
        node(coordinator),
        new GetCourse(
            new GetPlan(
                KEY,
                Consistency.QUORUM,
                countedBy(coordinator, Mistake.JOINT_READS_COUNT_IN_THE_OLD_SET),
                Set.of(),
                node(coordinator).id(),
                time)));
  }

  /** A get at QUORUM that hears these replicas alone. */
  ScriptedGet get(String coordinator, String... heard) {
    ScriptedGet get = get(coordinator);
    for (String replica : heard) {
      get.exchange(replica);
    }
    return get;
  }

  /** What a reader finds that hears these replicas alone, with the repairs that it waits for. */
  String read(String... heard) {
    ScriptedGet get = get("Z");
    for (int i = 0; i < 3; i++) {
      for (String replica : heard) {
        get.exchangeIfAsked(replica);
      }
    }
    return get.result();
  }

  /** The oldest sends of several puts arrive together, and are carried out as one batch. */
  void deliverTogether(String replica, ScriptedPut... puts) {
    ScriptedSends.deliverTogether(node(replica), Stream.of(puts).map(ScriptedPut::sends).toList());
  }

  /** What a replica holds. */
  @Nullable Entry copy(String replica) {
    return node(replica).copy();
  }
}
