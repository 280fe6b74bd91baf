package io.aitta.actor;

import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.PartitionId;
import io.aitta.repair.ByteBudget;
import io.aitta.storage.ScanPage;
import io.aitta.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is stored of this node's partitions, a page at a time, without the values; has what is
 * corrupt discarded. Bounded by a budget that is to be asked before. Owned by one actor.
 */
final class RecordPages {
  private static final int MAX_RECORDS = 1000;
  private static final int MAX_BYTES = 1 << 20;

  private final AntiEntropyWorks works;
  private final ActorRef<PartitionLoader.Command> discarder;
  private final ByteBudget budget;

  /**
   * @param discarder hears of what was discarded
   */
  RecordPages(AntiEntropyWorks works, ActorRef<PartitionLoader.Command> discarder, long nowNanos) {
    this.works = works;
    this.discarder = discarder;
    long bytesPerSecond = works.settings().maxReadBytesPerSecond();
    this.budget = new ByteBudget(bytesPerSecond, bytesPerSecond, nowNanos);
  }

  /**
   * One page.
   *
   * @param records the intact ones, in the order of their keys
   * @param through the last key of the page, corrupt ones included; null if nothing follows it
   */
  record Page(List<KeyVersion> records, @Nullable Key through) {}

  /** How long to wait before more is read. */
  long waitNanos(long nowNanos) {
    return budget.waitNanos(nowNanos);
  }

  Page read(PartitionId partition, @Nullable Key after) throws StorageException {
    ScanPage scanned = works.engine().scan(partition, after, MAX_RECORDS, MAX_BYTES);
    List<KeyVersion> records = new ArrayList<>();
    long bytes = 0;
    Key last = null;
    for (KeyedEntry one : scanned.entries()) {
      records.add(KeyVersion.of(one.key(), one.entry()));
      bytes += one.key().encodedSize() + one.entry().value().size();
      last = one.key();
    }
    budget.use(bytes, System.nanoTime());
    if (!scanned.corrupt().isEmpty()) {
      works.replica().tell(new Replica.Discard(partition, scanned.corrupt(), discarder));
      Key lastCorrupt = scanned.corrupt().get(scanned.corrupt().size() - 1);
      last = last == null || lastCorrupt.compareTo(last) > 0 ? lastCorrupt : last;
    }
    return new Page(List.copyOf(records), scanned.isLast() ? null : last);
  }
}
