package io.aitta.actor;

import java.util.concurrent.atomic.AtomicInteger;

/** How many coordinators may live at once on this node. Safe for use by any thread. */
public final class RequestLimit {
  private final int max;
  private final AtomicInteger taken = new AtomicInteger(); // 0 <= taken <= max

  /** Allows {@code max} at once. */
  public RequestLimit(int max) {
    this.max = max;
  }

  /** Takes one, or refuses at once. Whoever took one gives it back exactly once. */
  public boolean tryTake() {
    int now = taken.get();
    while (now < max) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
      now = taken.get();
    }
    return false;
  }

  void giveBack() {
    if (taken.decrementAndGet() < 0) {
      throw new IllegalStateException("gave back more coordinators than were taken");
    }
  }

  /** How many live now. */
  public int taken() {
    return taken.get();
  }

  /** How many may. */
  public int max() {
    return max;
  }
}
