package io.aitta.simulation;

import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Version;
import io.aitta.simulation.Coverage.Event;
import io.aitta.testkit.History;
import io.aitta.testkit.Invocation;
import io.aitta.testkit.RegisterChecker;
import io.aitta.testkit.Verdict;
import io.aitta.testkit.VersionChecker;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The clients of a simulated cluster, and what they saw. Some keys are put and read at QUORUM alone
 * and must be atomic registers; on others every consistency is used, and a get must only never show
 * what nobody put.
 */
final class Workload {
  private static final List<Key> REGISTERS = List.of(Key.of("sim", "k0"), Key.of("sim", "k1"));
  private static final List<Key> LOOSE =
      IntStream.range(0, 8).mapToObj(i -> Key.of("sim", "loose" + i)).toList();
  private static final List<Consistency> CONSISTENCIES = List.of(Consistency.values());
  private static final Duration LONGEST_TIME_TO_LIVE = Duration.ofSeconds(3);

  private final Simulation world;
  private final Random random;
  private final History history;
  private final Map<Integer, SimulatedNode> unanswered = new TreeMap<>();
  private final Set<Integer> loosePuts = new HashSet<>();
  private int lastValue;
  private int lastOperation;

  Workload(Simulation world, Random random) {
    this.world = world;
    this.random = random;
    this.history = new History(History.DEFAULT_CAPACITY, world::nowNanos);
  }

  /** Starts one client: one operation after another, each on some node. */
  void client(int operationsLeft) {
    if (operationsLeft == 0) {
      return;
    }
    List<SimulatedNode> running = world.running();
    if (!running.isEmpty()) {
      SimulatedNode node = running.get(random.nextInt(running.size()));
      int dice = random.nextInt(100);
      if (random.nextInt(5) == 0) {
        world.at(node.self(), 0, () -> operateLoosely(node, dice));
      } else {
        Key key = REGISTERS.get(random.nextInt(REGISTERS.size()));
        world.at(node.self(), 0, () -> operate(node, key, dice));
      }
    }
    world.later(
        random.nextInt(world.longestPauseMicros()) * 1_000L, () -> client(operationsLeft - 1));
  }

  /** Reads every register on every running node. */
  void readEverywhere() {
    for (SimulatedNode node : world.running()) {
      REGISTERS.forEach(key -> world.at(node.self(), 0, () -> get(node, key)));
    }
  }

  private void operate(SimulatedNode node, Key key, int dice) {
    if (dice < 45) {
      get(node, key);
    } else {
      put(node, key, dice < 90 ? ++lastValue : 0, dice > 80 && dice < 90);
    }
  }

  private void put(SimulatedNode node, Key key, int value, boolean expires) {
    int id = begin(node);
    Duration timeToLive =
        expires
            ? Duration.ofMillis(1 + random.nextInt((int) LONGEST_TIME_TO_LIVE.toMillis()))
            : Duration.ZERO;
    Invocation write = invoke(key, value, expires).by("op " + id);
    world.trace("op", id, value == 0 ? "DELETE" : "PUT", value, "of", key, "at", node.self());
    new SimulatedRequest(world, node, key, Consistency.QUORUM)
        .put(
            value,
            timeToLive,
            outcome -> {
              ended(id, outcome);
              world.invariants().answered(key, outcome, true);
              if (outcome instanceof PutOutcome.Written written) {
                write.ok(written.receipt().version());
              } else if (outcome instanceof PutOutcome.Refused) {
                write.didNotHappen();
              } else {
                write.mayHaveHappened(((PutOutcome.MaybeApplied) outcome).receipt().version());
              }
            });
  }

  private Invocation invoke(Key key, int value, boolean expires) {
    if (value == 0) {
      return history.invokeDelete(key);
    }
    return expires ? history.invokeExpiringPut(key, value) : history.invokePut(key, value);
  }

  private void get(SimulatedNode node, Key key) {
    int id = begin(node);
    Invocation get = history.invokeGet(key).by("op " + id);
    HybridTime began = node.now();
    world.trace("op", id, "GET of", key, "at", node.self());
    new SimulatedRequest(world, node, key, Consistency.QUORUM)
        .get(
            outcome -> {
              ended(id, outcome, began);
              if (outcome instanceof GetOutcome.Found found) {
                Entry entry = found.entry();
                get.found(Integer.parseInt(entry.value().utf8()), entry.version());
              } else if (outcome instanceof GetOutcome.NotFound absent) {
                get.notFound(absent.deleted().equals(Version.NONE) ? null : absent.deleted());
              }
            });
  }

  private void operateLoosely(SimulatedNode node, int dice) {
    int id = begin(node);
    Consistency consistency = CONSISTENCIES.get(random.nextInt(CONSISTENCIES.size()));
    Key key = LOOSE.get(random.nextInt(LOOSE.size()));
    SimulatedRequest request = new SimulatedRequest(world, node, key, consistency);
    HybridTime began = node.now();
    if (dice < 50) {
      request.get(
          outcome -> {
            ended(id, outcome, began);
            if (outcome instanceof GetOutcome.Found found) {
              int value = Integer.parseInt(found.entry().value().utf8());
              world.require(loosePuts.contains(value), () -> "value from nowhere: " + value);
            }
          });
      return;
    }
    int value = dice < 90 ? ++lastValue : 0;
    loosePuts.add(value);
    request.put(
        value,
        Duration.ZERO,
        outcome -> {
          ended(id, outcome);
          world.invariants().answered(key, outcome, false);
        });
  }

  private int begin(SimulatedNode node) {
    int id = ++lastOperation;
    unanswered.put(id, node);
    node.recordOperations(1);
    return id;
  }

  private void ended(int id, PutOutcome outcome) {
    end(id, outcome);
    world
        .coverage()
        .count(
            outcome instanceof PutOutcome.Written
                ? Event.WRITTEN
                : outcome instanceof PutOutcome.MaybeApplied ? Event.MAYBE_APPLIED : Event.REFUSED);
  }

  private void ended(int id, GetOutcome outcome, HybridTime began) {
    end(id, outcome);
    if (outcome instanceof GetOutcome.Found found) {
      Entry entry = found.entry();
      world.require(!entry.isExpiredAt(began), () -> "expired before the get began: " + entry);
      world.coverage().count(Event.FOUND);
    } else if (outcome instanceof GetOutcome.NotFound) {
      world.coverage().count(Event.NOT_FOUND);
    } else {
      world.coverage().count(Event.UNAVAILABLE);
    }
  }

  private void end(int id, Object outcome) {
    world.trace("op", id, "ended:", outcome);
    SimulatedNode node = unanswered.remove(id);
    world.require(node != null, () -> "op " + id + " was answered twice");
    if (node != null) {
      node.recordOperations(-1);
    }
  }

  /** Checks the whole of what the clients saw, when nothing is under way any more. */
  void check() {
    unanswered.forEach(
        (id, node) -> world.require(!node.isRunning(), () -> "op " + id + " was never answered"));
    Verdict verdict = RegisterChecker.check(history).and(VersionChecker.check(history));
    world.require(verdict.outcome() == Verdict.Outcome.PASSED, verdict::toString);
    List<NodeId> members = world.membership().served().configuration().members();
    REGISTERS.forEach(key -> world.invariants().checkConverged(key, members));
    if (world.comparisonInterval() != null) {
      // Nobody read them at the end, and one acknowledgement was enough.
      LOOSE.forEach(key -> world.invariants().checkConverged(key, members));
    }
  }
}
