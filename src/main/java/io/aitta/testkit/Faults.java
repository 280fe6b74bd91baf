package io.aitta.testkit;

import io.aitta.model.CopyRequest;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the network between the nodes of a test cluster. Safe for use by any thread.
 */
final class Faults {
  /** Messages from one node to another. */
  private record Link(int from, int to) {}

  private final Map<Integer, Duration> delays = new ConcurrentHashMap<>();
  private final Map<Link, Duration> linkDelays = new ConcurrentHashMap<>();
  private final Set<Integer> deaf = ConcurrentHashMap.newKeySet(); // lose requests
  private final Set<Integer> isolated = ConcurrentHashMap.newKeySet();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final List<Set<Integer>> split = new CopyOnWriteArrayList<>();
  private final Map<Link, Integer> lossPercent = new ConcurrentHashMap<>();
  private final Map<Link, Integer> repeatPercent = new ConcurrentHashMap<>();
  private final Random random = new Random();

  void slow(int node, Duration delay) {
    if (delay.isZero()) {
      delays.remove(node);
    } else {
      delays.put(node, delay);
    }
  }

  void slow(int from, int to, Duration delay) {
    linkDelays.put(new Link(from, to), delay);
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
      cut.add(new Link(from, to));
    } else {
      cut.remove(new Link(from, to));
    }
  }

  /** A group and all others hear nothing of each other. */
  void split(Set<Integer> group) {
    split.add(group);
  }

  /** So many of a hundred messages are lost. */
  void lose(int from, int to, int percent) {
    lossPercent.put(new Link(from, to), percent);
  }

  /** So many of a hundred messages arrive twice. */
  void repeat(int from, int to, int percent) {
    repeatPercent.put(new Link(from, to), percent);
  }

  void heal() {
    delays.clear();
    linkDelays.clear();
    deaf.clear();
    isolated.clear();
    cut.clear();
    split.clear();
    lossPercent.clear();
    repeatPercent.clear();
  }

  /** How long a message takes, each time that it arrives; empty if it is lost. */
  List<Duration> arrivals(int from, int to, WireMessage message) {
    Link link = new Link(from, to);
    boolean isLost =
        (deaf.contains(to) && isRequest(message))
            || isolated.contains(from)
            || isolated.contains(to)
            || cut.contains(link)
            || split.stream().anyMatch(group -> group.contains(from) != group.contains(to))
            || happens(lossPercent.get(link));
    if (isLost) {
      return List.of();
    }
    Duration delay =
        delays.getOrDefault(to, Duration.ZERO).plus(linkDelays.getOrDefault(link, Duration.ZERO));
    return happens(repeatPercent.get(link)) ? List.of(delay, delay) : List.of(delay);
  }

  private boolean happens(@Nullable Integer percent) {
    return percent != null && random.nextInt(100) < percent;
  }

  private static boolean isRequest(WireMessage message) {
    return message instanceof RequestFrame || message instanceof CopyRequest;
  }
}
