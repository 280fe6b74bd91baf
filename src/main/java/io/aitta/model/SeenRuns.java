package io.aitta.model;

/**
 * What a node remembers of another one's runs, and tells it with every greeting, so that a node
 * whose data was set back or copied notices (protocol rule 9). Times are the node's own readings,
 * which no later run of it falls short of unless its data does.
 *
 * @param last the run that was heard last
 * @param lastTime the highest time that was heard of it
 * @param earlierTime the highest time that was heard of the runs before it
 */
public record SeenRuns(Incarnation last, HybridTime lastTime, HybridTime earlierTime) {
  /** Nothing was heard. */
  public static final SeenRuns NONE =
      new SeenRuns(Incarnation.UNKNOWN, HybridTime.ZERO, HybridTime.ZERO);

  /** Whether a run is not the last one, nor began after it: one of old data, or of a copy. */
  public boolean hasLeftBehind(Incarnation run) {
    return !run.equals(last) && run.startCounter() <= last.startCounter();
  }

  /** What is remembered once a greeting of a run was heard that is not left behind. */
  public SeenRuns heard(Incarnation run, HybridTime time) {
    return run.equals(last)
        ? new SeenRuns(last, lastTime.max(time), earlierTime)
        : new SeenRuns(run, time, earlierTime.max(lastTime));
  }
}
