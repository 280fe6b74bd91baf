package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code {2,3,4,5} | {1 killed and started again}}, K=3: every node reads every value of 1 to 10 KB
 * back, byte for byte. The four others read all the while, and each read is answered at once.
 */
final class ValuesOutliveAKilledNodeTest {
  private static final int CLIENTS_PER_NODE = 3;

  @RegisterExtension static final ProcessCluster CLUSTER = ProcessCluster.ofNodes(5);

  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean isBack;

  @ParameterizedTest
  @ValueSource(ints = {50, 20_000})
  void everyNodeReadsThemBackByChecksum(int count) throws Exception {
    ProcessNode victim = CLUSTER.node(1);
    List<ProcessNode> others = CLUSTER.nodes().stream().filter(node -> node != victim).toList();
    AtomicReferenceArray<String> checksums = new AtomicReferenceArray<>(count);
    ExecutorService threads =
        Executors.newFixedThreadPool(CLUSTER.nodes().size() * CLIENTS_PER_NODE);
    CompletionService<Void> clients = new ExecutorCompletionService<>(threads);
    try {
      for (ProcessNode node : CLUSTER.nodes()) {
        int first = CLUSTER.nodes().indexOf(node);
        onEachClient(clients, client -> putSome(node, checksums, first, client));
      }
      awaitClients(clients, CLUSTER.nodes().size());

      others.forEach(node -> onEachClient(clients, client -> readAll(node, checksums, client)));
      awaitReads(clients, count);
      victim.kill();
      int whenKilled = reads.get();
      CLUSTER.startAgain(victim);
      assertTrue(reads.get() > whenKilled, "nothing was read while a node was down");
      isBack = true;
      CLUSTER
          .awaitAllAlive(); // it serves once it knows its partitions; a quorum may not be heard yet
      onEachClient(clients, client -> readAll(victim, checksums, client));
      awaitClients(clients, CLUSTER.nodes().size());
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES), "a client does not end");
    }
    assertTrue(reads.get() >= count * CLUSTER.nodes().size(), reads + " reads");
  }

  private interface Work {
    void accept(int client);
  }

  private static void onEachClient(CompletionService<Void> clients, Work work) {
    for (int i = 0; i < CLIENTS_PER_NODE; i++) {
      int client = i;
      clients.submit(
          () -> {
            work.accept(client);
            return null;
          });
    }
  }

  /** Waits until the clients of so many nodes have ended, or one has failed. */
  private static void awaitClients(CompletionService<Void> clients, int nodes)
      throws InterruptedException, ExecutionException {
    for (int i = 0; i < nodes * CLIENTS_PER_NODE; i++) {
      clients.take().get();
    }
  }

  /** Waits until so many values are read, or a client has failed. */
  private void awaitReads(CompletionService<Void> clients, int count)
      throws InterruptedException, ExecutionException {
    while (reads.get() < count) {
      Future<Void> ended = clients.poll(50, TimeUnit.MILLISECONDS);
      if (ended != null) {
        ended.get();
      }
    }
  }

  private static String key(int number, int count) {
    return number + "-of-" + count;
  }

  /** Puts one client's part of the values. */
  private static void putSome(
      ProcessNode node, AtomicReferenceArray<String> checksums, int first, int client) {
    int nodes = CLUSTER.nodes().size();
    int count = checksums.length();
    for (int i = first + client * nodes; i < count; i += nodes * CLIENTS_PER_NODE) {
      byte[] value = Values.of(key(i, count));
      checksums.set(i, Values.checksum(value));
      NodeClient.Answer answer = node.client().put(key(i, count), value);
      assertEquals(NodeClient.Outcome.DONE, answer.outcome(), node.name() + answer.text());
    }
  }

  /** Reads one client's part of the values, and again until the killed node is back. */
  private void readAll(ProcessNode node, AtomicReferenceArray<String> checksums, int client) {
    int count = checksums.length();
    for (int round = 0; round == 0 || !isBack; round++) {
      for (int i = client; i < count; i += CLIENTS_PER_NODE) {
        String key = key(i, count);
        NodeClient.Answer answer = node.client().get(key);
        assertEquals(
            NodeClient.Outcome.DONE, answer.outcome(), node.name() + " " + key + answer.text());
        assertEquals(
            checksums.get(i), Values.checksum(answer.body()), node.name() + " reads " + key);
        reads.incrementAndGet();
      }
    }
  }
}
