package io.aitta.simulation;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Digests;
import io.aitta.model.Epoch;
import io.aitta.model.RefusalReason;
import io.aitta.repair.AntiEntropySchedule;
import io.aitta.repair.AntiEntropySettings;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.ComparisonLimits;
import io.aitta.repair.DigestTree;
import io.aitta.repair.ListingAnswer;
import io.aitta.repair.ReplicaTrees;
import io.aitta.repair.TreeAnswers;
import io.aitta.repair.TreeComparison;
import io.aitta.simulation.Coverage.Event;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a simulated node compares its replica with the others', and answers those who do. */
final class SimulatedAntiEntropy {
  private static final long MILLI = 1_000_000;
  private static final long ANSWER_TIMEOUT_NANOS = 300 * MILLI;
  private static final long SETTLE_NANOS = 100 * MILLI;
  private static final int MAX_REPETITIONS = 3;
  private static final ComparisonLimits LIMITS =
      new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 2);

  private final Simulation world;
  private final SimulatedNode node;
  private final SimulatedTrees trees;
  private final AntiEntropySchedule schedule;
  private @Nullable Comparing comparing;
  private long lastId;

  SimulatedAntiEntropy(
      Simulation world, SimulatedNode node, ReplicaTrees trees, Duration interval) {
    this.world = world;
    this.node = node;
    this.trees = new SimulatedTrees(world, node, trees);
    this.schedule =
        new AntiEntropySchedule(
            node.self(), new AntiEntropySettings(interval, Duration.ofMillis(200), 3));
  }

  /** What it waits for. */
  private enum Phase {
    READY,
    ASKED,
    OWN_TREE,
    SETTLING,
    MOVING
  }

  /** The comparison that was begun. */
  private final class Comparing {
    private final ComparedPair pair;
    private final Epoch epoch;
    private final TreeComparison comparison;
    private final SimulatedMoves moves;
    private Phase phase = Phase.READY;
    private long untilNanos; // meaningless unless ASKED
    private int repetitions; // of the question that is not answered

    Comparing(ComparedPair pair, Configuration configuration) {
      this.pair = pair;
      this.epoch = configuration.epoch();
      this.comparison =
          new TreeComparison(
              new ComparisonHeader(
                  ++lastId,
                  0,
                  node.self(),
                  node.incarnation(),
                  pair.other(),
                  pair.partition(),
                  epoch),
              LIMITS);
      this.moves = new SimulatedMoves(world, node, pair.other(), epoch, () -> recordMoved(this));
    }
  }

  /** Goes on with what is due. */
  void proceed() {
    schedule.follow(node.configurations(), world.nowNanos());
    trees.proceed();
    recordTime();
    begin();
    step();
  }

  /** Compares with all others now, and finds what changed on the disk unnoticed. */
  void repair() {
    schedule.follow(node.configurations(), world.nowNanos());
    trees.requestBuilding();
    schedule.demand(List.of(Simulation.PARTITION));
  }

  private void begin() {
    if (comparing != null) {
      return;
    }
    ComparedPair pair =
        schedule.begin(each -> mayCompare(each) && configuration() != null, world.nowNanos());
    Configuration configuration = configuration();
    if (pair != null && configuration != null) {
      comparing = new Comparing(pair, configuration);
    }
  }

  /** The configuration by which replicas may be compared now; null if they may not. */
  private @Nullable Configuration configuration() {
    Configuration configuration = node.configuration();
    return node.isServed()
            && !configuration.isJoint()
            && configuration.members().contains(node.self())
        ? configuration
        : null;
  }

  private boolean mayCompare(ComparedPair pair) {
    return node.configuration().members().contains(pair.other())
        && node.alive().contains(pair.other());
  }

  private void recordTime() {
    Comparing one = comparing;
    if (one == null) {
      return;
    }
    if (one.phase == Phase.ASKED && world.nowNanos() - one.untilNanos >= 0) {
      one.phase = Phase.READY;
      if (++one.repetitions > MAX_REPETITIONS) {
        end(one, false);
      }
    } else if (one.phase == Phase.MOVING) {
      one.moves.recordTime();
      recordMoved(one);
    }
  }

  private void recordMoved(Comparing one) {
    if (one == comparing && one.phase == Phase.MOVING && one.moves.areOver()) {
      one.phase = Phase.READY;
      step();
    }
  }

  /** Does the next step, unless something is waited for. */
  private void step() {
    Comparing one = comparing;
    if (one == null || one.phase != Phase.READY) {
      return;
    }
    Configuration configuration = configuration();
    if (configuration == null
        || !configuration.epoch().equals(one.epoch)
        || !mayCompare(one.pair)) {
      end(one, false);
      return;
    }
    switch (one.comparison.step()) {
      case ASK -> {
        one.phase = Phase.ASKED;
        one.untilNanos = world.nowNanos() + ANSWER_TIMEOUT_NANOS;
        node.send(one.pair.other(), one.comparison.ask());
      }
      case SETTLE -> {
        one.phase = Phase.SETTLING;
        world.at(node.self(), SETTLE_NANOS, () -> settled(one));
      }
      case READ -> {
        try {
          SimulatedTrees.Page page = trees.read(one.comparison.readAfter());
          one.comparison.recordRead(page.records(), page.through());
          world.at(node.self(), world.batchNanos(), this::step);
        } catch (StorageException e) {
          end(one, false);
        }
      }
      case TAKE -> {
        one.phase = Phase.MOVING;
        one.moves.begin(one.comparison.take(2));
        recordMoved(one);
      }
      case DONE -> end(one, one.moves.areComplete());
      case FAILED -> end(one, false);
    }
  }

  private void settled(Comparing one) {
    if (one == comparing && one.phase == Phase.SETTLING) {
      one.comparison.recordSettled();
      one.phase = Phase.READY;
      step();
    }
  }

  private void end(Comparing one, boolean isComplete) {
    comparing = null;
    long found = one.comparison.foundInAll();
    long bytes = one.comparison.bytesSent() + one.comparison.bytesReceived();
    if (isComplete) {
      schedule.recordCompared(found, bytes, world.nowNanos());
      world.coverage().count(Event.COMPARED);
    } else {
      schedule.recordFailed(found, bytes, world.nowNanos());
      world.coverage().count(Event.COMPARISON_FAILED);
    }
  }

  void received(AntiEntropyMessage message) {
    if (message instanceof ListingRequest request) {
      RefusalReason refusal = refusal(request);
      if (refusal == null) {
        list(request, new ListingAnswer(request, LIMITS, 1 + world.random().nextInt(3)));
      } else {
        refuse(request, refusal);
      }
    } else if (message instanceof RootRequest || message instanceof NodesRequest) {
      RefusalReason refusal = refusal(message);
      if (refusal == null) {
        world.at(node.self(), world.batchNanos(), () -> answer(message));
      } else {
        refuse(message, refusal);
      }
    } else {
      recordAnswer(message);
    }
  }

  // --- the side that answers ---

  private @Nullable RefusalReason refusal(AntiEntropyMessage question) {
    RefusalReason refusal =
        TreeAnswers.refusal(question.header(), node.self(), node.configuration());
    return refusal == null && configuration() == null
        ? RefusalReason.CONFIGURATION_CHANGING
        : refusal;
  }

  private void refuse(AntiEntropyMessage question, RefusalReason reason) {
    send(new Refused(question.header().answeredBy(node.incarnation()), reason));
  }

  private void answer(AntiEntropyMessage question) {
    DigestTree tree = trees.tree();
    AntiEntropyMessage answer =
        question instanceof NodesRequest nodes
            ? TreeAnswers.nodes(nodes, tree, node.incarnation(), LIMITS)
            : TreeAnswers.root(new RootRequest(question.header()), tree, node.incarnation());
    if (answer instanceof RootReply root) {
      schedule.recordComparedBy(
          new ComparedPair(root.header().partition(), root.header().to()), world.nowNanos());
    }
    send(answer);
  }

  private void list(ListingRequest request, ListingAnswer answer) {
    if (answer.isComplete()) {
      send(answer.reply(node.incarnation()));
      return;
    }
    try {
      SimulatedTrees.Page page = trees.read(answer.readAfter());
      answer.recordRead(page.records(), page.through());
      world.at(node.self(), world.batchNanos(), () -> list(request, answer));
    } catch (StorageException e) {
      refuse(request, RefusalReason.STORAGE_FAILED);
    }
  }

  private void send(AntiEntropyMessage answer) {
    node.send(answer.header().to(), answer);
  }

  // --- the side that begins ---

  private void recordAnswer(AntiEntropyMessage answer) {
    Comparing one = comparing;
    if (one == null || one.phase != Phase.ASKED || !one.comparison.isAnswer(answer)) {
      return;
    }
    one.repetitions = 0;
    one.phase = Phase.READY;
    if (answer instanceof Refused refused) {
      one.comparison.recordRefused(refused);
    } else if (answer instanceof ListingReply listing) {
      one.comparison.recordListing(listing);
    } else {
      one.phase = Phase.OWN_TREE;
      world.at(node.self(), world.batchNanos(), () -> compare(one, answer));
    }
    step();
  }

  private void compare(Comparing one, AntiEntropyMessage answer) {
    if (one != comparing || one.phase != Phase.OWN_TREE) {
      return;
    }
    one.phase = Phase.READY;
    DigestTree tree = trees.tree();
    Digests children =
        tree != null && answer instanceof NodesReply
            ? tree.children(one.comparison.parents(), LIMITS.maxParents())
            : null;
    if (tree != null && answer instanceof RootReply reply) {
      one.comparison.recordRoot(reply, tree.summary());
    } else if (children != null && answer instanceof NodesReply reply) {
      one.comparison.recordNodes(reply, children);
    } else {
      end(one, false); // there is no such tree any more
      return;
    }
    step();
  }
}
