package io.aitta.repair;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of some records of a partition that a node still holds, though it is no member any
 * more: they may be removed once every member holds each of them or a newer one, or said that it
 * does not take it since its key may have been deleted (protocol rule 8).
 */
public final class LeftoverPage {
  private final Configuration configuration;
  private final List<KeyVersion> records;
  private final Map<NodeId, Set<Key>> missing = new HashMap<>(); // of the members that answered
  private boolean isRefused;

  /**
   * Begins with nothing known.
   *
   * @param configuration of which the node is no member
   */
  public LeftoverPage(Configuration configuration, List<KeyVersion> records) {
    this.configuration = configuration;
    this.records = List.copyOf(records);
  }

  /** The configuration whose members are asked. */
  public Configuration configuration() {
    return configuration;
  }

  /** What they are asked for. */
  public List<KeyVersion> records() {
    return records;
  }

  /**
   * Records what a member holds.
   *
   * @param bits one for each record, the lowest of the first byte first; empty if it says nothing
   * @return what it lacks, which is to be offered to it
   */
  public List<KeyVersion> recordConfirmed(NodeId member, Bytes bits) {
    if (!configuration.members().contains(member) || missing.containsKey(member)) {
      return List.of();
    }
    if (bits.size() == 0) {
      isRefused = true;
      return List.of();
    }
    BitSet held = BitSet.valueOf(bits.toByteArray());
    List<KeyVersion> lacking = new ArrayList<>();
    Set<Key> keys = new HashSet<>();
    for (int i = 0; i < records.size(); i++) {
      if (!held.get(i)) {
        lacking.add(records.get(i));
        keys.add(records.get(i).key());
      }
    }
    missing.put(member, keys);
    return lacking;
  }

  /** Records that a member took a record, holds a newer one, or does not want it. */
  public void recordSettled(NodeId member, Key key) {
    Set<Key> keys = missing.get(member);
    if (keys != null) {
      keys.remove(key);
    }
  }

  /** Whether a member says nothing: it knows another configuration, or is not whole. */
  public boolean isRefused() {
    return isRefused;
  }

  /** Whether nobody needs the records from this node any more. */
  public boolean isComplete() {
    return missing.size() == configuration.members().size()
        && missing.values().stream().allMatch(Set::isEmpty);
  }
}
