package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Version;
import io.aitta.quorum.PutCourse;
import io.aitta.quorum.PutStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A put or delete of a {@link Script}. */
final class ScriptedPut {
  private final ScriptedNode coordinator;
  private final PutCourse course;
  private final ScriptedSends sends;
  private final List<NodeId> hints = new ArrayList<>();
  private @Nullable PutOutcome outcome;

  ScriptedPut(Script script, ScriptedNode coordinator, PutCourse course) {
    this.coordinator = coordinator;
    this.course = course;
    this.sends = new ScriptedSends(script, coordinator);
    perform(course.begin());
  }

  private void perform(PutStep first) {
    PutStep step = first;
    sends.add(step.sends());
    while (step.restampAbove() != null) {
      HybridTime held = step.restampAbove().time();
      coordinator.observe(held);
      step = course.restamped(coordinator.issue(), false);
      sends.add(step.sends());
    }
    if (step.answer() != null) {
      assertNull(outcome, "answered twice");
      outcome = step.answer();
    }
    hints.addAll(step.hints());
  }

  /** The send arrives and is carried out; the reply is under way. */
  ScriptedPut deliver(String replica) {
    sends.deliver(replica);
    return this;
  }

  /** The reply arrives. */
  ScriptedPut answer(String replica) {
    ScriptedSends.Reply reply = sends.reply(replica);
    perform(course.replied(reply.node(), reply.round(), reply.reply(), Duration.ZERO));
    return this;
  }

  /** The send arrives, and its reply. */
  ScriptedPut exchange(String replica) {
    return deliver(replica).answer(replica);
  }

  /** The same, unless nothing is under way to it. */
  ScriptedPut exchangeIfAsked(String replica) {
    return isAsking(replica) ? exchange(replica) : this;
  }

  /** Asks those again whose configuration was changing. */
  ScriptedPut askAgain() {
    perform(course.askAgain());
    return this;
  }

  ScriptedPut deadline() {
    perform(course.deadlineReached());
    return this;
  }

  ScriptedSends sends() {
    return sends;
  }

  boolean isAsking(String replica) {
    return sends.hasSend(replica);
  }

  Version version() {
    return course.entry().version();
  }

  List<NodeId> hints() {
    return hints;
  }

  @Nullable PutOutcome outcome() {
    return outcome;
  }
}
