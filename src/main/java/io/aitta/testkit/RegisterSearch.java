package io.aitta.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Searches an order of one key's operations that is that of an atomic register (Wing and Gong 1993,
 * with Lowe's memory of configurations, 2017, section 4), depth first, on a stack of its own. A
 * configuration, which operations have a place and what the register holds then, is remembered as a
 * {@link Fingerprints fingerprint}.
 *
 * <p>Beyond the papers, four facts about registers keep the search small. None of them loses an
 * order:
 *
 * <ul>
 *   <li>A get that may come next and finds what the register holds may come at once.
 *   <li>A put or delete that nobody will see may come right before any other, and if it was not
 *       acknowledged, need not come.
 *   <li>What the register holds does not matter when nobody will see it: all such are one.
 *   <li>It must not be overwritten while gets are left that found it, unless it can come again.
 * </ul>
 */
final class RegisterSearch {
  /** What the register holds does not matter. */
  private static final int UNSEEN = -1;

  /** A choice that is no operation: what expires is gone. */
  private static final int EXPIRE = -1;

  /** A choice that is no operation: those that nobody will see, alone. */
  private static final int UNSEEN_ONES = -2;

  private final RegisterModel model;
  private final RegisterTimeline timeline;
  private final long budget;
  private final Fingerprints seen = new Fingerprints();
  private final Deque<Branch> branches = new ArrayDeque<>();
  private final Places places;
  private List<Integer> best = List.of();
  private int register = RegisterModel.ABSENT; // a value, or valueCount + a put that may expire

  /** How a search ended. */
  enum Outcome {
    FOUND,
    NONE,
    GIVEN_UP
  }

  /** A point to which the search comes back. */
  private record Branch(int placed, int register, Deque<Integer> choices) {}

  RegisterSearch(RegisterModel model, long budget) {
    this.model = model;
    this.budget = budget;
    this.timeline = new RegisterTimeline(model);
    this.places = new Places(model.size());
  }

  /** Searches; to be called once. */
  Outcome run() {
    while (true) {
      placeWhatIsForced();
      if (timeline.requiredLeft() == 0) {
        keepBest();
        return Outcome.FOUND;
      }
      if (remember()) {
        branches.push(new Branch(places.size(), register, choices()));
      }
      if (seen.size() > budget) {
        return Outcome.GIVEN_UP;
      }
      if (!takeNextChoice()) {
        return Outcome.NONE;
      }
    }
  }

  /** The longest order that was found, as operations in that order. */
  List<Operation> best() {
    return best.stream().map(model::operation).toList();
  }

  /** How many configurations were remembered. */
  int configurations() {
    return seen.size();
  }

  private boolean remember() {
    long salt = (register + 2L) * 0x9E3779B97F4A7C15L; // not 0
    return seen.add(timeline.high() ^ salt, timeline.low() ^ Long.rotateLeft(salt, 32));
  }

  /** Gives a place to what may come at once. */
  private void placeWhatIsForced() {
    boolean isChanged = true;
    while (isChanged) {
      int before = places.size();
      int value = value();
      for (int i = timeline.first(); i >= 0; i = timeline.after(i)) {
        if (model.isGet(i) && model.value(i) == value) {
          place(i);
        }
      }
      if (isSettled()) {
        register = UNSEEN;
        placeUnseen();
      }
      isChanged = places.size() > before;
    }
  }

  private int value() {
    int values = model.valueCount();
    return register < values ? register : model.value(register - values);
  }

  private boolean mayExpire() {
    return register >= model.valueCount() && timeline.readsLeft(RegisterModel.ABSENT) > 0;
  }

  /** Whether nobody will see what the register holds. */
  private boolean isSettled() {
    return register == UNSEEN || (timeline.readsLeft(value()) == 0 && !mayExpire());
  }

  private void placeUnseen() {
    int before;
    do {
      before = places.size();
      for (int i = timeline.first(); i >= 0; i = timeline.after(i)) {
        if (isUnseenWrite(i)) {
          place(i);
        }
      }
    } while (places.size() > before); // a place that was given lets others come
  }

  private boolean isUnseenWrite(int operation) {
    return !model.isGet(operation) && model.isRequired(operation) && timeline.isUnseen(operation);
  }

  private void place(int operation) {
    timeline.take(operation);
    places.push(operation);
  }

  /** What may come next, what must come soonest first. */
  private Deque<Integer> choices() {
    boolean isSettled = isSettled();
    if (!isSettled && timeline.readsLeft(value()) > 0 && timeline.writersLeft(value()) == 0) {
      return new ArrayDeque<>();
    }
    List<Integer> writes = new ArrayList<>();
    boolean hasUnseen = false;
    boolean isAbsenceNext = false;
    for (int i = timeline.first(); i >= 0; i = timeline.after(i)) {
      if (model.isGet(i)) {
        isAbsenceNext |= model.value(i) == RegisterModel.ABSENT;
      } else if (!timeline.isUnseen(i)) {
        writes.add(i);
      } else {
        hasUnseen |= model.isRequired(i);
      }
    }
    writes.sort(Comparator.comparingLong(model::deadline));
    Deque<Integer> choices = new ArrayDeque<>(writes);
    if (hasUnseen && !isSettled) {
      choices.addLast(UNSEEN_ONES);
    }
    if (mayExpire()) {
      if (isAbsenceNext) {
        choices.addFirst(EXPIRE);
      } else {
        choices.addLast(EXPIRE);
      }
    }
    return choices;
  }

  /** Goes back to the last branch with a choice left, and takes it; false if there is none. */
  private boolean takeNextChoice() {
    while (!branches.isEmpty()) {
      Branch branch = branches.peek();
      if (places.size() > branch.placed()) {
        keepBest();
        goBackTo(branch);
      }
      Integer choice = branch.choices().poll();
      if (choice != null) {
        register = branch.register();
        apply(choice);
        return true;
      }
      keepBest();
      branches.pop();
    }
    return false;
  }

  private void goBackTo(Branch branch) {
    while (places.size() > branch.placed()) {
      timeline.putBack(places.pop());
    }
  }

  private void apply(int choice) {
    if (choice == EXPIRE) {
      register = RegisterModel.ABSENT;
      return;
    }
    placeUnseen();
    if (choice == UNSEEN_ONES) {
      register = UNSEEN;
      return;
    }
    place(choice);
    register = model.isExpiring(choice) ? model.valueCount() + choice : model.value(choice);
  }

  private void keepBest() {
    if (places.size() > best.size()) {
      best = places.toList();
    }
  }

  /** Operations in the order of their places. */
  private static final class Places {
    private final int[] operations;
    private int size;

    Places(int capacity) {
      operations = new int[capacity];
    }

    void push(int operation) {
      operations[size++] = operation;
    }

    int pop() {
      return operations[--size];
    }

    int size() {
      return size;
    }

    List<Integer> toList() {
      List<Integer> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        list.add(operations[i]);
      }
      return list;
    }
  }
}
