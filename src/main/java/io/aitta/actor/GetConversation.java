package io.aitta.actor;

import io.aitta.model.Configuration;
import io.aitta.model.GetOutcome;
import io.aitta.model.Refusal;
import io.aitta.quorum.GetCourse;
import io.aitta.quorum.GetPlan;
import io.aitta.quorum.GetStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A get: follows its {@link GetCourse} and completes its future. */
final class GetConversation implements Conversation {
  private final GetRequest request;
  private final NodeContext node;
  private final PeersSnapshot peers;
  private final ReplicationCoordinator coordinator;
  private @Nullable GetCourse course; // null if it is refused before it begins
  private boolean isAnswered;

  GetConversation(
      GetRequest request,
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
      answer(unavailable(Refusal.Code.NOT_READY, "node is not ready: " + service.condition()));
      return true;
    }
    Configuration configuration = service.configurations().configurationOf(request.key());
    GetCourse begun =
        new GetCourse(
            new GetPlan(
                request.key(),
                request.consistency(),
                configuration,
                peers.deadAmong(configuration.replicas()),
                node.self(),
                node.clock().now()));
    course = begun;
    return perform(begun, begun.begin());
  }

  private boolean perform(GetCourse following, GetStep step) {
    coordinator.send(step.sends());
    if (step.answer() != null) {
      answer(step.answer());
    }
    if (step.startsHeadStart()) {
      coordinator.startHeadStart();
    }
    if (following.wantsToAskAgain()) {
      coordinator.askAgain();
    }
    return step.isOver();
  }

  private void answer(GetOutcome outcome) {
    isAnswered = true;
    request.answer().completeAsync(() -> outcome, node.callbacks());
  }

  private static GetOutcome unavailable(Refusal.Code code, String message) {
    return new GetOutcome.Unavailable(new Refusal(code, message, 0, 0, List.of()));
  }

  @Override
  public boolean replied(Replied replied, Duration elapsed) {
    return course == null
        || perform(
            course,
            course.replied(replied.node(), replied.round(), replied.reply(), replied.time()));
  }

  @Override
  public boolean hintKept(ReplicationCoordinator.HintKept hint) {
    return false;
  }

  @Override
  public boolean tryAgain() {
    return false;
  }

  @Override
  public boolean hintsOverdue() {
    return false;
  }

  @Override
  public boolean askAgain() {
    return course == null || perform(course, course.askAgain());
  }

  @Override
  public boolean headStartOver() {
    return course == null || perform(course, course.headStartOver());
  }

  @Override
  public boolean deadlineReached() {
    return course == null || perform(course, course.deadlineReached());
  }

  @Override
  public void stopped() {
    if (!isAnswered) {
      answer(unavailable(Refusal.Code.NOT_READY, "the node stopped before the get was answered"));
    }
  }
}
