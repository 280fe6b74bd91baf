package io.aitta.handoff;

import io.aitta.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the hints that are kept for each node, keeps them within bounds, and says for whom a
 * delivery is due. A place is reserved before a hint is stored, and what was stored is given back
 * only by counting it anew, so that the bound holds at every moment.
 */
public final class HintBook {
  private static final int MAX_DOUBLINGS = 20;

  private final HintLimits limits;
  private final Map<NodeId, Account> accounts = new LinkedHashMap<>();

  /** Begins with no hints. */
  public HintBook(HintLimits limits) {
    this.limits = limits;
  }

  /** Counts hints that are stored, whether or not they are within the bounds. */
  public void recordStored(NodeId target, long hints, long bytes) {
    Account account = account(target);
    account.storedHints += hints;
    account.storedBytes += bytes;
  }

  /** Forgets what is stored, before it is counted anew. What is reserved stays so. */
  public void forgetStored() {
    for (Account account : accounts.values()) {
      account.storedHints = 0;
      account.storedBytes = 0;
    }
  }

  /** Reserves the place of a hint; false if the bounds leave none. */
  public boolean reserve(NodeId target, long bytes) {
    Account account = account(target);
    if (account.hints() >= limits.maxHints() || account.bytes() + bytes > limits.maxBytes()) {
      return false;
    }
    account.reservedHints++;
    account.reservedBytes += bytes;
    return true;
  }

  /** Gives back the place that was reserved for a hint: it is stored now, or will not be. */
  public void release(NodeId target, long bytes) {
    Account account = account(target);
    if (account.reservedHints < 1 || account.reservedBytes < bytes) {
      throw new IllegalStateException(
          "released more hints than were reserved for node [" + target + "]");
    }
    account.reservedHints--;
    account.reservedBytes -= bytes;
  }

  /** Records that a target took what it was sent. */
  public void recordDelivered(NodeId target) {
    account(target).failures = 0;
  }

  /** Records that a target refused or did not answer: it is left alone for a while. */
  public void recordFailed(NodeId target, long nowNanos) {
    Account account = account(target);
    int doublings = Math.min(account.failures, MAX_DOUBLINGS);
    long firstNanos = limits.firstBackOff().toNanos();
    long maxNanos = limits.maxBackOff().toNanos();
    long pauseNanos = firstNanos > maxNanos >> doublings ? maxNanos : firstNanos << doublings;
    account.failures = Math.min(account.failures + 1, MAX_DOUBLINGS);
    account.notBeforeNanos = nowNanos + pauseNanos;
  }

  /** The nodes that have hints and are not left alone now. */
  public List<NodeId> due(long nowNanos) {
    return accounts.entrySet().stream()
        .filter(entry -> entry.getValue().hints() > 0)
        .filter(
            entry ->
                entry.getValue().failures == 0 || nowNanos - entry.getValue().notBeforeNanos >= 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The nodes that have hints, kept or reserved. */
  public List<NodeId> targets() {
    return accounts.entrySet().stream()
        .filter(entry -> entry.getValue().hints() > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The hints that are kept or reserved, in all. */
  public long hints() {
    return accounts.values().stream().mapToLong(Account::hints).sum();
  }

  /** The hints that are kept or reserved for a node. */
  public long hints(NodeId target) {
    Account account = accounts.get(target);
    return account == null ? 0 : account.hints();
  }

  private Account account(NodeId target) {
    return accounts.computeIfAbsent(target, unused -> new Account());
  }

  /** What is kept for one node. */
  private static final class Account {
    private long storedHints; // >= 0; never less than there are
    private long storedBytes; // >= 0
    private long reservedHints; // >= 0
    private long reservedBytes; // >= 0
    private int failures; // in a row, at most MAX_DOUBLINGS
    private long notBeforeNanos; // meaningless unless failures > 0

    private long hints() {
      return storedHints + reservedHints;
    }

    private long bytes() {
      return storedBytes + reservedBytes;
    }
  }
}
