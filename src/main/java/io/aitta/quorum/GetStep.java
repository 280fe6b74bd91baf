package io.aitta.quorum;

import io.aitta.model.GetOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link GetCourse} wants done next; all of it, in any order.
 *
 * @param sends requests to send: reads, and repairs of stale replicas
 * @param answer the outcome to answer with; present in exactly one step of a course
 * @param startsHeadStart whether to call {@link GetCourse#headStartOver} after the head start of
 *     the local replica
 * @param isOver whether the course wants to hear nothing more; its last sends are still to be sent
 */
public record GetStep(
    List<Send> sends, @Nullable GetOutcome answer, boolean startsHeadStart, boolean isOver) {
  static final GetStep NOTHING = new GetStep(List.of(), null, false, false);

  static GetStep sending(List<Send> sends) {
    return sends.isEmpty() ? NOTHING : new GetStep(sends, null, false, false);
  }
}
