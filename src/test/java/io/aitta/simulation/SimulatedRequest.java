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
import io.aitta.model.Refusal;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteResult;
import io.aitta.quorum.GetCourse;
import io.aitta.quorum.GetPlan;
import io.aitta.quorum.GetStep;
import io.aitta.quorum.PutCourse;
import io.aitta.quorum.PutPlan;
import io.aitta.quorum.PutStep;
import io.aitta.quorum.Send;
import io.aitta.simulation.Coverage.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A coordinator of one request, without an actor: does for the courses what the actors do. */
final class SimulatedRequest {
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  static final long TIMEOUT_NANOS = Duration.ofMillis(800).toNanos();
  private static final long TRY_AGAIN_NANOS = Duration.ofMillis(10).toNanos();
  private static final long HEAD_START_NANOS = Duration.ofMillis(1).toNanos();

  private final Simulation world;
  private final SimulatedNode node;
  private final Key key;
  private final Consistency consistency;
  private final Map<NodeId, Incarnation> runs; // as they were when it began, or met them
  private final long beganNanos;

  SimulatedRequest(Simulation world, SimulatedNode node, Key key, Consistency consistency) {
    this.world = world;
    this.node = node;
    this.key = key;
    this.consistency = consistency;
    this.runs = new HashMap<>(node.runs());
    this.beganNanos = world.nowNanos();
  }

  private Configuration configuration(Mistake inTheOldSet) {
    Configuration configuration = node.configuration();
    if (world.makes(inTheOldSet)) {
      return Mistake.oldSetAlone(configuration);
    }
    return world.makes(Mistake.JOINT_SETS_COUNT_AS_ONE)
        ? Mistake.bothSetsAsOne(configuration)
        : configuration;
  }

  private boolean isOverdue() {
    return world.nowNanos() - beganNanos >= TIMEOUT_NANOS;
  }

  /** Puts, or deletes if the value is 0. */
  void put(int value, Duration timeToLive, Consumer<PutOutcome> answer) {
    if (!node.isRunning()) {
      return;
    }
    Version version = node.issue();
    if (version == null && isOverdue()) {
      answer.accept(
          new PutOutcome.Refused(
              new Refusal(Refusal.Code.OVERLOADED, "no version", 0, 0, List.of())));
      return;
    }
    if (version == null) {
      world.at(node.self(), TRY_AGAIN_NANOS, () -> put(value, timeToLive, answer));
      return;
    }
    PutCourse course =
        new PutCourse(
            new PutPlan(
                key,
                entry(value, timeToLive, version),
                consistency,
                configuration(Mistake.JOINT_WRITES_COUNT_IN_THE_OLD_SET),
                node.dead(),
                Map.of(),
                3,
                "simulated"));
    new Putting(course, answer).perform(course.begin());
  }

  private static Entry entry(int value, Duration timeToLive, Version version) {
    if (value == 0) {
      return Entry.tombstone(version);
    }
    long expiresAtMillis =
        timeToLive.isZero() ? Entry.NEVER : version.time().millis() + timeToLive.toMillis();
    return Entry.value(version, expiresAtMillis, "n", Bytes.ofUtf8(Integer.toString(value)));
  }

  /** Gets. */
  void get(Consumer<GetOutcome> answer) {
    GetCourse course =
        new GetCourse(
            new GetPlan(
                key,
                world.makes(Mistake.THE_FIRST_COPY_IS_ENOUGH) ? Consistency.ONE : consistency,
                configuration(Mistake.JOINT_READS_COUNT_IN_THE_OLD_SET),
                node.dead(),
                node.self(),
                node.now()));
    new Getting(course, answer).perform(course.begin());
  }

  private void send(List<Send> sends, Runnable deadline, Answered answered) {
    for (Send send : sends) {
      if (send.request() instanceof ReplicaRequest.Write write) {
        world.countSend(write.origin());
      }
      node.ask(
          send.node(),
          runs.computeIfAbsent(
              send.node(), unknown -> node.runs().getOrDefault(unknown, Incarnation.UNKNOWN)),
          send.request(),
          packet -> {
            if (isOverdue()) {
              deadline.run();
            }
            answered.accept(send, packet);
          });
    }
  }

  @FunctionalInterface
  private interface Answered {
    void accept(Send send, Packet answer);
  }

  private final class Putting {
    private final PutCourse course;
    private final Consumer<PutOutcome> answer;
    private final Map<NodeId, Send> silent = new HashMap<>(); // replicas that have yet to reply
    private boolean isAskingAgain;

    Putting(PutCourse course, Consumer<PutOutcome> answer) {
      this.course = course;
      this.answer = answer;
      world.at(node.self(), TIMEOUT_NANOS, this::deadline);
    }

    private void deadline() {
      if (world.makes(Mistake.TIME_OUTS_COUNT_AS_ACKNOWLEDGED)) {
        List.copyOf(silent.values()).forEach(this::pretendApplied);
      }
      perform(course.deadlineReached());
    }

    private void pretendApplied(Send send) {
      silent.remove(send.node());
      perform(course.replied(send.node(), send.round(), APPLIED, Duration.ZERO));
    }

    private void replied(Send send, Packet packet) {
      if (packet.reply() != null) {
        silent.remove(send.node());
        Duration elapsed = Duration.ofNanos(world.nowNanos() - beganNanos);
        perform(course.replied(send.node(), send.round(), packet.reply(), elapsed));
      }
    }

    void perform(PutStep step) {
      if (!node.isRunning()) {
        return;
      }
      step.sends().forEach(send -> silent.put(send.node(), send));
      send(step.sends(), this::deadline, this::replied);
      if (step.restampAbove() != null) {
        world.coverage().count(Event.RESTAMPED);
        restamp(step.restampAbove());
        return;
      }
      if (step.answer() != null) {
        answer.accept(step.answer());
      }
      for (NodeId target : step.hints()) {
        Send unanswered = silent.get(target);
        if (unanswered != null && world.makes(Mistake.HINTS_COUNT_AS_ACKNOWLEDGED)) {
          pretendApplied(unanswered);
        }
        perform(course.hintKept(target, node.hints().keep(target, key, course.entry())));
      }
      if (course.wantsToAskAgain() && !isAskingAgain) {
        isAskingAgain = true;
        world.coverage().count(Event.POSTPONED);
        world.at(
            node.self(),
            TRY_AGAIN_NANOS,
            () -> {
              isAskingAgain = false;
              perform(course.askAgain());
            });
      }
      if (step.isSettled() && !(step.answer() instanceof PutOutcome.Refused)) {
        world.invariants().settled(key, course.receipt());
        world.invariants().hinted(node.self(), key, course.receipt());
      }
    }

    private void restamp(Version above) {
      Restamp restamp = node.issueAbove(above);
      if (restamp == null) {
        world.at(node.self(), TRY_AGAIN_NANOS, () -> restamp(above));
      } else {
        perform(course.restamped(restamp.version(), restamp.isExempt()));
      }
    }
  }

  private final class Getting {
    private final GetCourse course;
    private final Consumer<GetOutcome> answer;
    private boolean isAskingAgain;

    Getting(GetCourse course, Consumer<GetOutcome> answer) {
      this.course = course;
      this.answer = answer;
      world.at(node.self(), TIMEOUT_NANOS, this::deadline);
    }

    private void deadline() {
      perform(course.deadlineReached());
    }

    private void replied(Send send, Packet packet) {
      if (packet.reply() != null) {
        perform(course.replied(send.node(), send.round(), packet.reply(), packet.time()));
      }
    }

    void perform(GetStep step) {
      if (!node.isRunning()) {
        return;
      }
      send(step.sends(), this::deadline, this::replied);
      if (world.makes(Mistake.REPAIRS_ARE_NOT_WAITED_FOR)) {
        step.sends().stream()
            .filter(send -> send.request() instanceof ReplicaRequest.Write)
            .forEach(
                send ->
                    perform(course.replied(send.node(), send.round(), APPLIED, node.readClock())));
      }
      if (step.answer() instanceof GetOutcome.Unavailable
          && world.makes(Mistake.TIME_OUTS_ARE_NOT_FOUND)) {
        answer.accept(new GetOutcome.NotFound(Version.NONE));
      } else if (step.answer() != null) {
        if (step.answer() instanceof GetOutcome.NotFound absent
            && !absent.deleted().equals(Version.NONE)) {
          world.coverage().count(Event.EXPIRED);
        }
        answer.accept(step.answer());
      }
      if (course.wantsToAskAgain() && !isAskingAgain) {
        isAskingAgain = true;
        world.at(
            node.self(),
            TRY_AGAIN_NANOS,
            () -> {
              isAskingAgain = false;
              perform(course.askAgain());
            });
      }
      if (step.startsHeadStart()) {
        world.at(node.self(), HEAD_START_NANOS, () -> perform(course.headStartOver()));
      }
    }
  }
}
