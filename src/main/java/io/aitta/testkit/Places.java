package io.aitta.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operations that a {@link RegisterSearch} gave a place, in the order in which it did. Most
 * come after all before them; some before an earlier one.
 */
final class Places {
  /** After all others. */
  static final int LAST = -1;

  private final int[] operations;
  private final int[] before; // index of the one before which it comes, or LAST
  private int size;

  Places(int capacity) {
    operations = new int[capacity];
    before = new int[capacity];
  }

  /**
   * Gives a place.
   *
   * @param index of the one before which it comes, or {@link #LAST}
   */
  void push(int operation, int index) {
    operations[size] = operation;
    before[size] = index;
    size++;
  }

  /** Takes the last place that was given. */
  int pop() {
    return operations[--size];
  }

  int size() {
    return size;
  }

  /** The operations in the order of their places. */
  List<Integer> toList() {
    Map<Integer, List<Integer>> earlier = new HashMap<>();
    for (int i = 0; i < size; i++) {
      if (before[i] != LAST) {
        earlier.computeIfAbsent(before[i], unused -> new ArrayList<>()).add(operations[i]);
      }
    }
    List<Integer> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      if (before[i] == LAST) {
        list.addAll(earlier.getOrDefault(i, List.of()));
        list.add(operations[i]);
      }
    }
    return list;
  }
}
