package io.aitta.actor;

import io.aitta.actor.NodeClock.Restamp;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.Version;
import io.aitta.quorum.PutCourse;
import io.aitta.quorum.PutPlan;
import io.aitta.quorum.PutStep;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A put or delete: stamps it, follows its {@link PutCourse}, completes its futures. */
final class PutConversation implements Conversation {
  private final PutRequest request;
  private final NodeContext node;
  private final PeersSnapshot peers;
  private final ReplicationCoordinator coordinator;
  private @Nullable PutCourse course; // null until it is stamped, and if it is refused before that
  private @Nullable Version restampAbove; // while the clock's ceiling is being raised for it
  private boolean isAnswered;
  private boolean isRefused;
  private boolean isSettled;

  PutConversation(
      PutRequest request,
      NodeContext node,
      PeersSnapshot peers,
      ReplicationCoordinator coordinator) {
    this.request = request;
    this.node = node;
    this.peers = peers;
    this.coordinator = coordinator;
  }

  @Override
  public boolean begin() {
    ServiceState service = node.service().get();
    if (!service.isServing() || service.configurations() == null) {
      return refuse(Refusal.Code.NOT_READY, "node is not ready: " + service.condition());
    }
    if (peers.isClockAhead(
        node.self(), service.configurations().members(), node.settings().clockBound().toMillis())) {
      return refuse(
          Refusal.Code.CLOCK_AHEAD,
          "this node's clock is further ahead of most peers than "
              + node.settings().clockBound().toMillis()
              + " ms");
    }
    Version version = node.clock().tryIssue(node.self());
    if (version == null) {
      coordinator.tryAgain();
      return false;
    }
    Configuration configuration = service.configurations().configurationOf(request.key());
    PutCourse begun =
        new PutCourse(
            new PutPlan(
                request.key(),
                entry(version),
                request.consistency(),
                configuration,
                peers.deadAmong(configuration.replicas()),
                peers.zones(),
                node.settings().shape().replicationFactor(),
                node.durability()));
    course = begun;
    return perform(begun, begun.begin());
  }

  private Entry entry(Version version) {
    if (request.isDelete()) {
      return Entry.tombstone(version);
    }
    long expiresAtMillis =
        request.timeToLive().isZero()
            ? Entry.NEVER
            : version.time().millis() + request.timeToLive().toMillis();
    return Entry.value(version, expiresAtMillis, request.codec(), request.value());
  }

  private boolean perform(PutCourse following, PutStep step) {
    coordinator.send(step.sends());
    if (step.restampAbove() != null) {
      return restamp(following, step.restampAbove());
    }
    if (step.answer() != null) {
      answer(step.answer());
    }
    for (NodeId target : step.hints()) {
      coordinator.keepHint(
          new HintedHandoff.Keep(
              target, request.key(), following.entry(), coordinator.hintReplies()));
    }
    if (following.wantsToAskAgain()) {
      coordinator.askAgain();
    }
    if (step.isSettled()) {
      settle(isRefused ? Optional.empty() : Optional.of(following.receipt()));
    }
    return step.isSettled();
  }

  private boolean restamp(PutCourse following, Version above) {
    Restamp restamp = node.clock().tryIssueAbove(above, node.self());
    if (restamp == null) {
      restampAbove = above;
      coordinator.tryAgain();
      return false;
    }
    restampAbove = null;
    return perform(following, following.restamped(restamp.version(), restamp.isExempt()));
  }

  private boolean refuse(Refusal.Code code, String message) {
    answer(new PutOutcome.Refused(new Refusal(code, message, 0, 0, List.of())));
    settle(Optional.empty());
    return true;
  }

  private void answer(PutOutcome outcome) {
    isAnswered = true;
    isRefused = outcome instanceof PutOutcome.Refused;
    request.answer().completeAsync(() -> outcome, node.callbacks());
  }

  private void settle(Optional<Receipt> receipt) {
    isSettled = true;
    request.settled().completeAsync(() -> receipt, node.callbacks());
  }

  @Override
  public boolean replied(Replied replied, Duration elapsed) {
    return course == null
        || perform(
            course, course.replied(replied.node(), replied.round(), replied.reply(), elapsed));
  }

  @Override
  public boolean hintKept(ReplicationCoordinator.HintKept hint) {
    return course == null || perform(course, course.hintKept(hint.target(), hint.isKept()));
  }

  @Override
  public boolean hintsOverdue() {
    return course == null || perform(course, course.hintsOverdue());
  }

  @Override
  public boolean askAgain() {
    return course == null || perform(course, course.askAgain());
  }

  @Override
  public boolean headStartOver() {
    return false;
  }

  /** Once a ceiling of the clock was raised, which held up the first version or a later one. */
  @Override
  public boolean tryAgain() {
    return (course == null || restampAbove == null) ? begin() : restamp(course, restampAbove);
  }

  @Override
  public boolean deadlineReached() {
    return course == null
        ? refuse(Refusal.Code.OVERLOADED, "the clock's ceiling was not made durable in time")
        : perform(course, course.deadlineReached());
  }

  @Override
  public void stopped() {
    if (course == null && !isAnswered) {
      refuse(Refusal.Code.NOT_READY, "the node stopped before the put began");
    }
    if (course != null && !isAnswered) {
      answer(new PutOutcome.MaybeApplied(course.receipt()));
    }
    if (course != null && !isSettled) {
      settle(Optional.of(course.receipt()));
    }
  }
}
