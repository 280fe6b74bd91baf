package io.aitta.testkit;

import io.aitta.model.CopyRequest;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the network between the nodes of a test cluster. Safe for use by any thread.
 */
final class Faults {
  private final Map<Integer, Duration> delays = new ConcurrentHashMap<>();
  private final Set<Integer> deaf = ConcurrentHashMap.newKeySet(); // lose requests
  private final Set<Integer> isolated = ConcurrentHashMap.newKeySet();
  private final Set<Long> cut = ConcurrentHashMap.newKeySet();

  void slow(int node, Duration delay) {
    if (delay.isZero()) {
      delays.remove(node);
    } else {
      delays.put(node, delay);
    }
  }

  void drop(int node, boolean isDropping) {
    if (isDropping) {
      deaf.add(node);
    } else {
      deaf.remove(node);
    }
  }

  void isolate(int node, boolean isIsolated) {
    if (isIsolated) {
      isolated.add(node);
    } else {
      isolated.remove(node);
    }
  }

  void cut(int from, int to, boolean isCut) {
    if (isCut) {
      cut.add(link(from, to));
    } else {
      cut.remove(link(from, to));
    }
  }

  void heal() {
    delays.clear();
    deaf.clear();
    isolated.clear();
    cut.clear();
  }

  /** How long a message takes, or null if it is lost. */
  @Nullable Duration delay(int from, int to, WireMessage message) {
    boolean isLost =
        (deaf.contains(to) && isRequest(message))
            || isolated.contains(from)
            || isolated.contains(to)
            || cut.contains(link(from, to));
    if (isLost) {
      return null;
    }
    return delays.getOrDefault(to, Duration.ZERO);
  }

  private static boolean isRequest(WireMessage message) {
    return message instanceof RequestFrame || message instanceof CopyRequest;
  }

  private static long link(int from, int to) {
    return ((long) from << 32) | to;
  }
}
