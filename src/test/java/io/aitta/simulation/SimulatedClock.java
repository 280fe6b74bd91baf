package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.HybridClock;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.replica.NodeMetadata;
import io.aitta.replica.NodeMetadata.Ceilings;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageEngine;
import io.aitta.storage.StorageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulated node's hybrid clock over the wall clock that the simulation gives it. */
final class SimulatedClock {
  private final Simulation world;
  private final NodeId self;
  private final StorageEngine engine;
  private final HybridClock clock;

  SimulatedClock(Simulation world, NodeId self, StorageEngine engine) throws StorageException {
    this.world = world;
    this.self = self;
    this.engine = engine;
    Bytes stored = engine.readMetadata(NodeMetadata.CEILINGS);
    Ceilings ceilings =
        stored == null
            ? new Ceilings(HybridTime.ZERO, HybridTime.ZERO)
            : NodeMetadata.decodeCeilings(stored);
    this.clock = new HybridClock(ceilings.issued(), ceilings.exempt(), Simulation.BOUND_MILLIS);
  }

  private long physicalMillis() {
    return world.physicalMillis(self);
  }

  /** A reading for messages. */
  HybridTime read() {
    return clock.read(physicalMillis());
  }

  /** The present. */
  HybridTime now() {
    return clock.now(physicalMillis());
  }

  void observe(HybridTime remote) {
    clock.observe(remote, physicalMillis());
  }

  HybridTime awaited(HybridTime ofSource) {
    return clock.awaited(ofSource, physicalMillis());
  }

  /** Makes higher ceilings durable, then issues up to them. */
  void raiseCeilings() throws StorageException {
    HybridTime wanted =
        HybridTime.ofMillis(
            Math.max(physicalMillis(), clock.last().millis()) + Simulation.BOUND_MILLIS / 4);
    HybridTime exempt = clock.exemptCeiling().max(HybridTime.ofMillis(world.exemptMillis()));
    engine.write(
        List.of(
            new Mutation.PutMetadata(
                NodeMetadata.CEILINGS, NodeMetadata.encodeCeilings(new Ceilings(wanted, exempt)))),
        Durability.ALWAYS);
    clock.raiseCeiling(wanted);
    clock.raiseExemptCeiling(exempt);
  }

  /** A version that was never issued; null while the ceiling is reached. */
  @Nullable Version issue() {
    long now = physicalMillis();
    return clock.canIssue(now) ? new Version(clock.issue(now), self) : null;
  }

  /** A version above one that a replica holds. */
  @Nullable Restamp issueAbove(Version held) {
    if (clock.observe(held.time(), physicalMillis())) {
      Version version = issue();
      return version == null ? null : new Restamp(version, false);
    }
    HybridTime exempt = clock.issueExempt(held.time());
    return exempt == null ? null : new Restamp(new Version(exempt, self), true);
  }
}
