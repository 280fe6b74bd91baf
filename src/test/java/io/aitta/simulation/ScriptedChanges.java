package io.aitta.simulation;

import io.aitta.model.Configuration;
import io.aitta.model.NodeId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SuccessionMessage;
import io.aitta.partition.ClusterView;
import io.aitta.partition.PartitionSuccession;
import io.aitta.partition.ReconfigurationPlanner;
import io.aitta.partition.SuccessionStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What happens to the configuration of a {@link Script}, step by step. */
final class ScriptedChanges {
  private static final long PATIENCE_MILLIS = 10_000;

  private final Script script;
  private final List<SuccessionMessage> underWay = new ArrayList<>();
  private long nowMillis;

  ScriptedChanges(Script script) {
    this.script = script;
  }

  /** Makes the configuration joint, which all who are concerned store. */
  void become(String proposer, String... successors) {
    decide(proposer, successors);
    settle();
  }

  /** The members decide a joint configuration; the proposer stores it, and nobody else yet. */
  void decide(String proposer, String... successors) {
    Configuration stable = script.node(proposer).configuration();
    decide(
        proposer,
        new Configuration(
            Script.PARTITION, stable.epoch().next(), stable.members(), Script.ids(successors)));
  }

  private void decide(String proposer, Configuration successor) {
    propose(proposer, successor);
    arrive(message -> !(message instanceof SuccessionMessage.Install));
  }

  /** A node proposes a configuration; nothing arrives until it is told to. */
  void propose(String proposer, Configuration successor) {
    nowMillis += PATIENCE_MILLIS;
    perform(script.node(proposer), node -> node.propose(successor, nowMillis));
  }

  /** What was decided arrives at these nodes, which store it, and their answers. */
  void store(String... nodes) {
    List<NodeId> ids = Script.ids(nodes);
    arrive(
        message ->
            message instanceof SuccessionMessage.Install install
                && !install.isServed()
                && ids.contains(message.to()));
    arrive(SuccessionMessage.Installed.class::isInstance);
    arrive(
        message ->
            message instanceof SuccessionMessage.Install install
                && script.node(message.to()).durable().installed().equals(install.succession()));
  }

  /** Everything arrives that is under way between these nodes. */
  void arriveAmong(String... nodes) {
    List<NodeId> ids = Script.ids(nodes);
    arrive(message -> ids.contains(message.from()) && ids.contains(message.to()));
  }

  /** Nothing that is under way arrives. */
  void loseTheRest() {
    underWay.clear();
  }

  /** Everything arrives, and Z learns what is served. */
  void settle() {
    arrive(message -> true);
    for (ScriptedNode node : List.copyOf(script.nodes())) {
      if (node.durable().isServed()) {
        underWay.add(
            new SuccessionMessage.Install(
                node.id(), Script.id("Z"), node.durable().installed(), true));
      }
    }
    arrive(message -> true);
  }

  /** What follows a joint configuration, when these are to hold data; null if it must go on. */
  @Nullable Configuration planned(String driver, String... eligible) {
    boolean isLoadedByAll = script.makes(Mistake.JOINERS_COUNT_BEFORE_THEY_LOADED);
    List<Configuration> plan =
        new ReconfigurationPlanner(3, 1)
            .plan(
                List.of(script.node(driver).configuration()),
                new ClusterView(
                    Script.ids(eligible).stream()
                        .map(node -> new PeerDescription(node, "", 1, ""))
                        .toList(),
                    Set.of(),
                    new HashSet<>(Script.ids(eligible)),
                    (partition, epoch, node) ->
                        isLoadedByAll || script.node(node).state().isLoaded(partition, epoch)));
    return plan.isEmpty() ? null : plan.get(0);
  }

  /** Ends the joint configuration as it is planned, which all who are concerned store. */
  void finish(String driver) {
    end(driver, "A", "B", "C", "D", "E");
  }

  /** Ends the joint configuration as it is planned when only these are to hold data. */
  void end(String driver, String... eligible) {
    decideEnd(driver, eligible);
    settle();
  }

  /** The members decide what is planned as the end; the driver stores it, and nobody else yet. */
  void decideEnd(String driver, String... eligible) {
    Configuration next = planned(driver, eligible);
    if (next == null) {
      throw new AssertionError("not loaded by all: " + script.node(driver).configuration());
    }
    decide(driver, next);
  }

  /** Begins to load what the configuration wants a node to hold. */
  ScriptedLoad load(String node) {
    return ScriptedLoad.joining(script, script.node(node));
  }

  /** A node loads from these, or goes on with that. */
  void load(String node, String... sources) {
    ScriptedLoad load = load(node);
    for (String source : sources) {
      load.ask(source).arrive();
    }
  }

  private void arrive(Predicate<SuccessionMessage> which) {
    ArrayDeque<SuccessionMessage> arriving = new ArrayDeque<>();
    do {
      underWay.stream().filter(which).forEach(arriving::add);
      underWay.removeIf(which);
      while (!arriving.isEmpty()) {
        SuccessionMessage message = arriving.remove();
        ScriptedNode to = script.node(message.to());
        if (!to.isCutOff()) {
          perform(to, node -> node.received(message, nowMillis));
        }
      }
    } while (underWay.stream().anyMatch(which));
  }

  private void perform(ScriptedNode node, Function<PartitionSuccession, SuccessionStep> act) {
    underWay.addAll(node.perform(act));
  }
}
