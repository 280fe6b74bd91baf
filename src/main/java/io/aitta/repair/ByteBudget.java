package io.aitta.repair;

/**
 * A token bucket of bytes: how much may be sent and received, on average and at once. What was used
 * is known only afterwards, so a debt may arise, and is waited for. Not safe for use by several
 * threads.
 */
public final class ByteBudget {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long bytesPerSecond;
  private final long burstBytes;
  private double bytes; // at most burstBytes; negative is a debt
  private long filledNanos;

  /** Begins full. */
  public ByteBudget(long bytesPerSecond, long burstBytes, long nowNanos) {
    if (bytesPerSecond < 1 || burstBytes < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond and burstBytes must be at least 1, were ["
              + bytesPerSecond
              + "] and ["
              + burstBytes
              + "]");
    }
    this.bytesPerSecond = bytesPerSecond;
    this.burstBytes = burstBytes;
    this.bytes = burstBytes;
    this.filledNanos = nowNanos;
  }

  /** Takes bytes that were used. */
  public void use(long usedBytes, long nowNanos) {
    fill(nowNanos);
    bytes -= usedBytes;
  }

  /** How long to wait before more is used; 0 if there is no debt. */
  public long waitNanos(long nowNanos) {
    fill(nowNanos);
    return bytes >= 0 ? 0 : (long) Math.ceil(-bytes * NANOS_PER_SECOND / bytesPerSecond);
  }

  private void fill(long nowNanos) {
    long passed = Math.max(0, nowNanos - filledNanos);
    bytes = Math.min((double) burstBytes, bytes + passed / NANOS_PER_SECOND * bytesPerSecond);
    filledNanos = nowNanos;
  }
}
