package io.aitta.multijvm;

import io.aitta.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What clients did and were told, of all keys, and whether that is the history of atomic registers.
 * Versions give the order, so it is enough that they never go back: an operation that began after
 * another ended has no older version (a put a newer one), and a read returns a value that was put,
 * was not refused, and has the version that its put was told. Safe for use by several threads.
 */
final class History {

  /**
   * A put.
   *
   * @param value its checksum, which no other put shares
   * @param startNanos when it began
   * @param endNanos when it was answered
   * @param version of its receipt; null unless it was acknowledged
   */
  record Written(
      String key,
      String value,
      long startNanos,
      long endNanos,
      NodeClient.Outcome outcome,
      @Nullable Version version) {}

  /**
   * A read that was answered.
   *
   * @param value the checksum of what was read; null if absent
   * @param version of what was read; {@link Version#NONE} if absent
   */
  record Read(
      String key,
      @Nullable String value,
      long startNanos,
      long endNanos,
      Version version,
      String node) {}

  private final Queue<Written> writes = new ConcurrentLinkedQueue<>();
  private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
  private final AtomicLong lastNumber = new AtomicLong();

  /** A number that was not given before, to make values differ. */
  long nextNumber() {
    return lastNumber.incrementAndGet();
  }

  void add(Written write) {
    writes.add(write);
  }

  void add(Read read) {
    reads.add(read);
  }

  /** How many puts had an outcome. */
  long count(NodeClient.Outcome outcome) {
    return writes.stream().filter(write -> write.outcome() == outcome).count();
  }

  /** How many reads were answered. */
  int reads() {
    return reads.size();
  }

  /** What is wrong with it; empty if nothing. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    Map<String, List<Written>> writesOf = new HashMap<>();
    writes.forEach(write -> listOf(writesOf, write.key()).add(write));
    Map<String, List<Read>> readsOf = new HashMap<>();
    reads.forEach(read -> listOf(readsOf, read.key()).add(read));
    readsOf.forEach(
        (key, readsOfKey) ->
            readsOfKey.forEach(
                read ->
                    check(read, writesOf.getOrDefault(key, List.of()), readsOfKey, violations)));
    writesOf.forEach(
        (key, writesOfKey) ->
            writesOfKey.forEach(
                write ->
                    check(write, writesOfKey, readsOf.getOrDefault(key, List.of()), violations)));
    return violations;
  }

  private static <T> List<T> listOf(Map<String, List<T>> lists, String key) {
    return lists.computeIfAbsent(key, unused -> new ArrayList<>());
  }

  private static void check(
      Read read, List<Written> writes, List<Read> reads, List<String> violations) {
    if (read.value() != null) {
      checkOrigin(read, writes, violations);
    }
    for (Written write : writes) {
      Version version = write.version();
      if (version != null
          && write.endNanos() - read.startNanos() < 0
          && version.isNewerThan(read.version())) {
        violations.add(read + " lost " + write);
      }
    }
    for (Read before : reads) {
      if (before.endNanos() - read.startNanos() < 0
          && before.version().isNewerThan(read.version())) {
        violations.add(read + " went back before " + before);
      }
    }
  }

  private static void checkOrigin(Read read, List<Written> writes, List<String> violations) {
    for (Written write : writes) {
      if (write.value().equals(read.value())) {
        if (write.outcome() == NodeClient.Outcome.REFUSED) {
          violations.add(read + " shows what was refused: " + write);
        } else if (write.version() != null && !write.version().equals(read.version())) {
          violations.add(read + " has another version than " + write);
        } else if (write.startNanos() - read.endNanos() > 0) {
          violations.add(read + " shows what was not yet put: " + write);
        }
        return;
      }
    }
    violations.add(read + " shows what nobody put");
  }

  private static void check(
      Written write, List<Written> writes, List<Read> reads, List<String> violations) {
    Version version = write.version();
    if (version == null) {
      return;
    }
    for (Written before : writes) {
      Version earlier = before.version();
      if (earlier != null
          && before.endNanos() - write.startNanos() < 0
          && !version.isNewerThan(earlier)) {
        violations.add(write + " is not newer than " + before);
      }
    }
    for (Read before : reads) {
      if (before.endNanos() - write.startNanos() < 0 && !version.isNewerThan(before.version())) {
        violations.add(write + " is not newer than " + before);
      }
    }
  }
}
