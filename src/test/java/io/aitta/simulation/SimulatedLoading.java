package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.WriteOrigin;
import io.aitta.repair.PartitionMerge;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a simulated node loads what a joint configuration wants it to hold, an entry at a time, and
 * gives pages to others.
 */
final class SimulatedLoading {
  private static final long PATIENCE_NANOS = 500_000_000;

  private final Simulation world;
  private final SimulatedNode node;
  private @Nullable PartitionMerge merge; // null if there is nothing to load
  private Epoch merging = Epoch.NONE; // what the merge is for
  private @Nullable NodeId source;
  private @Nullable Key after;
  private long lastPage;
  private long askedNanos;

  SimulatedLoading(Simulation world, SimulatedNode node) {
    this.world = world;
    this.node = node;
  }

  /** Goes on with what is to be loaded, if anything. */
  void load() {
    Configuration joint = node.configuration();
    if (!node.isServed()
        || !joint.successors().contains(node.self())
        || node.state().isLoaded(Simulation.PARTITION, joint.epoch())) {
      merge = null;
      return;
    }
    if (merge == null || !merging.equals(joint.epoch())) {
      merge = PartitionMerge.loading(joint, node.self(), world.nowNanos());
      merging = joint.epoch();
      source = null;
    }
    boolean isTakenForWhole =
        world.makes(Mistake.ONLY_NEWCOMERS_MERGE) && joint.members().contains(node.self());
    if (merge.isComplete(node.readClock()) || isTakenForWhole) {
      becomeLoaded();
    } else if (source == null || world.nowNanos() - askedNanos >= PATIENCE_NANOS) {
      askSomebody(merge);
    }
  }

  private void becomeLoaded() {
    try {
      node.state().becomeLoaded(Map.of(Simulation.PARTITION, merging));
    } catch (StorageException e) {
      return; // recorded at the next tick
    }
    world.trace(node.self(), "loaded", merging);
    world.coverage().count(Event.LOADED);
  }

  private void askSomebody(PartitionMerge now) {
    if (source == null || !node.alive().contains(source)) {
      source = now.nextSource(node.alive()::contains, world.nowNanos());
      after = null;
    }
    if (source != null) {
      ask(source);
    }
  }

  private void ask(NodeId from) {
    askedNanos = world.nowNanos();
    node.send(
        from,
        new CopyRequest(
            ++lastPage,
            node.self(),
            node.incarnation(),
            from,
            Simulation.PARTITION,
            merging,
            after,
            1));
  }

  /** Gives a page, once this node is fenced: it refuses whatever is older than the request. */
  void pageAsked(CopyRequest request) {
    Configuration configuration = node.configuration();
    CopyPage.Status status = CopyPage.Status.REFUSED;
    List<KeyedEntry> entries = List.of();
    if (PartitionMerge.mayBeGiven(configuration, node.self(), request.epoch())
        || world.makes(Mistake.SOURCES_ARE_NOT_FENCED)) {
      try {
        ScanPage page = node.engine().scan(Simulation.PARTITION, request.after(), 1, 1);
        status = page.isLast() ? CopyPage.Status.LAST : CopyPage.Status.MORE;
        entries = page.entries();
      } catch (StorageException e) {
        world.trace(node.self(), "gives no page, since its disk fails");
      }
    }
    node.send(
        request.from(),
        new CopyPage(
            request.id(),
            node.self(),
            node.incarnation(),
            request.from(),
            Simulation.PARTITION,
            status,
            node.horizons().of(Simulation.PARTITION).version(),
            node.readClock(),
            entries));
  }

  /** Merges a page, unless it is no answer to the last request. */
  void pageArrived(CopyPage page) {
    PartitionMerge now = merge;
    if (now == null || page.id() != lastPage || !page.from().equals(source)) {
      return;
    }
    lastPage++;
    List<ReplicaRequest> writes =
        page.entries().stream()
            .<ReplicaRequest>map(
                entry ->
                    new ReplicaRequest.Write(
                        entry.key(), merging, entry.entry(), WriteOrigin.TRANSFER))
            .toList();
    try {
      node.state().adoptHorizon(Simulation.PARTITION, page.horizon());
    } catch (StorageException e) {
      source = null;
      return;
    }
    if (page.status() == CopyPage.Status.REFUSED
        || !node.carryOut(writes).stream().allMatch(ReplicaReply.Wrote.class::isInstance)) {
      source = null;
    } else if (page.status() == CopyPage.Status.MORE) {
      after = page.entries().get(page.entries().size() - 1).key();
      ask(page.from());
    } else {
      now.recordMerged(page.from(), true, node.awaited(page.time()));
      source = null;
      if (world.makes(Mistake.ONE_SOURCE_IS_ENOUGH)) {
        becomeLoaded();
      }
      load();
    }
  }
}
