package io.aitta.simulation;

import io.aitta.model.Entry;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.LeftoverRemoval;
import io.aitta.replica.Horizons;
import io.aitta.storage.StorageException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after every event: no write that a majority acknowledged is held by fewer, no copy
 * of a value that nobody put, no receipt that counts what is not there. Reads the disks directly.
 */
final class Invariants {
  private final Simulation world;
  private final Map<Key, Version> acknowledged = new HashMap<>(); // the newest
  private final Map<Key, Map<Version, Set<NodeId>>> held = new HashMap<>(); // ever
  private final Map<Key, Map<Version, Set<NodeId>>> put = new HashMap<>(); // by a put, not a repair
  private final Map<Key, Version> dropped = new HashMap<>(); // the newest
  private final Map<Key, Map<Version, String>> contents = new HashMap<>();
  private final Map<KeyVersion, NodeId> covered = new HashMap<>(); // by hints, with their keeper
  private final Map<NodeId, HybridTime> readings = new HashMap<>(); // the latest

  Invariants(Simulation world) {
    this.world = world;
  }

  /** A node told others its clock's reading, behind which no run of it ever goes back. */
  void said(NodeId node, HybridTime reading) {
    HybridTime before = readings.put(node, reading);
    world.require(
        before == null || !before.isAfter(reading),
        () -> "the clock of " + node + " went back from " + before + " to " + reading);
  }

  /** What a node keeps in memory stays within its bound. */
  void bounded(NodeId node, String what, long size, long bound) {
    world.require(
        size <= bound, () -> node + " holds " + size + " " + what + ", not at most " + bound);
  }

  /** A replica dropped a dead record. */
  void dropped(KeyVersion record) {
    dropped.merge(
        record.key(), record.version(), (one, other) -> one.isNewerThan(other) ? one : other);
    checkNothingLost(record.key());
  }

  /** What a replica holds of the keys of a batch that it is about to carry out. */
  Map<Key, Entry> before(NodeId node, Collection<ReplicaRequest> batch) {
    Map<Key, Entry> held = new HashMap<>();
    for (ReplicaRequest request : batch) {
      Entry entry = read(node, request.key());
      if (entry != null) {
        held.put(request.key(), entry);
      }
    }
    return held;
  }

  /**
   * A replica carried out a batch: what it says that it applied is applied here one by one, last
   * writer wins, and must come out as what the disk holds.
   */
  void served(
      NodeId node, Map<Key, Entry> before, List<ReplicaRequest> batch, List<ReplicaReply> replies) {
    Map<Key, Entry> model = new HashMap<>(before);
    for (int i = 0; i < batch.size(); i++) {
      if (batch.get(i) instanceof ReplicaRequest.Write write
          && (isApplied(replies.get(i)) || isStoredThoughFailed(node, write, replies.get(i)))) {
        applied(node, model, write);
      }
    }
    for (ReplicaRequest request : batch) {
      Entry expected = model.get(request.key());
      world.require(
          Objects.equals(expected, read(node, request.key())),
          () -> node + " should hold " + expected + " of " + request.key());
      checkNothingLost(request.key());
    }
  }

  private static boolean isApplied(ReplicaReply reply) {
    return reply instanceof ReplicaReply.Wrote wrote && wrote.result() == WriteResult.APPLIED;
  }

  /** Whether a write is there of which the disk said that it failed. */
  private boolean isStoredThoughFailed(
      NodeId node, ReplicaRequest.Write write, ReplicaReply reply) {
    boolean hasFailed =
        reply instanceof ReplicaReply.Refused refused
            && (refused.reason() == RefusalReason.STORAGE_FULL
                || refused.reason() == RefusalReason.STORAGE_FAILED);
    Entry now = hasFailed ? read(node, write.key()) : null;
    return now != null && now.version().equals(write.entry().version());
  }

  private void applied(NodeId node, Map<Key, Entry> model, ReplicaRequest.Write write) {
    Key key = write.key();
    Entry now = model.get(key);
    Version version = write.entry().version();
    world.require(
        now == null || !now.version().isNewerThan(version),
        () -> node + " says that it applied " + version + " over " + now);
    if (now == null || version.isNewerThan(now.version())) {
      model.put(key, write.entry());
      Version gone = dropped.get(key);
      world.require(
          gone == null
              || version.isNewerThan(gone)
              || !write.entry().isVisibleAt(world.latestTime())
              || isNewToANewcomer(node, write),
          () -> node + " took " + version + " of " + key + " though " + gone + " was dropped");
    }
    holders(held, key, version).add(node);
    checkOneContent(key, write.entry());
    if (isByAClient(write)) {
      holders(put, key, version).add(node);
    }
  }

  /**
   * Whether a node that has yet to learn what its predecessors dropped takes a put: no put that was
   * under way when something was dropped is under way still, so this one is younger, whatever its
   * clock says.
   */
  private boolean isNewToANewcomer(NodeId node, ReplicaRequest.Write write) {
    return isByAClient(write)
        && world.running().stream().anyMatch(one -> one.self().equals(node) && one.isNewcomer());
  }

  private static boolean isByAClient(ReplicaRequest.Write write) {
    return write.origin() == WriteOrigin.PUT || write.origin() == WriteOrigin.RESTAMPED_PUT;
  }

  /** No version ever stands for two contents (protocol rule 12). */
  private void checkOneContent(Key key, Entry entry) {
    String content = entry.tombstone() ? "tombstone" : entry.value().utf8();
    String before =
        contents
            .computeIfAbsent(key, unused -> new HashMap<>())
            .putIfAbsent(entry.version(), content);
    world.require(
        before == null || before.equals(content),
        () -> entry.version() + " of " + key + " stands for " + before + " and " + content);
  }

  /** A write was answered. */
  void answered(Key key, PutOutcome outcome, boolean isAtQuorum) {
    if (outcome instanceof PutOutcome.Written written) {
      Receipt receipt = written.receipt();
      checkReceipt(key, receipt);
      world.require(
          receipt.acknowledged() >= receipt.required(),
          () -> "written with " + receipt.acknowledged());
      if (isAtQuorum) {
        acknowledged.merge(
            key, receipt.version(), (one, other) -> one.isNewerThan(other) ? one : other);
        checkNothingLost(key);
      }
    } else if (outcome instanceof PutOutcome.MaybeApplied maybe) {
      checkReceipt(key, maybe.receipt());
    }
  }

  /** A write's receipt is final: it names exactly those that acknowledged, and excludes nobody. */
  void settled(Key key, Receipt receipt) {
    checkReceipt(key, receipt);
    Set<NodeId> applied = holders(put, key, receipt.version());
    for (ReplicaReceipt replica : receipt.replicas()) {
      boolean isExcluded =
          replica.state() == ReplicaReceipt.State.FAILED
              && replica.reason() != null
              && replica.reason().isCertainlyNotApplied();
      world.require(
          !(isExcluded && applied.contains(replica.node())),
          () -> "receipt excludes " + replica.node() + " which applied " + receipt.version());
    }
  }

  /**
   * A write was acknowledged, and hints were kept for all that did not acknowledge it: unless their
   * keeper loses its disk, everybody who is to hold it will, though nobody reads it.
   */
  void hinted(NodeId keeper, Key key, Receipt receipt) {
    boolean isCovered =
        receipt.replicas().stream()
            .allMatch(
                replica ->
                    replica.state() == ReplicaReceipt.State.ACKNOWLEDGED
                        || replica.state() == ReplicaReceipt.State.HINTED);
    if (isCovered && receipt.acknowledged() >= receipt.required()) {
      covered.put(new KeyVersion(key, receipt.version(), false), keeper);
    }
  }

  /** A hint was given up since its entry may have been deleted: comparing replicas brings it. */
  void inQuestion(Key key, Version version) {
    covered
        .keySet()
        .removeIf(write -> write.key().equals(key) && !write.version().isNewerThan(version));
  }

  /** Every write for which hints were kept is everywhere, when all of them were delivered. */
  void checkHinted() {
    List<NodeId> members = world.membership().served().configuration().members();
    covered.forEach(
        (write, keeper) -> {
          Version gone = dropped.get(write.key());
          boolean isDropped = gone != null && !write.version().isNewerThan(gone);
          for (NodeId member : members) {
            world.require(
                isDropped || world.isGone(keeper) || holds(member, write.key(), write.version()),
                () -> member + " lacks " + write + ", of which " + keeper + " kept hints");
          }
        });
  }

  private void checkReceipt(Key key, Receipt receipt) {
    Set<NodeId> holders = holders(held, key, receipt.version());
    Set<NodeId> distinct = new HashSet<>();
    for (ReplicaReceipt replica : receipt.replicas()) {
      world.require(
          distinct.add(replica.node()), () -> "receipt names " + replica.node() + " twice");
      world.require(
          replica.state() != ReplicaReceipt.State.ACKNOWLEDGED || holders.contains(replica.node()),
          () -> "receipt counts " + replica.node() + " which never held " + receipt.version());
    }
  }

  /** Nothing that was acknowledged of any key is lost: configurations have changed. */
  void checkNothingLost() {
    acknowledged.keySet().forEach(this::checkNothingLost);
  }

  private void checkNothingLost(Key key) {
    Version newest = acknowledged.get(key);
    Version gone = dropped.get(key);
    if (newest == null || (gone != null && !newest.isNewerThan(gone))) {
      return; // nobody needs to hold it any more, and nobody may hold an older value
    }
    List<NodeId> members = world.membership().served().configuration().members();
    long holders = members.stream().filter(node -> holds(node, key, newest)).count();
    world.require(
        holders >= members.size() / 2 + 1,
        () ->
            "acknowledged " + newest + " of " + key + " is held by " + holders + " of " + members);
  }

  private boolean holds(NodeId node, Key key, Version version) {
    Entry entry = read(node, key);
    return entry != null && !version.isNewerThan(entry.version());
  }

  /** Every replica of the given nodes holds the same version, but for one that is being dropped. */
  void checkConverged(Key key, List<NodeId> nodes) {
    Version gone = dropped.get(key);
    Set<Optional<Version>> versions = new HashSet<>();
    for (NodeId node : nodes) {
      versions.add(
          Optional.ofNullable(read(node, key))
              .map(Entry::version)
              .filter(version -> gone == null || version.isNewerThan(gone)));
    }
    world.require(
        versions.size() == 1, () -> "replicas of " + key + " did not converge: " + versions);
  }

  /**
   * Leftovers of a node are about to be removed: everyone for whom they were kept holds them, or
   * newer ones, or has forgotten a delete that may have been theirs.
   */
  void leftoversEnd(NodeId node, LeftoverRemoval removal) {
    if (!world.membership().served().configuration().equals(removal.configuration())) {
      return; // the members have moved on, and may have begun with nothing since
    }
    for (NodeId member : removal.configuration().members()) {
      Version horizon = horizon(member);
      for (KeyVersion record : removal.records()) {
        world.require(
            holds(member, record.key(), record.version()) || !record.version().isNewerThan(horizon),
            () -> node + " removes " + record + " which " + member + " was to be offered");
      }
    }
  }

  private Version horizon(NodeId node) {
    try {
      return Horizons.read(world.disk(node), 1).of(Simulation.PARTITION).version();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether no node that runs holds anything of an earlier stay in the partition. */
  boolean isNothingLeftOver() {
    List<NodeId> members = world.membership().served().configuration().replicas();
    return world.running().stream()
        .map(SimulatedNode::self)
        .allMatch(
            node ->
                isEmpty(node, Simulation.PARTITION.setAside())
                    && (members.contains(node) || isEmpty(node, Simulation.PARTITION)));
  }

  private boolean isEmpty(NodeId node, PartitionId space) {
    try {
      return world.disk(node).scan(space, null, 1, 1_000_000).entries().isEmpty();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<NodeId> holders(
      Map<Key, Map<Version, Set<NodeId>>> all, Key key, Version version) {
    return all.computeIfAbsent(key, unused -> new HashMap<>())
        .computeIfAbsent(version, unused -> new HashSet<>());
  }

  private @Nullable Entry read(NodeId node, Key key) {
    try {
      return world.disk(node).read(Simulation.PARTITION, key);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }
}
