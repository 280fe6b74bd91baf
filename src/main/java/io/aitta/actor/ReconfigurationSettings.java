package io.aitta.actor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How data moves when nodes come and go.
 *
 * @param interval how often it is looked at what is due
 * @param replaceAfter how long a node may be away before others hold its data in its place
 * @param recoverAfter how long nodes must be gone before a partition goes on without a majority of
 *     its members; null if never
 * @param maxTransfers how many partitions may be joint at once
 * @param maxBytesPerSecond of entries that a node takes over from others
 * @param leaveOnShutdown whether a node that is shut down gives its data to others first
 * @param leaveTimeout for how long at most
 */
public record ReconfigurationSettings(
    Duration interval,
    Duration replaceAfter,
    @Nullable Duration recoverAfter,
    int maxTransfers,
    long maxBytesPerSecond,
    Leaving leaveOnShutdown,
    Duration leaveTimeout) {

  /** When a node that is shut down gives its data to others first. */
  public enum Leaving {
    /** If its engine forgets what it has: a durable one comes back with it. */
    AUTO,
    ON,
    OFF
  }

  /** Whether a node of that engine gives its data to others when it is shut down. */
  public boolean leavesOnShutdown(String engine) {
    return switch (leaveOnShutdown) {
      case AUTO -> engine.equals("memory");
      case ON -> true;
      case OFF -> false;
    };
  }
}
