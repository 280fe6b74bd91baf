package io.aitta.model;

/**
 * The version of one partition's configuration. Ordered by recovery term first (protocol rule 10):
 * a configuration that was recovered after a majority was lost is newer than all that the lost
 * majority may have decided.
 *
 * @param recoveryTerm how often the partition was recovered, from 0
 * @param number rises by one with every configuration, from 1; 0 only in {@link #NONE}
 */
public record Epoch(int recoveryTerm, int number) implements Comparable<Epoch> {

  /** Older than every configuration. */
  public static final Epoch NONE = new Epoch(0, 0);

  /** The epoch of a partition's first configuration. */
  public static final Epoch FIRST = new Epoch(0, 1);

  public Epoch {
    if (recoveryTerm < 0 || number < 0) {
      throw new IllegalArgumentException(
          "epoch must not be negative, was [" + recoveryTerm + "." + number + "]");
    }
  }

  /** The epoch of the configuration that follows. */
  public Epoch next() {
    return new Epoch(recoveryTerm, Math.addExact(number, 1));
  }

  /** The epoch with which a partition begins that lost its majority in this one. */
  public Epoch nextTerm() {
    return new Epoch(Math.addExact(recoveryTerm, 1), FIRST.number);
  }

  /** Whether this epoch is newer than the other. */
  public boolean isNewerThan(Epoch other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Epoch other) {
    int byTerm = Integer.compare(recoveryTerm, other.recoveryTerm);
    return byTerm != 0 ? byTerm : Integer.compare(number, other.number);
  }

  /** Returns {@code term.number}. */
  @Override
  public String toString() {
    return recoveryTerm + "." + number;
  }
}
