package io.aitta.simulation;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.aitta.model.GetOutcome;
import io.aitta.quorum.GetCourse;
import io.aitta.quorum.GetStep;
import org.jspecify.annotations.Nullable;

/** A get of a {@link Script}. */
final class ScriptedGet {
  private final GetCourse course;
  private final ScriptedSends sends;
  private @Nullable GetOutcome outcome;

  ScriptedGet(Script script, ScriptedNode coordinator, GetCourse course) {
    this.course = course;
    this.sends = new ScriptedSends(script, coordinator);
    perform(course.begin());
  }

  private void perform(GetStep step) {
    sends.add(step.sends());
    if (step.answer() != null) {
      assertNull(outcome, "answered twice");
      outcome = step.answer();
    }
  }

  /** The send arrives, and its reply. */
  ScriptedGet exchange(String replica) {
    sends.deliver(replica);
    ScriptedSends.Reply reply = sends.reply(replica);
    perform(course.replied(reply.node(), reply.round(), reply.reply(), reply.time()));
    return this;
  }

  /** The same, unless nothing is under way to it. */
  ScriptedGet exchangeIfAsked(String replica) {
    return isAsking(replica) ? exchange(replica) : this;
  }

  ScriptedGet deadline() {
    perform(course.deadlineReached());
    return this;
  }

  boolean isAsking(String replica) {
    return sends.hasSend(replica);
  }

  /** The value found; "absent", "unavailable", or "pending" if there is none. */
  String result() {
    if (outcome instanceof GetOutcome.Found found) {
      return found.entry().value().utf8();
    }
    if (outcome instanceof GetOutcome.NotFound) {
      return "absent";
    }
    return outcome == null ? "pending" : "unavailable";
  }
}
