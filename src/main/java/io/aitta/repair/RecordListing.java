package io.aitta.repair;

import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Digests;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.TreeNodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last part of a {@link TreeComparison}: the records below the nodes that differ, one by one.
 * Goes through the partition once, in the order of the keys, on both sides, whatever the number of
 * nodes, because that is how records are stored. Sends the digests of own records, of 8 bytes each;
 * the answer names what this side lacks with key and version. Holds the records of one message, and
 * of one page that was read.
 */
final class RecordListing {
  private final TreeNodes nodes;
  private final int maxDigests;
  private final ArrayDeque<KeyVersion> own = new ArrayDeque<>(); // read, not answered for
  private @Nullable Key readThrough; // null: nothing, or everything
  private boolean isAllRead;
  private @Nullable Key answeredThrough; // null: nothing, or everything
  private boolean isComplete;

  RecordListing(TreeNodes nodes, ComparisonLimits limits) {
    this.nodes = nodes;
    this.maxDigests = limits.maxDigests();
  }

  /** Whether own records are to be read before there is enough to ask. */
  boolean needsRecords() {
    return !isAllRead && own.size() < maxDigests;
  }

  boolean isComplete() {
    return isComplete;
  }

  @Nullable Key readAfter() {
    return readThrough;
  }

  void recordRead(List<KeyVersion> records, @Nullable Key through) {
    if (!needsRecords()) {
      throw new IllegalStateException("no records needed");
    }
    for (KeyVersion record : records) {
      if (nodes.holds(RecordDigest.position(record.key()))) {
        own.add(record);
      }
    }
    readThrough = through;
    isAllRead = through == null;
  }

  ListingRequest question(ComparisonHeader header) {
    int count = Math.min(own.size(), maxDigests);
    long[] digests = new long[count];
    Iterator<KeyVersion> records = own.iterator();
    for (int i = 0; i < count; i++) {
      digests[i] = RecordDigest.of(records.next());
    }
    return new ListingRequest(
        header, nodes, answeredThrough, askedThrough(), Digests.wrap(digests));
  }

  /** The last key of the question's range; null if it has no end. */
  private @Nullable Key askedThrough() {
    if (own.size() <= maxDigests) {
      return isAllRead ? null : readThrough;
    }
    Iterator<KeyVersion> records = own.iterator();
    for (int i = 1; i < maxDigests; i++) {
      records.next();
    }
    return records.next().key();
  }

  /** What an answer shows; null if it is none. */
  @Nullable List<Difference> differences(ListingReply reply) {
    int asked = Math.min(own.size(), maxDigests);
    Key through = reply.through();
    if (reply.unknown().size() != (asked + Byte.SIZE - 1) / Byte.SIZE || !isAhead(through)) {
      return null;
    }
    Map<Key, KeyVersion> others = new HashMap<>();
    for (KeyVersion other : reply.others()) {
      if (isAnswered(other.key(), through)
          && nodes.holds(RecordDigest.position(other.key()))
          && (answeredThrough == null || other.key().compareTo(answeredThrough) > 0)) {
        others.put(other.key(), other);
      }
    }
    List<Difference> differences = new ArrayList<>();
    byte[] unknown = reply.unknown().toByteArray();
    for (int i = 0; i < asked && isAnswered(own.getFirst().key(), through); i++) {
      KeyVersion mine = own.removeFirst();
      KeyVersion other = others.remove(mine.key());
      if (other != null) {
        if (!other.equals(mine)) {
          differences.add(new Difference(mine.key(), mine, other));
        }
      } else if (((unknown[i / Byte.SIZE] >> (i % Byte.SIZE)) & 1) == 1) {
        differences.add(new Difference(mine.key(), mine, null));
      }
    }
    others.forEach((key, other) -> differences.add(new Difference(key, null, other)));
    answeredThrough = through;
    isComplete = through == null;
    return differences;
  }

  /** Whether an answer up to that key leads on, and not beyond the question. */
  private boolean isAhead(@Nullable Key through) {
    Key askedThrough = askedThrough();
    if (through == null) {
      return askedThrough == null;
    }
    return (answeredThrough == null || through.compareTo(answeredThrough) > 0)
        && (askedThrough == null || through.compareTo(askedThrough) <= 0);
  }

  private static boolean isAnswered(Key key, @Nullable Key through) {
    return through == null || key.compareTo(through) <= 0;
  }
}
