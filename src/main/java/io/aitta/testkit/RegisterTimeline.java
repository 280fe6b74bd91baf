package io.aitta.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The calls and returns of one key's operations in the order of time, as a linked list from which
 * an operation is taken when it is given its place, and put back in the reverse order (Wing and
 * Gong 1993; Lowe 2017, section 2). Those that may come next are the calls before the first return
 * that is left.
 *
 * <p>Entries of the list: call of operation i is i, its return is size + i; the head is 2 size.
 */
final class RegisterTimeline {
  private final RegisterModel model;
  private final int head;
  private final int[] next;
  private final int[] previous;
  private final long[] highs; // random, of each operation
  private final long[] lows;
  private final int[] left; // values: gets that are left
  private final int[] writers; // values: operations that are left and may bring them about
  private int requiredLeft;
  private long high; // of all that are taken
  private long low;

  RegisterTimeline(RegisterModel model) {
    this.model = model;
    int size = model.size();
    this.head = 2 * size;
    this.next = new int[2 * size + 1];
    this.previous = new int[2 * size + 1];
    this.highs = new long[size];
    this.lows = new long[size];
    this.left = new int[model.valueCount()];
    this.writers = new int[model.valueCount()];
    SplittableRandom random = new SplittableRandom(1993);
    List<Integer> entries = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      highs[i] = random.nextLong();
      lows[i] = random.nextLong();
      entries.add(i);
      if (model.isRequired(i)) {
        entries.add(size + i);
        requiredLeft++;
      }
      count(i, 1);
    }
    entries.sort(
        Comparator.comparingLong(this::timeOf)
            .thenComparing(entry -> entry >= size)); // calls first
    int last = head;
    for (int entry : entries) {
      link(last, entry);
      last = entry;
    }
    link(last, head);
  }

  private long timeOf(int entry) {
    int size = model.size();
    return entry < size ? model.operation(entry).invokedNanos() : model.deadline(entry - size);
  }

  private void link(int before, int after) {
    next[before] = after;
    previous[after] = before;
  }

  private void count(int operation, int change) {
    if (model.isGet(operation)) {
      left[model.value(operation)] += change;
      return;
    }
    writers[model.value(operation)] += change;
    if (model.isExpiring(operation)) {
      writers[RegisterModel.ABSENT] += change;
    }
  }

  /** Gives an operation its place, after all that have one. */
  void take(int operation) {
    unlink(operation);
    if (model.isRequired(operation)) {
      unlink(model.size() + operation);
      requiredLeft--;
    }
    count(operation, -1);
    flip(operation);
  }

  /** Takes the place away from the operation that got its place last. */
  void putBack(int operation) {
    if (model.isRequired(operation)) {
      relink(model.size() + operation);
      requiredLeft++;
    }
    relink(operation);
    count(operation, 1);
    flip(operation);
  }

  private void unlink(int entry) {
    next[previous[entry]] = next[entry];
    previous[next[entry]] = previous[entry];
  }

  private void relink(int entry) {
    next[previous[entry]] = entry;
    previous[next[entry]] = entry;
  }

  private void flip(int operation) {
    high ^= highs[operation];
    low ^= lows[operation];
  }

  /** The first operation that may come next, or -1. */
  int first() {
    return callAt(next[head]);
  }

  /** The one after it that may come next too, or -1; it may have been taken meanwhile. */
  int after(int operation) {
    return callAt(next[operation]);
  }

  /** The operation whose return is the first that is left: it must come soonest; -1 if none is. */
  int blocker() {
    int entry = next[head];
    while (entry < model.size()) {
      entry = next[entry];
    }
    return entry == head ? -1 : entry - model.size();
  }

  private int callAt(int entry) {
    return entry < model.size() ? entry : -1;
  }

  /** How many have no place that must have one. */
  int requiredLeft() {
    return requiredLeft;
  }

  /** How many gets that found the value have no place. */
  int readsLeft(int value) {
    return left[value];
  }

  /** How many operations that may bring the value about have no place. */
  int writersLeft(int value) {
    return writers[value];
  }

  /** Whether nobody will see what a put or delete does. */
  boolean isUnseen(int operation) {
    return left[model.value(operation)] == 0
        && (!model.isExpiring(operation) || left[RegisterModel.ABSENT] == 0);
  }

  /** Stands for the set of those that have a place. */
  long high() {
    return high;
  }

  /** As {@link #high}. */
  long low() {
    return low;
  }
}
