package io.aitta.multijvm;

import io.aitta.model.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that put and read the same keys at QUORUM, each through one node, until they are told to
 * end. What they did and were told is kept in a {@link History}.
 */
final class Load implements AutoCloseable {
  private static final int CLIENTS_PER_NODE = 2;
  private static final int KEYS = 12;

  private final History history;
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean isOver;

  private Load(History history) {
    this.history = history;
  }

  /**
   * Starts clients of some nodes.
   *
   * @param history of all that was ever done to the keys
   */
  static Load on(List<ProcessNode> nodes, History history) {
    Load load = new Load(history);
    for (ProcessNode node : nodes) {
      for (int i = 0; i < CLIENTS_PER_NODE; i++) {
        Thread client = new Thread(() -> load.run(node), "client-of-" + node.name() + "-" + i);
        client.setDaemon(true);
        load.clients.add(client);
      }
    }
    load.clients.forEach(Thread::start);
    return load;
  }

  private void run(ProcessNode node) {
    while (!isOver) {
      long number = history.nextNumber();
      String key = key(number % KEYS);
      put(node, key, number);
      read(node, key(number * 7 % KEYS));
    }
  }

  private static String key(long number) {
    return "key-" + number;
  }

  private void put(ProcessNode node, String key, long number) {
    byte[] value = Values.of(key + "|" + number, 1_000);
    long start = System.nanoTime();
    NodeClient.Answer answer = node.client().put(key, value);
    String version = answer.version();
    history.add(
        new History.Written(
            key,
            Values.checksum(value),
            start,
            System.nanoTime(),
            answer.outcome(),
            version == null ? null : Version.parse(version)));
  }

  private void read(ProcessNode node, String key) {
    long start = System.nanoTime();
    NodeClient.Answer answer = node.client().get(key);
    String version = answer.version();
    if (version != null) {
      add(node, key, Values.checksum(answer.body()), start, Version.parse(version));
    } else if (answer.outcome() == NodeClient.Outcome.ABSENT) {
      add(node, key, null, start, Version.NONE);
    }
  }

  private void add(
      ProcessNode node, String key, @Nullable String value, long start, Version version) {
    history.add(new History.Read(key, value, start, System.nanoTime(), version, node.name()));
  }

  /** Waits until so many more puts are acknowledged. */
  void awaitAcknowledged(int more) {
    long wanted = history.count(NodeClient.Outcome.DONE) + more;
    Await.until(
        wanted + " puts are acknowledged",
        () -> {
          long acknowledged = history.count(NodeClient.Outcome.DONE);
          return acknowledged >= wanted ? null : acknowledged + " are";
        });
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
        int answered = history.reads();
        String key = key(i);
        Await.until(
            node.name() + " answers a read of " + key,
            () -> {
              read(node, key);
              return history.reads() > answered ? null : "it does not";
            });
      }
    }
  }
}
