package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import io.aitta.repair.PartitionMerge;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The pages of this node's own partitions that others are given; owned by one actor. */
final class CopyPages {
  private static final int MAX_PAGE_ENTRIES = 1000;

  private final LoaderWorks works;
  private final Map<PartitionId, Integer> discarding = new HashMap<>(); // the replica is to record

  CopyPages(LoaderWorks works) {
    this.works = works;
  }

  /**
   * Answers a request. What is corrupt in the page is discarded, and this node's partition is not
   * whole from then on, whatever the replica has recorded of it yet.
   */
  CopyPage page(CopyRequest request, ActorRef<PartitionLoader.Command> discarder, Logger log) {
    ServiceState service = works.service().get();
    ConfigurationTable configurations = service.configurations();
    if (!service.isServing()
        || configurations == null
        || request.partition().value() >= configurations.partitions()) {
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
    Configuration configuration = configurations.configuration(request.partition());
    if (!PartitionMerge.mayBeGiven(configuration, works.self(), request.epoch())) {
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
    try {
      ScanPage scanned = scan(request, request.after(), discarder);
      boolean isWhole =
          !discarding.containsKey(request.partition())
              && !works.recovering().get().containsKey(request.partition());
      CopyPage.Status last = isWhole ? CopyPage.Status.LAST : CopyPage.Status.LAST_NOT_WHOLE;
      return page(request, scanned.isLast() ? last : CopyPage.Status.MORE, scanned.entries());
    } catch (StorageException e) {
      log.warn("could not read partition {}", request.partition(), e);
      return page(request, CopyPage.Status.REFUSED, List.of());
    }
  }

  /** Records that the replica has recorded a loss that was found here. */
  void recordDiscarded(PartitionId partition) {
    discarding.computeIfPresent(partition, (same, losses) -> losses == 1 ? null : losses - 1);
  }

  /** A page with an entry, unless it is the last. */
  private ScanPage scan(
      CopyRequest request, @Nullable Key after, ActorRef<PartitionLoader.Command> discarder)
      throws StorageException {
    PartitionId partition = request.partition();
    int maxBytes = Math.max(1, Math.min(request.maxBytes(), works.pageBytes()));
    ScanPage scanned = works.engine().scan(partition, after, MAX_PAGE_ENTRIES, maxBytes);
    if (!scanned.corrupt().isEmpty()) {
      discarding.merge(partition, 1, Integer::sum);
      works.replica().tell(new Replica.Discard(partition, scanned.corrupt(), discarder));
    }
    return scanned.isLast() || !scanned.entries().isEmpty()
        ? scanned
        : scan(request, scanned.corrupt().get(scanned.corrupt().size() - 1), discarder);
  }

  private CopyPage page(CopyRequest request, CopyPage.Status status, List<KeyedEntry> entries) {
    return new CopyPage(
        request.id(),
        works.self(),
        works.incarnation(),
        request.from(),
        request.partition(),
        status,
        works.horizons().of(request.partition()).version(),
        works.clock().read(),
        entries);
  }
}
