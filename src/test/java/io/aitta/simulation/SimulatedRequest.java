package io.aitta.simulation;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Version;
import io.aitta.quorum.GetCourse;
import io.aitta.quorum.GetPlan;
import io.aitta.quorum.GetStep;
import io.aitta.quorum.PutCourse;
import io.aitta.quorum.PutPlan;
import io.aitta.quorum.PutStep;
import io.aitta.quorum.Send;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A coordinator of one request, without an actor: does for the courses what the actors do. */
final class SimulatedRequest {
  private static final long TIMEOUT_NANOS = Duration.ofMillis(800).toNanos();

  private final Simulation world;
  private final SimulatedNode node;
  private final Key key;
  private final Map<NodeId, Incarnation> runs; // as they were when it began
  private final long beganNanos;
  private int answers;

  SimulatedRequest(Simulation world, SimulatedNode node, Key key) {
    this.world = world;
    this.node = node;
    this.key = key;
    this.runs = node.runs();
    this.beganNanos = world.nowNanos();
  }

  private Configuration configuration() {
    return world.configurations().configurationOf(key);
  }

  private Duration elapsed() {
    return Duration.ofNanos(world.nowNanos() - beganNanos);
  }

  private boolean isOverdue() {
    return world.nowNanos() - beganNanos >= TIMEOUT_NANOS;
  }

  private void answerOnce() {
    answers++;
    world.require(answers == 1, "answered " + answers + " times");
  }

  /** Puts, or deletes if the value is 0. */
  void put(int value, Consumer<PutOutcome> answer, Consumer<Receipt> settled) {
    Version version = node.issue();
    if (version == null) {
      answerOnce();
      answer.accept(
          new PutOutcome.Refused(
              new io.aitta.model.Refusal(
                  io.aitta.model.Refusal.Code.OVERLOADED, "no version", 0, 0, List.of())));
      return;
    }
    Entry entry =
        value == 0
            ? Entry.tombstone(version)
            : Entry.value(version, Entry.NEVER, "n", Bytes.ofUtf8(Integer.toString(value)));
    PutCourse course =
        new PutCourse(
            new PutPlan(
                key,
                entry,
                Consistency.QUORUM,
                configuration(),
                node.dead(),
                Map.of(),
                3,
                "simulated"));
    new Putting(course, answer, settled).perform(course.begin());
  }

  private final class Putting {
    private final PutCourse course;
    private final Consumer<PutOutcome> answer;
    private final Consumer<Receipt> settled;

    Putting(PutCourse course, Consumer<PutOutcome> answer, Consumer<Receipt> settled) {
      this.course = course;
      this.answer = answer;
      this.settled = settled;
      world.at(node.self(), TIMEOUT_NANOS, () -> perform(course.deadlineReached()));
    }

    void perform(PutStep first) {
      if (!node.isRunning()) {
        return;
      }
      PutStep step = first;
      send(step.sends());
      while (step.restampAbove() != null) {
        var restamp = node.issueAbove(step.restampAbove());
        step =
            restamp == null
                ? course.restamped(null, false)
                : course.restamped(restamp.getKey(), restamp.getValue());
        send(step.sends());
      }
      if (step.answer() != null) {
        answerOnce();
        world.checkReceipt(key, step.answer());
        answer.accept(step.answer());
      }
      for (NodeId target : step.hints()) {
        boolean isKept = node.keepHint(target, key, course.entry());
        perform(course.hintKept(target, isKept));
      }
      if (step.isSettled() && !(step.answer() instanceof PutOutcome.Refused)) {
        settled.accept(course.receipt());
      }
    }

    private void send(List<Send> sends) {
      for (Send send : sends) {
        node.ask(
            send.node(),
            runs.getOrDefault(send.node(), Incarnation.UNKNOWN),
            send.request(),
            packet -> {
              if (isOverdue()) {
                perform(course.deadlineReached());
              }
              if (packet.reply() != null) {
                perform(course.replied(send.node(), send.round(), packet.reply(), elapsed()));
              }
            });
      }
    }
  }

  void get(Consistency consistency, Consumer<GetOutcome> answer) {
    GetCourse course =
        new GetCourse(
            new GetPlan(
                key, consistency, configuration(), node.dead(), node.self(), node.readClock()));
    new Getting(course, answer).perform(course.begin());
  }

  private final class Getting {
    private final GetCourse course;
    private final Consumer<GetOutcome> answer;

    Getting(GetCourse course, Consumer<GetOutcome> answer) {
      this.course = course;
      this.answer = answer;
      world.at(node.self(), TIMEOUT_NANOS, () -> perform(course.deadlineReached()));
    }

    void perform(GetStep step) {
      if (!node.isRunning()) {
        return;
      }
      for (Send send : step.sends()) {
        node.ask(
            send.node(),
            runs.getOrDefault(send.node(), Incarnation.UNKNOWN),
            send.request(),
            packet -> {
              if (isOverdue()) {
                perform(course.deadlineReached());
              }
              if (packet.reply() != null) {
                perform(course.replied(send.node(), send.round(), packet.reply(), packet.time()));
              }
            });
      }
      if (step.answer() != null) {
        answerOnce();
        answer.accept(step.answer());
      }
      if (step.startsHeadStart()) {
        world.at(node.self(), 1_000_000, () -> perform(course.headStartOver()));
      }
    }
  }
}
