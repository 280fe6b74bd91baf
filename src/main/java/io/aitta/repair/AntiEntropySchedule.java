package io.aitta.repair;

import io.aitta.model.Configuration;
import io.aitta.model.Hashing;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.partition.ConfigurationTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of this node's replicas is compared next, and with whose: what was asked for first, then
 * whatever was not compared for longer than the interval, the longest first. Only members compare;
 * the successors of a joint configuration load everything anyway. Whichever of two members begins,
 * the comparison counts for both, and the other one's turn comes only half an interval after the
 * next is due. One comparison runs at a time.
 *
 * <p>First comparisons are spread over one interval by a hash of the pair, so that nodes which
 * start together do not compare everything at once. A pair that is no pair any more is forgotten;
 * one that comes with a new configuration is new. Not safe for use by several threads.
 */
public final class AntiEntropySchedule {
  private final NodeId self;
  private final AntiEntropySettings settings;
  private final Map<ComparedPair, Standing> standings = new LinkedHashMap<>();
  private final Map<ComparedPair, Integer> demanded = new LinkedHashMap<>(); // failed attempts
  private @Nullable ConfigurationTable known; // of which the standings are
  private @Nullable ComparedPair running;
  private RepairProgress progress = new RepairProgress(0, 0, 0, 0, 0, 0);

  /** Begins with nothing compared. */
  public AntiEntropySchedule(NodeId self, AntiEntropySettings settings) {
    this.self = self;
    this.settings = settings;
  }

  /** Takes over the configurations that this node knows. */
  public void follow(ConfigurationTable configurations, long nowNanos) {
    if (configurations.equals(known)) {
      return;
    }
    known = configurations;
    Set<ComparedPair> present = new HashSet<>();
    for (Configuration configuration : configurations.all()) {
      if (configuration.members().contains(self)) {
        for (NodeId member : configuration.members()) {
          if (!member.equals(self)) {
            present.add(new ComparedPair(configuration.partition(), member));
          }
        }
      }
    }
    standings.keySet().retainAll(present);
    present.forEach(
        pair -> standings.computeIfAbsent(pair, unused -> new Standing(firstDue(pair, nowNanos))));
    for (ComparedPair pair : Set.copyOf(demanded.keySet())) {
      if (!present.contains(pair)) {
        demanded.remove(pair);
        progress = withCounts(0, 1, 0);
      }
    }
  }

  private long firstDue(ComparedPair pair, long nowNanos) {
    long bits =
        Hashing.mix(Hashing.mix(pair.partition().value() ^ self.value()) ^ pair.other().value());
    return nowNanos + Long.remainderUnsigned(bits, settings.interval().toNanos());
  }

  /**
   * Demands that partitions be compared with every other member now, in place of an earlier demand.
   */
  public void demand(Collection<PartitionId> partitions) {
    demanded.clear();
    Set<PartitionId> wanted = Set.copyOf(partitions);
    for (ComparedPair pair : standings.keySet()) {
      if (wanted.contains(pair.partition())) {
        demanded.put(pair, 0);
      }
    }
    progress = new RepairProgress(demanded.size(), 0, 0, 0, 0, 0);
  }

  /** How far the last demand is. */
  public RepairProgress progress() {
    return progress;
  }

  /**
   * Begins the next comparison.
   *
   * @param isComparable whether a pair can be compared now
   * @return null if none is due, or one is running
   */
  public @Nullable ComparedPair begin(Predicate<ComparedPair> isComparable, long nowNanos) {
    if (running != null) {
      return null;
    }
    running = nextDemanded(isComparable, nowNanos);
    if (running == null) {
      running = nextDue(isComparable, nowNanos);
    }
    return running;
  }

  private @Nullable ComparedPair nextDemanded(Predicate<ComparedPair> isComparable, long nowNanos) {
    boolean isLater = false;
    for (ComparedPair pair : demanded.keySet()) {
      if (isComparable.test(pair)) {
        Standing standing = standings.get(pair);
        if (standing == null || !standing.isLeftAlone(nowNanos)) {
          return pair;
        }
        isLater = true;
      }
    }
    if (!isLater) {
      progress = withCounts(0, 0, demanded.size());
      demanded.clear();
    }
    return null;
  }

  private @Nullable ComparedPair nextDue(Predicate<ComparedPair> isComparable, long nowNanos) {
    ComparedPair chosen = null;
    long longest = -1;
    for (Map.Entry<ComparedPair, Standing> each : standings.entrySet()) {
      Standing standing = each.getValue();
      long overdue = nowNanos - standing.dueNanos;
      if (overdue > longest
          && !standing.isLeftAlone(nowNanos)
          && isComparable.test(each.getKey())) {
        longest = overdue;
        chosen = each.getKey();
      }
    }
    return chosen;
  }

  /** Records that the running comparison came to its end, and what it found was moved. */
  public void recordCompared(long differences, long bytes, long nowNanos) {
    ComparedPair pair = end();
    recordDone(pair, differences, settings.interval().toNanos(), nowNanos);
    if (demanded.remove(pair) != null) {
      progress = withFound(differences, bytes);
      progress = withCounts(1, 0, 0);
    }
  }

  /** Records that another member compared its replica with this node's. */
  public void recordComparedBy(ComparedPair pair, long nowNanos) {
    long interval = settings.interval().toNanos();
    recordDone(pair, 0, interval + interval / 2, nowNanos);
  }

  private void recordDone(ComparedPair pair, long differences, long pauseNanos, long nowNanos) {
    Standing standing = standings.get(pair);
    if (standing != null) {
      standing.hasCompared = true;
      standing.differences = differences;
      standing.comparedNanos = nowNanos;
      standing.hasFailed = false;
      standing.dueNanos = nowNanos + pauseNanos;
    }
  }

  /** Records that the running comparison failed, or not all that it found was moved. */
  public void recordFailed(long differences, long bytes, long nowNanos) {
    ComparedPair pair = end();
    Standing standing = standings.get(pair);
    if (standing != null) {
      standing.hasFailed = true;
      standing.notBeforeNanos = nowNanos + settings.retry().toNanos();
    }
    Integer failures = demanded.get(pair);
    if (failures == null) {
      return;
    }
    progress = withFound(differences, bytes);
    if (failures + 1 < settings.maxAttempts()) {
      demanded.put(pair, failures + 1);
    } else {
      demanded.remove(pair);
      progress = withCounts(0, 1, 0);
    }
  }

  private ComparedPair end() {
    ComparedPair ended = running;
    if (ended == null) {
      throw new IllegalStateException("no comparison is running");
    }
    running = null;
    return ended;
  }

  /**
   * How long ago a partition was compared with the other member with which that was longest ago.
   *
   * @return nanoseconds; null if it was not compared with every one, or there is none
   */
  public @Nullable Long sinceCompared(PartitionId partition, long nowNanos) {
    Long longest = null;
    for (Map.Entry<ComparedPair, Standing> each : standings.entrySet()) {
      if (each.getKey().partition().equals(partition)) {
        if (!each.getValue().hasCompared) {
          return null;
        }
        long ago = nowNanos - each.getValue().comparedNanos;
        longest = longest == null ? ago : Math.max(longest, ago);
      }
    }
    return longest;
  }

  /** The partitions that were compared with every other member. */
  public Map<PartitionId, ComparedReplica> compared(long nowNanos) {
    Map<PartitionId, ComparedReplica> compared = new HashMap<>();
    Set<PartitionId> notAll = new HashSet<>();
    standings.forEach(
        (pair, standing) -> {
          if (standing.hasCompared) {
            compared.merge(
                pair.partition(),
                new ComparedReplica(nowNanos - standing.comparedNanos, standing.differences),
                (one, other) ->
                    new ComparedReplica(
                        Math.max(one.sinceNanos(), other.sinceNanos()),
                        one.differences() + other.differences()));
          } else {
            notAll.add(pair.partition());
          }
        });
    compared.keySet().removeAll(notAll);
    return compared;
  }

  /**
   * How long ago the pair was compared for which that was longest ago.
   *
   * @return nanoseconds; null if one was not compared, or there is none
   */
  public @Nullable Long sinceAllCompared(long nowNanos) {
    Long longest = null;
    for (Standing standing : standings.values()) {
      if (!standing.hasCompared) {
        return null;
      }
      long ago = nowNanos - standing.comparedNanos;
      longest = longest == null ? ago : Math.max(longest, ago);
    }
    return longest;
  }

  private RepairProgress withCounts(int compared, int failed, int unreachable) {
    return new RepairProgress(
        progress.pairs(),
        progress.compared() + compared,
        progress.failed() + failed,
        progress.unreachable() + unreachable,
        progress.differences(),
        progress.bytes());
  }

  private RepairProgress withFound(long differences, long bytes) {
    return new RepairProgress(
        progress.pairs(),
        progress.compared(),
        progress.failed(),
        progress.unreachable(),
        progress.differences() + differences,
        progress.bytes() + bytes);
  }

  /** When a pair was compared, and when it is to be. */
  private static final class Standing {
    private long dueNanos;
    private boolean hasCompared;
    private long comparedNanos; // meaningless unless hasCompared
    private long differences; // that were moved then; 0 if the other one counts them
    private boolean hasFailed; // since it was compared
    private long notBeforeNanos; // meaningless unless hasFailed

    Standing(long dueNanos) {
      this.dueNanos = dueNanos;
    }

    boolean isLeftAlone(long nowNanos) {
      return hasFailed && nowNanos - notBeforeNanos < 0;
    }
  }
}
