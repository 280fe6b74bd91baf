package io.aitta.quorum;

import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PutCourse} wants done next; all of it, in any order.
 *
 * @param sends requests to send
 * @param answer the outcome to answer with; present in exactly one step of a course
 * @param restampAbove asks for a fresh version above this one, by {@link PutCourse#restamped}
 * @param hints nodes for which a hint of the course's entry must be kept, each answered by {@link
 *     PutCourse#hintKept}
 * @param isSettled whether the receipt will not change any more: the course is over
 */
public record PutStep(
    List<Send> sends,
    @Nullable PutOutcome answer,
    @Nullable Version restampAbove,
    List<NodeId> hints,
    boolean isSettled) {
  static final PutStep NOTHING = new PutStep(List.of(), null, null, List.of(), false);

  static PutStep sending(List<Send> sends) {
    return new PutStep(sends, null, null, List.of(), false);
  }

  static PutStep answering(PutOutcome outcome) {
    return new PutStep(List.of(), outcome, null, List.of(), false);
  }

  /** This step and then one that follows at once, which neither sends nor answers. */
  PutStep followedBy(PutStep next) {
    return new PutStep(sends, answer, restampAbove, next.hints, next.isSettled);
  }
}
