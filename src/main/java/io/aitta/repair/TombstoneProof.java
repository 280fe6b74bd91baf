package io.aitta.repair;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The proof that dead records of one partition may be dropped, and their dropping (protocol rule
 * 7). Tombstones that are dropped by a clock alone come back as the values which they deleted
 * (Cassandra's {@code gc_grace_seconds}); these are dropped once every member of one configuration
 * has confirmed that it holds them.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>phase</th><th>event</th><th>next</th><th>why</th></tr>
 * <tr><td>asking</td><td>every member answered, all hold some of the records</td><td>waiting</td><td></td></tr>
 * <tr><td>asking</td><td>every member answered, no record is held by all</td><td>over</td><td>what is missing is
 *   given to those that lack it, and asked for again another time</td></tr>
 * <tr><td>asking</td><td>a member confirms nothing, or does not answer in time</td><td>over</td><td></td></tr>
 * <tr><td>waiting</td><td>the longest deadline has passed</td><td>dropping</td><td>a get that saw an older record
 *   before its replica confirmed is over: no repair that is sent from now on rests on it</td></tr>
 * <tr><td>dropping</td><td>every member answered, or the time is up</td><td>over</td><td>who did not drop holds what
 *   others dropped, and begins a proof of its own</td></tr>
 * </table>
 *
 * <p>A member that lacks a record does not count as if it held it, whatever its horizon:
 * <em>else</em> a get that found the member without the record could have it repaired to an older
 * value after the others dropped theirs.
 *
 * <p>Whoever uses it gives it up once the configuration is another one.
 */
public final class TombstoneProof {
  private static final long REPEAT_NANOS = 2_000_000_000L;
  private static final int MAX_REPETITIONS = 5;

  /** How far it is. */
  public enum Phase {
    /** Members have yet to say what they hold. */
    ASKING,
    /** All hold it; requests that began before that may still be under way. */
    WAITING,
    /** Members have yet to say that they dropped it. */
    DROPPING,
    /** Nothing is left to do. */
    OVER
  }

  private final Configuration configuration;
  private final List<KeyVersion> dead;
  private final long waitNanos;
  private final Map<NodeId, BitSet> held = new LinkedHashMap<>();
  private final Set<NodeId> dropped = new HashSet<>();
  private Phase phase = Phase.ASKING;
  private List<KeyVersion> proven = List.of();
  private long provenNanos;
  private long sentNanos;
  private int repetitions;

  /**
   * Begins.
   *
   * @param configuration that is not joint
   * @param dead what this node holds, for longer than the longest deadline and the clock bound
   * @param waitNanos the longest deadline of a request, and what clocks may differ in their rates
   *     over that time
   */
  public TombstoneProof(Configuration configuration, List<KeyVersion> dead, long waitNanos) {
    if (configuration.isJoint()) {
      throw new IllegalArgumentException("nothing is dropped in a joint configuration");
    }
    this.configuration = configuration;
    this.dead = List.copyOf(dead);
    this.waitNanos = waitNanos;
  }

  /** The configuration by which it holds. */
  public Configuration configuration() {
    return configuration;
  }

  /** How far it is. */
  public Phase phase() {
    return phase;
  }

  /** What members are asked for. */
  public List<KeyVersion> dead() {
    return dead;
  }

  /** What all members hold; empty before that is known. */
  public List<KeyVersion> proven() {
    return proven;
  }

  /** What a member that answered lacks. */
  public List<KeyVersion> missing(NodeId member) {
    BitSet bits = held.get(member);
    List<KeyVersion> missing = new ArrayList<>();
    for (int i = 0; bits != null && i < dead.size(); i++) {
      if (!bits.get(i)) {
        missing.add(dead.get(i));
      }
    }
    return missing;
  }

  /**
   * Those to whom the question, or the drop, is to be sent now. Those that did not answer are asked
   * again after a while, and given up after some times.
   */
  public List<NodeId> due(long nowNanos) {
    if (phase == Phase.WAITING && nowNanos - provenNanos >= waitNanos) {
      become(Phase.DROPPING);
    }
    boolean isSending = phase == Phase.ASKING || phase == Phase.DROPPING;
    if (!isSending || (repetitions > 0 && nowNanos - sentNanos < REPEAT_NANOS)) {
      return List.of();
    }
    if (repetitions == MAX_REPETITIONS) {
      phase = Phase.OVER;
      return List.of();
    }
    repetitions++;
    sentNanos = nowNanos;
    return configuration.members().stream().filter(member -> !hasAnswered(member)).toList();
  }

  private boolean hasAnswered(NodeId member) {
    return phase == Phase.ASKING ? held.containsKey(member) : dropped.contains(member);
  }

  private void become(Phase next) {
    phase = next;
    repetitions = 0;
  }

  /**
   * Records what a member confirmed.
   *
   * @param bits one for each record, the lowest of the first byte first; empty if it confirms
   *     nothing
   */
  public void recordConfirmed(NodeId member, Bytes bits, long nowNanos) {
    if (phase != Phase.ASKING || !configuration.members().contains(member)) {
      return;
    }
    if (bits.size() == 0) {
      phase = Phase.OVER;
      return;
    }
    held.put(member, BitSet.valueOf(bits.toByteArray()));
    if (held.size() == configuration.members().size()) {
      proven = proof();
      provenNanos = nowNanos;
      become(proven.isEmpty() ? Phase.OVER : Phase.WAITING);
    }
  }

  private List<KeyVersion> proof() {
    List<KeyVersion> all = new ArrayList<>();
    for (int i = 0; i < dead.size(); i++) {
      int record = i;
      if (held.values().stream().allMatch(bits -> bits.get(record))) {
        all.add(dead.get(i));
      }
    }
    return List.copyOf(all);
  }

  /** Records that a member carried out the drop, or will not. */
  public void recordDropped(NodeId member) {
    if (phase == Phase.DROPPING && configuration.members().contains(member)) {
      dropped.add(member);
      if (dropped.size() == configuration.members().size()) {
        phase = Phase.OVER;
      }
    }
  }
}
