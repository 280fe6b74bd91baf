package io.aitta.bench;

/**
 * A put of a watched key. Times are {@link System#nanoTime}, which on Linux is one clock for all
 * processes of a machine.
 *
 * @param stamp names its value
 * @param beganNanos when it was issued
 * @param endedNanos when it was acknowledged; {@link #NEVER} if it was not, and may come yet
 */
record Write(long stamp, long beganNanos, long endedNanos) {
  static final long NEVER = Long.MAX_VALUE;

  boolean isAcknowledged() {
    return endedNanos != NEVER;
  }
}
