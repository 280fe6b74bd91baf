package io.aitta.repair;

import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.Bytes;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.WireSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link ListingRequest} in the making, from pages of the own records. It ends with
 * the question's range, or earlier: when the message is full, or when enough was read for one
 * question; the other side then asks on from there. Not safe for use by several threads.
 */
public final class ListingAnswer {
  private final ListingRequest request;
  private final int maxBytes;
  private final int maxRead;
  private final Map<Long, Integer> asked = new HashMap<>(); // positions of digests not seen here
  private final List<KeyVersion> others = new ArrayList<>();
  private int bytes; // of others
  private int read; // records, below nodes or not
  private @Nullable Key through; // up to which the answer goes; null: the beginning
  private boolean isRangeRead;
  private boolean isFull;

  /**
   * Begins.
   *
   * @param maxReadRecords after which the answer ends, with a page
   */
  public ListingAnswer(ListingRequest request, ComparisonLimits limits, int maxReadRecords) {
    this.request = request;
    this.maxBytes = limits.recordBytes(request.digests().size());
    this.maxRead = maxReadRecords;
    this.through = request.after();
    for (int i = 0; i < request.digests().size(); i++) {
      asked.put(request.digests().get(i), i);
    }
  }

  /** The key behind which own records are to be read next; null for the first. */
  public @Nullable Key readAfter() {
    return through;
  }

  /**
   * Records a page of own records.
   *
   * @param records in the order of their keys
   * @param pageThrough the last key of the page; null if nothing follows it
   */
  public void recordRead(List<KeyVersion> records, @Nullable Key pageThrough) {
    for (KeyVersion record : records) {
      if (isBeyond(record.key())) {
        isRangeRead = true;
        return;
      }
      read++;
      through = record.key();
      compare(record);
      if (bytes >= maxBytes) {
        isFull = true;
        return;
      }
    }
    through = pageThrough;
    Key end = request.through();
    isRangeRead = pageThrough == null || (end != null && pageThrough.compareTo(end) >= 0);
  }

  private boolean isBeyond(Key key) {
    return request.through() != null && key.compareTo(request.through()) > 0;
  }

  private void compare(KeyVersion record) {
    if (request.nodes().holds(RecordDigest.position(record.key()))
        && asked.remove(RecordDigest.of(record)) == null) {
      others.add(record);
      bytes += WireSize.ofKeyVersion(record);
    }
  }

  /** Whether no more records are to be read. */
  public boolean isComplete() {
    return isRangeRead || isFull || read >= maxRead;
  }

  /** The answer, when it is complete. */
  public ListingReply reply(Incarnation self) {
    if (!isComplete()) {
      throw new IllegalStateException("not everything is read");
    }
    BitSet unknown = new BitSet();
    asked.values().forEach(unknown::set);
    int bytesOfBits = (request.digests().size() + Byte.SIZE - 1) / Byte.SIZE;
    return new ListingReply(
        request.header().answeredBy(self),
        isRangeRead ? request.through() : through,
        Bytes.wrap(Arrays.copyOf(unknown.toByteArray(), bytesOfBits)),
        others);
  }
}
