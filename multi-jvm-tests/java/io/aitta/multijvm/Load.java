package io.aitta.multijvm;

import io.aitta.model.Key;
import io.aitta.model.Version;
import io.aitta.testkit.AcknowledgedWritesChecker;
import io.aitta.testkit.History;
import io.aitta.testkit.Invocation;
import io.aitta.testkit.Operation;
import io.aitta.testkit.RegisterChecker;
import io.aitta.testkit.Verdict;
import io.aitta.testkit.VersionChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Clients that put and read the same keys at QUORUM, each through one node, until they are told to
 * end. What they did and were told is kept in a {@link History}.
 */
final class Load implements AutoCloseable {
  private static final int KEYS = 10;
  private static final Duration PAUSE_IF_REFUSED = Duration.ofMillis(20);

  private final History history;
  private final AtomicLong lastNumber;
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean isOver;

  private Load(History history) {
    this.history = history;
    this.lastNumber = new AtomicLong(history.operations().size()); // values of all loads differ
  }

  /**
   * Starts two clients of each of some nodes.
   *
   * @param history of all that was ever done to the keys
   */
  static Load on(List<ProcessNode> nodes, History history) {
    return on(nodes, 2, history);
  }

  /**
   * Starts clients of some nodes.
   *
   * @param history of all that was ever done to the keys
   */
  static Load on(List<ProcessNode> nodes, int clientsPerNode, History history) {
    Load load = new Load(history);
    for (ProcessNode node : nodes) {
      for (int i = 0; i < clientsPerNode; i++) {
        Thread client = new Thread(() -> load.run(node), clientsOf(node) + i);
        client.setDaemon(true);
        load.clients.add(client);
      }
    }
    load.clients.forEach(Thread::start);
    return load;
  }

  private static String clientsOf(ProcessNode node) {
    return "client-of-" + node.name() + "-";
  }

  private void run(ProcessNode node) {
    while (!isOver) {
      long number = lastNumber.incrementAndGet();
      String name = name(number % KEYS);
      put(node, name, Values.of(name + "|" + number, 1_000));
      get(node, name(number * 7 % KEYS));
    }
  }

  /** The keys that it writes. */
  static List<String> keys() {
    return LongStream.range(0, KEYS).mapToObj(Load::name).toList();
  }

  private static String name(long number) {
    return "key-" + number;
  }

  private void put(ProcessNode node, String name, byte[] value) {
    Invocation put = history.invokePut(Key.of(NodeClient.STORE, name), value);
    NodeClient.Answer answer = node.client().put(name, value);
    String version = answer.version();
    switch (answer.outcome()) {
      case DONE -> put.ok(version == null ? null : Version.parse(version));
      case REFUSED, ABSENT -> {
        put.didNotHappen();
        LockSupport.parkNanos(PAUSE_IF_REFUSED.toNanos());
      }
      case UNKNOWN -> put.mayHaveHappened();
    }
  }

  private void get(ProcessNode node, String name) {
    Invocation get =
        history.invokeGet(Key.of(NodeClient.STORE, name)).by("client of " + node.name());
    NodeClient.Answer answer = node.client().get(name);
    String version = answer.version();
    switch (answer.outcome()) {
      case DONE -> get.found(answer.body(), version == null ? null : Version.parse(version));
      case ABSENT -> get.notFound();
      case REFUSED, UNKNOWN -> get.mayHaveHappened();
    }
  }

  /** What is wrong with a history, by every checker; passed if nothing. */
  static Verdict judge(History history) {
    return RegisterChecker.check(history)
        .and(VersionChecker.check(history))
        .and(AcknowledgedWritesChecker.check(history));
  }

  /** Waits until so many more puts are acknowledged. */
  void awaitAcknowledged(int more) {
    long wanted = history.writes(Operation.Outcome.OK) + more;
    Await.until(
        wanted + " puts are acknowledged",
        () -> {
          long acknowledged = history.writes(Operation.Outcome.OK);
          return acknowledged >= wanted ? null : acknowledged + " are";
        });
  }

  /** Waits until so many more puts by clients of each of some nodes are acknowledged. */
  void awaitAcknowledged(List<ProcessNode> nodes, int more) {
    int before = history.operations().size();
    for (ProcessNode node : nodes) {
      Await.until(
          node.name() + " acknowledges " + more + " puts",
          () -> {
            long acknowledged =
                history.operations().stream().skip(before).filter(isPutBy(node)).count();
            return acknowledged >= more ? null : acknowledged + " are";
          });
    }
  }

  private static Predicate<Operation> isPutBy(ProcessNode node) {
    String clients = clientsOf(node);
    return operation -> operation.isAcknowledged() && operation.client().startsWith(clients);
  }

  /** How long the clients of a node once had to wait until one of them was told of a put. */
  static Duration longestStall(History history, ProcessNode node) {
    List<Long> told =
        history.operations().stream()
            .filter(isPutBy(node))
            .map(Operation::returnedNanos)
            .sorted()
            .toList();
    long longest = 0;
    for (int i = 1; i < told.size(); i++) {
      longest = Math.max(longest, told.get(i) - told.get(i - 1));
    }
    return Duration.ofNanos(longest);
  }

  /** Ends the clients. */
  @Override
  public void close() {
    isOver = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Ends the clients, and reads every key from every node. */
  void endAndReadEverything(List<ProcessNode> nodes) {
    close();
    for (ProcessNode node : nodes) {
      for (int i = 0; i < KEYS; i++) {
        long answered = history.answeredGets();
        String name = name(i);
        Await.until(
            node.name() + " answers a read of " + name,
            () -> {
              get(node, name);
              return history.answeredGets() > answered ? null : "it does not";
            });
      }
    }
  }
}
