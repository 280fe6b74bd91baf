package io.aitta.testkit;

import io.aitta.model.Key;
import io.aitta.model.Version;
import io.aitta.testkit.Operation.Outcome;
import io.aitta.testkit.Verdict.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the versions of a history go with what clients saw: a write that began after
 * another operation of its key had ended has a newer version than that one wrote or found; a get
 * found one that is not older; and a value that was found has the version of a put of that value.
 *
 * <p>It needs no search, so that a history of any size is decided, and sees more than {@link
 * RegisterChecker} where versions are known: also what no get has shown yet. What has no version is
 * passed over. Safe for use by any thread.
 */
public final class VersionChecker {
  private VersionChecker() {}

  /** Checks every key of a history. */
  public static Verdict check(History history) {
    return check(history.operations());
  }

  /** Checks every key of these operations, which are all that was ever done to it. */
  public static Verdict check(List<Operation> operations) {
    List<Finding> findings = new ArrayList<>();
    RegisterChecker.byKey(operations)
        .forEach(
            (key, history) -> {
              checkOrder(key, history, findings);
              checkOrigins(key, history, findings);
            });
    return new Verdict(findings);
  }

  private static void checkOrder(Key key, List<Operation> history, List<Finding> findings) {
    List<Operation> known =
        history.stream()
            .filter(operation -> operation.outcome() == Outcome.OK && operation.version() != null)
            .toList();
    List<Operation> byEnd = new ArrayList<>(known);
    byEnd.sort(Comparator.comparingLong(Operation::returnedNanos));
    List<Operation> byBeginning = new ArrayList<>(known);
    byBeginning.sort(Comparator.comparingLong(Operation::invokedNanos));
    Operation newest = null; // of those that ended before
    int ended = 0;
    for (Operation operation : byBeginning) {
      while (byEnd.get(ended).precedes(operation)) {
        Operation before = byEnd.get(ended++);
        newest = newest == null || isNewer(before, newest) ? before : newest;
      }
      if (newest != null && isWrong(newest, operation)) {
        String fault = operation.isWrite() ? " is not newer than " : " is older than ";
        findings.add(fault(key, operation + fault + newest, newest, operation));
      }
    }
  }

  private static boolean isNewer(Operation one, Operation other) {
    return versionOf(one).isNewerThan(versionOf(other));
  }

  private static boolean isWrong(Operation before, Operation after) {
    return after.isWrite() ? !isNewer(after, before) : isNewer(before, after);
  }

  private static Version versionOf(Operation operation) {
    Version version = operation.version();
    return version == null ? Version.NONE : version;
  }

  private static void checkOrigins(Key key, List<Operation> history, List<Finding> findings) {
    Map<Object, List<Operation>> puts = new HashMap<>();
    for (Operation put : history) {
      Object value = put.value();
      if (put.isWrite() && value != null) {
        puts.computeIfAbsent(value, unused -> new ArrayList<>()).add(put);
      }
    }
    for (Operation get : history) {
      Object value = get.value();
      if (get.isAnsweredGet() && value != null) {
        Finding finding = checkOrigin(key, get, puts.getOrDefault(value, List.of()));
        if (finding != null) {
          findings.add(finding);
        }
      }
    }
  }

  private static @Nullable Finding checkOrigin(Key key, Operation get, List<Operation> puts) {
    Operation nearest = null;
    String fault = null;
    for (Operation put : puts) {
      Version version = put.version();
      if (put.outcome() == Outcome.NOT_DONE) {
        fault = " shows what did not happen: ";
      } else if (get.precedes(put)) {
        fault = " shows what was not yet put: ";
      } else if (version != null && get.version() != null && !version.equals(get.version())) {
        fault = " has another version than ";
      } else {
        return null;
      }
      nearest = put;
    }
    return nearest == null
        ? new Finding(Verdict.Outcome.FAILED, key, get + " shows what nobody put", List.of(get))
        : fault(key, get + fault + nearest, nearest, get);
  }

  private static Finding fault(Key key, String text, Operation one, Operation other) {
    return new Finding(Verdict.Outcome.FAILED, key, text, List.of(one, other));
  }
}
