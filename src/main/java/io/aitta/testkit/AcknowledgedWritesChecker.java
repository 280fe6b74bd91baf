package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.testkit.Operation.Kind;
import io.aitta.testkit.Operation.Outcome;
import io.aitta.testkit.Verdict.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether acknowledged writes are lost, from what every key holds when all is over. That
 * must be what was written by a write that can be the last: one after which no acknowledged write
 * began. So it is that of the newest acknowledged write, of one that ran beside it, or of any that
 * was not acknowledged; nothing, if that is a delete or has a time to live.
 *
 * <p>This looks at puts, deletes and the end alone, in time that is linear for each key, and names
 * what is lost; {@link RegisterChecker} judges what was read meanwhile. Safe for use by any thread.
 */
public final class AcknowledgedWritesChecker {
  private AcknowledgedWritesChecker() {}

  /**
   * Checks every key by the gets of the history that began after every acknowledged write of the
   * key had ended. A key with acknowledged writes and no such get is undecided.
   */
  public static Verdict check(History history) {
    List<Finding> findings = new ArrayList<>();
    RegisterChecker.byKey(history.operations())
        .forEach(
            (key, operations) -> {
              List<Operation> last = lastGets(operations);
              if (last.isEmpty() && operations.stream().anyMatch(Operation::isAcknowledged)) {
                findings.add(unread(key));
              }
              last.forEach(
                  get -> check(key, operations, get.value(), get, get.toString(), findings));
            });
    return new Verdict(findings);
  }

  /**
   * Checks every key by what was found in another way, such as by probes of its copies.
   *
   * @param last what each key held when all was over; empty if there was nothing. A key that is
   *     missing and has acknowledged writes is undecided
   */
  public static Verdict check(History history, Map<Key, ? extends Optional<?>> last) {
    Map<Key, Object> known = new HashMap<>();
    last.forEach((key, value) -> value.ifPresent(found -> known.put(key, History.identify(found))));
    List<Finding> findings = new ArrayList<>();
    Map<Key, List<Operation>> histories = RegisterChecker.byKey(history.operations());
    last.keySet()
        .forEach(
            key -> {
              Object value = known.get(key);
              String end =
                  value == null ? "in the end there is nothing" : "in the end there is " + value;
              check(key, histories.getOrDefault(key, List.of()), value, null, end, findings);
            });
    histories.forEach(
        (key, operations) -> {
          if (!last.containsKey(key) && operations.stream().anyMatch(Operation::isAcknowledged)) {
            findings.add(unread(key));
          }
        });
    return new Verdict(findings);
  }

  private static Finding unread(Key key) {
    return new Finding(
        Verdict.Outcome.UNDECIDED,
        key,
        "undecided: nobody read it after its last acknowledged write",
        List.of());
  }

  private static List<Operation> lastGets(List<Operation> operations) {
    long lastReturn =
        operations.stream()
            .filter(Operation::isAcknowledged)
            .mapToLong(Operation::returnedNanos)
            .max()
            .orElse(-1);
    return operations.stream()
        .filter(Operation::isAnsweredGet)
        .filter(get -> get.invokedNanos() > lastReturn)
        .toList();
  }

  /**
   * Checks one key.
   *
   * @param get that found the value; null if another way did, after everything
   */
  private static void check(
      Key key,
      List<Operation> operations,
      @Nullable Object value,
      @Nullable Operation get,
      String end,
      List<Finding> findings) {
    long lastReturn = Long.MIN_VALUE; // of what can have left the value
    boolean isKnown = value == null; // a key is absent at first
    for (Operation write : operations) {
      if (canLeave(write, value) && (get == null || !get.precedes(write))) {
        isKnown = true;
        lastReturn = Math.max(lastReturn, write.returnedNanos());
      }
    }
    List<Operation> lost = new ArrayList<>();
    for (Operation write : operations) {
      if (write.isAcknowledged() && write.invokedNanos() > lastReturn) {
        lost.add(write);
      }
    }
    String found = isKnown ? end : end + ", which nobody wrote";
    if (!lost.isEmpty()) {
      List<Operation> newest = newest(lost);
      findings.add(new Finding(Verdict.Outcome.FAILED, key, explanation(newest, found), newest));
    } else if (!isKnown) {
      findings.add(new Finding(Verdict.Outcome.FAILED, key, found, List.of()));
    }
  }

  private static boolean canLeave(Operation write, @Nullable Object value) {
    if (!write.isWrite() || write.outcome() == Outcome.NOT_DONE) {
      return false;
    }
    return Objects.equals(write.value(), value)
        || (value == null && write.kind() == Kind.EXPIRING_PUT);
  }

  /** Those that no other one overwrote. */
  private static List<Operation> newest(List<Operation> lost) {
    long lastInvoked = lost.stream().mapToLong(Operation::invokedNanos).max().orElseThrow();
    return lost.stream().filter(write -> write.returnedNanos() >= lastInvoked).toList();
  }

  private static String explanation(List<Operation> lost, String end) {
    StringBuilder text = new StringBuilder(end).append(", so that acknowledged writes are lost:");
    lost.forEach(write -> text.append("\n  ").append(write));
    return text.toString();
  }
}
