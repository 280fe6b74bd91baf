package io.aitta.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Searches an order of one key's operations that is that of an atomic register (Wing and Gong 1993,
 * with Lowe's memory of configurations, 2017, section 4), depth first, on a stack of its own. A
 * configuration, which operations have a place and what the register holds then, is remembered as a
 * {@link Fingerprints fingerprint}.
 *
 * <p>Beyond the papers, facts about registers keep the search small. None of them loses every order
 * where there is one. A put or delete is <em>seen</em> if a get follows before the next one, and
 * <em>covered</em> otherwise.
 *
 * <ul>
 *   <li>A get that may come next and finds what the register holds may come at once.
 *   <li>What is seen is seen by the operation that follows: a get of it that may come next.
 *   <li>Of two that write the same and may come next, what must come sooner may come first.
 *   <li>What is covered may wait until its return is the first that is left. If it could have come
 *       before the write that is seen now, it does, and the register stays as it is.
 *   <li>What was not acknowledged is never covered: it need not come at all.
 *   <li>What the register holds does not matter when nobody will see it: all such are one.
 *   <li>It must not be overwritten while gets are left that found it, unless it can come again.
 * </ul>
 */
final class RegisterSearch {
  /** What the register holds does not matter. */
  private static final int UNSEEN = -1;

  /** A choice that is no operation: what expires is gone. */
  private static final int EXPIRE = -1;

  /** A choice that is no operation: what must come soonest is covered. */
  private static final int COVER = -2;

  private final RegisterModel model;
  private final RegisterTimeline timeline;
  private final long budget;
  private final Fingerprints seen = new Fingerprints();
  private final Deque<Branch> branches = new ArrayDeque<>();
  private final Places places;
  private List<Integer> best = List.of();
  private int register = RegisterModel.ABSENT; // a value, or valueCount + a put that may expire
  private boolean isAwaited; // the get that sees it must come before it may be overwritten
  private int seenAt = Places.LAST; // the place of the write that is seen now
  private long seenHorizon = Long.MIN_VALUE; // what began until then could have come before it

  /** How a search ended. */
  enum Outcome {
    FOUND,
    NONE,
    GIVEN_UP
  }

  /** A point to which the search comes back. */
  private record Branch(
      int placed,
      int register,
      boolean isAwaited,
      int seenAt,
      long seenHorizon,
      Deque<Integer> choices) {}

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
      Deque<Integer> choices = choices();
      if (!choices.isEmpty() && remember()) {
        branches.push(new Branch(places.size(), register, isAwaited, seenAt, seenHorizon, choices));
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

  /** Remembers what is the case now; false if it was before. */
  private boolean remember() {
    long state = 2 * (register + 2L) + (isAwaited ? 1 : 0);
    return seen.add(
        timeline.high() ^ (state * 0x9E3779B97F4A7C15L),
        timeline.low() ^ (seenHorizon * 0xBF58476D1CE4E5B9L));
  }

  /** Gives a place to what may come at once. */
  private void placeWhatIsForced() {
    int before;
    do {
      before = places.size();
      placeGets();
      if (isSettled()) {
        register = UNSEEN;
        seenAt = Places.LAST;
        seenHorizon = Long.MAX_VALUE;
      }
      int blocker = timeline.blocker();
      if (blocker >= 0
          && !model.isGet(blocker)
          && timeline.isUnseen(blocker)
          && canComeBeforeWhatIsSeen(blocker)) {
        place(blocker, seenAt);
      }
    } while (places.size() > before);
  }

  private void placeGets() {
    int value = value();
    for (int i = timeline.first(); i >= 0; i = timeline.after(i)) {
      if (model.isGet(i) && model.value(i) == value) {
        place(i, Places.LAST);
        isAwaited = false;
      }
    }
  }

  private boolean canComeBeforeWhatIsSeen(int write) {
    return model.operation(write).invokedNanos() <= seenHorizon;
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

  /** Whether what the register holds may go. */
  private boolean isFree() {
    return register == UNSEEN
        || timeline.readsLeft(value()) == 0
        || timeline.writersLeft(value()) > 0;
  }

  private void place(int operation, int before) {
    timeline.take(operation);
    places.push(operation, before);
  }

  /** What may come next, what must come soonest first. */
  private Deque<Integer> choices() {
    Deque<Integer> choices = new ArrayDeque<>();
    boolean isFree = isFree();
    if (isFree && mayExpire()) {
      choices.add(EXPIRE);
    }
    if (isFree && !isAwaited) {
      choices.addAll(visibleWrites());
    }
    int blocker = timeline.blocker();
    if (blocker >= 0
        && !model.isGet(blocker)
        && ((isFree && !isAwaited) || canComeBeforeWhatIsSeen(blocker))
        && !isNeeded(blocker)) {
      choices.add(COVER);
    }
    return choices;
  }

  /** Puts and deletes that may come next and be seen. */
  private List<Integer> visibleWrites() {
    Map<Integer, Integer> soonest = new HashMap<>();
    for (int i = timeline.first(); i >= 0; i = timeline.after(i)) {
      if (!model.isGet(i) && !timeline.isUnseen(i)) {
        int effect = model.isExpiring(i) ? -1 - model.value(i) : model.value(i);
        soonest.merge(effect, i, this::sooner);
      }
    }
    List<Integer> writes = new ArrayList<>(soonest.values());
    writes.sort(Comparator.comparingLong(model::deadline).thenComparingInt(write -> write));
    return writes;
  }

  private Integer sooner(Integer one, Integer other) {
    return model.deadline(other) < model.deadline(one) ? other : one;
  }

  /** Whether gets are left that only this one can serve, if it is not covered. */
  private boolean isNeeded(int write) {
    int value = model.value(write);
    if (timeline.readsLeft(value) == 0 || timeline.writersLeft(value) > 1) {
      return false;
    }
    boolean isServed = value() == value || (value == RegisterModel.ABSENT && mayExpire());
    return !isServed || !canComeBeforeWhatIsSeen(write);
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
      if (choice == null) {
        keepBest();
        branches.pop();
        continue;
      }
      register = branch.register();
      seenAt = branch.seenAt();
      seenHorizon = branch.seenHorizon();
      isAwaited = branch.isAwaited();
      apply(choice);
      return true;
    }
    return false;
  }

  private void goBackTo(Branch branch) {
    while (places.size() > branch.placed()) {
      timeline.putBack(places.pop());
    }
  }

  private void apply(int choice) {
    int blocker = timeline.blocker();
    if (choice == EXPIRE) {
      register = RegisterModel.ABSENT;
      isAwaited = true;
    } else if (choice == COVER) {
      cover(blocker);
    } else {
      seenHorizon = blocker < 0 ? Long.MAX_VALUE : model.deadline(blocker);
      seenAt = places.size();
      place(choice, Places.LAST);
      register = model.isExpiring(choice) ? model.valueCount() + choice : model.value(choice);
      isAwaited = true;
    }
  }

  private void cover(int write) {
    if (canComeBeforeWhatIsSeen(write)) {
      place(write, seenAt);
      return;
    }
    place(write, Places.LAST);
    register = UNSEEN;
    seenAt = Places.LAST;
    seenHorizon = Long.MAX_VALUE;
  }

  private void keepBest() {
    if (places.size() > best.size()) {
      best = places.toList();
    }
  }
}
