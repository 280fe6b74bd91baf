package io.aitta.simulation;

import io.aitta.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Carries packets between simulated nodes, later or never. The seed decides how bad it is: some
 * networks keep the order of each link as a connection does, others reorder; some lose and
 * duplicate. Links may be cut, one way too. Once healed it keeps the order and loses nothing.
 */
final class SimulatedNetwork {
  private static final long MILLI = 1_000_000;
  private static final long LOCAL_NANOS = 10_000;

  private final Random random;
  private final VirtualScheduler scheduler;
  private final Consumer<Packet> arrivals;
  private final Map<String, Long> latest = new HashMap<>(); // arrival on each link, if in order
  private final Set<String> cut = new HashSet<>();
  private double loss;
  private double duplication;
  private boolean keepsOrder;

  SimulatedNetwork(Random random, VirtualScheduler scheduler, Consumer<Packet> arrivals) {
    this.random = random;
    this.scheduler = scheduler;
    this.arrivals = arrivals;
    this.loss = random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0;
    this.duplication = random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0;
    this.keepsOrder = random.nextInt(3) != 0;
  }

  void cut(NodeId from, NodeId to) {
    cut.add(link(from, to));
  }

  void mend() {
    cut.clear();
  }

  void heal() {
    cut.clear();
    loss = 0;
    duplication = 0;
    keepsOrder = true;
  }

  void send(Packet packet) {
    if (packet.from().equals(packet.to())) {
      deliverInOrder(packet, LOCAL_NANOS);
      return;
    }
    if (random.nextDouble() < loss || cut.contains(link(packet.from(), packet.to()))) {
      return;
    }
    deliver(packet);
    if (random.nextDouble() < duplication) {
      deliver(packet);
    }
  }

  private void deliver(Packet packet) {
    long delay = MILLI / 10 + (long) (random.nextDouble() * MILLI);
    if (random.nextInt(20) == 0) {
      delay += (long) (random.nextDouble() * 300 * MILLI);
    }
    if (keepsOrder) {
      deliverInOrder(packet, delay);
    } else {
      scheduler.after(delay, () -> arrivals.accept(packet));
    }
  }

  private void deliverInOrder(Packet packet, long delay) {
    String link = link(packet.from(), packet.to());
    long now = scheduler.nowNanos();
    long arrival = Math.max(now + delay, latest.getOrDefault(link, now) + 1);
    latest.put(link, arrival);
    scheduler.after(arrival - now, () -> arrivals.accept(packet));
  }

  private static String link(NodeId from, NodeId to) {
    return from + ">" + to;
  }
}
