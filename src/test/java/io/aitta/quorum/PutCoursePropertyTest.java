package io.aitta.quorum;

import static io.aitta.quorum.Replicas.KEY;
import static io.aitta.quorum.Replicas.PARTITION;
import static io.aitta.quorum.Replicas.value;
import static io.aitta.quorum.Replicas.version;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Configuration;
import io.aitta.model.Consistency;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random replies, late and repeated ones, newer configurations, fresh versions and the deadline,
 * against a model that keeps the whole history and counts it anew for every event.
 */
final class PutCoursePropertyTest {
  private static final int SEQUENCES = 1_000;
  private static final int EVENTS = 50;
  private static final int NODES = 7;
  private static final List<Consistency> CONSISTENCIES = List.of(Consistency.values());
  private static final List<RefusalReason> REASONS = List.of(RefusalReason.values());

  /** What an answer is, or that there is none. */
  private enum Answer {
    NONE,
    WRITTEN,
    MAYBE,
    REFUSED,
    RESTAMP,
    ADOPT,
    AGAIN
  }

  /** One round: everything was sent to every replica that is not dead. */
  private record Attempt(Configuration configuration, Entry entry) {}

  /** A first reply of a replica in a round, while the round was the present one. */
  private record Heard(int round, NodeId node, ReplicaReply reply) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void agreesWithAModelThatRecountsTheHistory(long seed) {
    Random random = new Random(seed);
    Map<Answer, Integer> seen = new EnumMap<>(Answer.class);
    for (int i = 0; i < SEQUENCES; i++) {
      new Sequence(random, seen).run();
    }
    for (Answer answer : Answer.values()) {
      assertTrue(seen.getOrDefault(answer, 0) > SEQUENCES / 100, answer + " in " + seen);
    }
  }

  /** One course from its beginning to its end. */
  private static final class Sequence {
    private final Random random;
    private final Map<Answer, Integer> seen;
    private final Consistency consistency;
    private final Set<NodeId> dead = new HashSet<>();
    private final PutCourse course;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Heard> history = new ArrayList<>();
    private final Set<NodeId> hinted = new HashSet<>();
    private final Map<Integer, Set<NodeId>> postponed = new HashMap<>(); // by round
    private Configuration configuration;
    private Version highestHeld = Version.NONE;
    private boolean isRestamping;
    private boolean isAnswered;
    private boolean isOver;
    private int epoch = 1;

    Sequence(Random random, Map<Answer, Integer> seen) {
      this.random = random;
      this.seen = seen;
      this.consistency = CONSISTENCIES.get(random.nextInt(CONSISTENCIES.size()));
      this.configuration = configuration();
      for (int node = 1; node <= NODES; node++) {
        if (random.nextInt(8) == 0) {
          dead.add(new NodeId(node));
        }
      }
      this.course =
          new PutCourse(
              new PutPlan(
                  KEY, value(100), consistency, configuration, dead, Map.of(), 3, "memory"));
    }

    private Configuration configuration() {
      return new Configuration(
          PARTITION,
          new Epoch(0, epoch),
          nodes(1 + random.nextInt(5)),
          random.nextInt(4) == 0 ? nodes(1 + random.nextInt(4)) : List.of());
    }

    private List<NodeId> nodes(int count) {
      List<NodeId> all = new ArrayList<>();
      for (int node = 1; node <= NODES; node++) {
        all.add(new NodeId(node));
      }
      Collections.shuffle(all, random);
      return all.subList(0, count);
    }

    void run() {
      PutStep begun = course.begin();
      if (isReachable(configuration)) {
        began(begun, configuration, value(100));
        assertNull(begun.answer());
      } else {
        answered(begun, Answer.REFUSED);
      }
      for (int i = 0; i < EVENTS; i++) {
        event();
      }
      deadline();
      for (int node = 1; node <= NODES; node++) {
        hint(new NodeId(node));
      }
      assertTrue(isAnswered, "exactly one answer");
      assertTrue(isOver, "over when time is up and every hint is answered");
    }

    private void event() {
      int kind = random.nextInt(40);
      if (isRestamping && kind < 20) {
        restamp();
      } else if (kind == 39) {
        deadline();
      } else if (kind > 36) {
        askAgain();
      } else if (kind > 33) {
        hint(new NodeId(1L + random.nextInt(NODES)));
      } else {
        reply();
      }
    }

    private void reply() {
      NodeId node = new NodeId(1L + random.nextInt(NODES));
      int round = Math.max(1, attempts.size() + (random.nextInt(8) == 0 ? -1 : 0));
      ReplicaReply reply = randomReply();
      Receipt before = course.receipt();
      PutStep step = course.replied(node, round, reply, Duration.ofMillis(1));
      if (isOver || !isCounted(node, round)) {
        assertSame(PutStep.NOTHING, step);
        assertEquals(before, course.receipt());
        return;
      }
      if (isPostponing(reply)) {
        postponed(round).add(node);
      } else {
        history.add(new Heard(round, node, reply));
      }
      if (reply instanceof ReplicaReply.Wrote wrote && wrote.held() != null) {
        highestHeld =
            highestHeld.isNewerThan(wrote.held().version()) ? highestHeld : wrote.held().version();
      }
      if (!isAnswered && !isRestamping) {
        counted(step, reply);
      } else {
        assertNull(step.answer());
        assertEquals(List.of(), step.sends());
        settled(step);
      }
      assertEquals(recount(), course.receipt().acknowledged());
      course.receipt().replicas().forEach(this::excludesNobodyThatMayHaveApplied);
      assertTrue(recount() <= present().configuration().replicas().size());
    }

    private void excludesNobodyThatMayHaveApplied(ReplicaReceipt receipt) {
      boolean isExcluded =
          receipt.state() == ReplicaReceipt.State.FAILED
              && receipt.reason() != null
              && receipt.reason().isCertainlyNotApplied();
      assertFalse(
          isExcluded && mayHaveApplied(receipt.node()),
          () -> receipt + " excludes what may have applied");
    }

    /** Whether a replica was ever sent this version and did not say that it never applied it. */
    private boolean mayHaveApplied(NodeId node) {
      return !dead.contains(node)
          && IntStream.rangeClosed(1, attempts.size())
              .filter(round -> attempts.get(round - 1).entry().equals(present().entry()))
              .filter(round -> attempts.get(round - 1).configuration().hasReplica(node))
              .filter(round -> !postponed(round).contains(node))
              .anyMatch(round -> !isCertainlyNotApplied(heard(round, node)));
    }

    /** Those whose configuration was changing are asked again, and nobody else. */
    private void askAgain() {
      Set<NodeId> waiting = postponed(attempts.size());
      boolean isDue = !isOver && hinted.isEmpty() && !isRestamping && !waiting.isEmpty();
      assertEquals(isDue, course.wantsToAskAgain());
      PutStep step = course.askAgain();
      assertNull(step.answer());
      assertEquals(isDue ? waiting : Set.of(), Set.copyOf(Replicas.nodes(step.sends())));
      for (Send send : step.sends()) {
        assertEquals(present().entry(), ((ReplicaRequest.Write) send.request()).entry());
        assertEquals(attempts.size(), send.round());
      }
      if (isDue) {
        waiting.clear();
        note(Answer.AGAIN);
      }
    }

    private Set<NodeId> postponed(int round) {
      return postponed.computeIfAbsent(round, unused -> new HashSet<>());
    }

    private static boolean isPostponing(ReplicaReply reply) {
      return reply instanceof ReplicaReply.Refused refused
          && refused.reason() == RefusalReason.CONFIGURATION_CHANGING;
    }

    private void counted(PutStep step, ReplicaReply reply) {
      Configuration newer = reply instanceof ReplicaReply.Refused refused ? refused.newer() : null;
      if (newer != null && newer.epoch().compareTo(configuration.epoch()) > 0) {
        configuration = newer;
        note(Answer.ADOPT);
        if (isReachable(newer)) {
          began(step, newer, present().entry());
        } else {
          answered(step, nobodyEverMayHaveApplied() ? Answer.REFUSED : Answer.MAYBE);
        }
        return;
      }
      Answer expected = expected();
      note(expected);
      switch (expected) {
        case NONE, ADOPT, AGAIN -> assertSame(PutStep.NOTHING, step);
        case RESTAMP -> {
          assertEquals(highestHeld, step.restampAbove(), "above the highest that was seen");
          assertNull(step.answer());
          isRestamping = true;
        }
        case WRITTEN, MAYBE, REFUSED -> answered(step, expected);
      }
    }

    private Answer expected() {
      Configuration counting = present().configuration();
      List<NodeId> members = counting.members();
      if (isReachedIn(counting, this::hasApplied)) {
        return Answer.WRITTEN;
      }
      boolean allAnswered = counting.replicas().stream().noneMatch(this::isSilent);
      boolean oneSuperseded = counting.replicas().stream().anyMatch(this::isSuperseded);
      boolean doMembersKnow = nobodyMayHaveAppliedLongBefore(present());
      if ((doMembersKnow && Quorums.isReached(members, Consistency.QUORUM, this::isSuperseded))
          || (oneSuperseded && allAnswered && nobodyMayHaveApplied(present().entry()))) {
        return Answer.RESTAMP;
      }
      boolean mayStillBe =
          isReachedIn(counting, node -> hasApplied(node) || isSilent(node))
              || (oneSuperseded
                  && !allAnswered
                  && doMembersKnow
                  && Quorums.isReached(
                      members, Consistency.QUORUM, node -> isSuperseded(node) || isSilent(node)));
      if (mayStillBe) {
        return Answer.NONE;
      }
      return nobodyEverMayHaveApplied() ? Answer.REFUSED : Answer.MAYBE;
    }

    private void restamp() {
      if (random.nextInt(8) == 0) {
        return; // there is no fresh version yet
      }
      long present = present().entry().version().time().millis();
      Version fresh = version(Math.max(highestHeld.time().millis(), present) + 1);
      PutStep step = course.restamped(fresh, random.nextBoolean());
      isRestamping = false;
      began(step, present().configuration(), present().entry().withVersion(fresh));
    }

    private void deadline() {
      PutStep step = course.deadlineReached();
      if (isOver || !hinted.isEmpty()) {
        assertSame(PutStep.NOTHING, step);
      } else if (isAnswered) {
        assertNull(step.answer());
        settled(step);
      } else {
        isRestamping = false;
        answered(step, nobodyEverMayHaveApplied() ? Answer.REFUSED : Answer.MAYBE);
      }
      assertTrue(isOver || !hinted.isEmpty(), "over but for the hints");
    }

    private void hint(NodeId node) {
      PutStep step = course.hintKept(node, random.nextBoolean());
      if (hinted.remove(node)) {
        assertEquals(hinted.isEmpty(), step.isSettled());
        isOver = step.isSettled();
      } else {
        assertSame(PutStep.NOTHING, step);
      }
    }

    /** A new round: nobody is asked twice, nobody dead is, and everybody else is. */
    private void began(PutStep step, Configuration by, Entry entry) {
      attempts.add(new Attempt(by, entry));
      List<NodeId> asked = by.replicas().stream().filter(node -> !dead.contains(node)).toList();
      assertEquals(asked, Replicas.nodes(step.sends()));
      for (Send send : step.sends()) {
        ReplicaRequest.Write write = (ReplicaRequest.Write) send.request();
        assertEquals(entry, write.entry());
        assertEquals(by.epoch(), write.epoch());
        assertEquals(attempts.size(), send.round());
      }
      assertNull(step.answer());
    }

    private void answered(PutStep step, Answer expected) {
      assertFalse(isAnswered, "answered twice");
      isAnswered = true;
      PutOutcome outcome = step.answer();
      assertNotNull(outcome, "answer missing: " + expected);
      Answer actual =
          outcome instanceof PutOutcome.Written
              ? Answer.WRITTEN
              : outcome instanceof PutOutcome.Refused ? Answer.REFUSED : Answer.MAYBE;
      assertEquals(expected, actual);
      note(actual);
      assertEquals(List.of(), step.sends());
      if (outcome instanceof PutOutcome.Written written) {
        assertEquals(recount(), written.receipt().acknowledged());
      }
      if (actual == Answer.REFUSED) {
        assertEquals(List.of(), step.hints(), "what was refused leaves no hint");
        assertTrue(step.isSettled());
        isOver = true;
      } else {
        settled(step);
      }
    }

    private void settled(PutStep step) {
      for (NodeId node : step.hints()) {
        assertTrue(hinted.add(node), "one hint for each");
        assertFalse(hasApplied(node) || isSuperseded(node), "only for those that lack it");
      }
      isOver = step.isSettled();
      assertFalse(isOver && !hinted.isEmpty());
    }

    private void note(Answer answer) {
      seen.merge(answer, 1, Integer::sum);
    }

    private Attempt present() {
      return attempts.get(attempts.size() - 1);
    }

    private boolean isCounted(NodeId node, int round) {
      return round == attempts.size()
          && present().configuration().hasReplica(node)
          && !dead.contains(node)
          && !postponed(round).contains(node)
          && heard(round, node) == null;
    }

    private @Nullable ReplicaReply heard(int round, NodeId node) {
      for (Heard one : history) {
        if (one.round() == round && one.node().equals(node)) {
          return one.reply();
        }
      }
      return null;
    }

    private int recount() {
      return Quorums.count(present().configuration().replicas(), this::hasApplied);
    }

    private boolean hasApplied(NodeId node) {
      return heard(attempts.size(), node) instanceof ReplicaReply.Wrote wrote
          && (wrote.result() == WriteResult.APPLIED
              || (wrote.result() == WriteResult.APPLIED_SINCE_OVERWRITTEN
                  && nobodyMayHaveAppliedEarlier()));
    }

    /** Whether all that were sent this version by an earlier configuration never applied it. */
    private boolean nobodyMayHaveAppliedEarlier() {
      return IntStream.range(1, attempts.size())
          .filter(round -> attempts.get(round - 1).entry().equals(present().entry()))
          .allMatch(this::nobodyMayHaveApplied);
    }

    private boolean isSuperseded(NodeId node) {
      return heard(attempts.size(), node) instanceof ReplicaReply.Wrote wrote
          && wrote.result() == WriteResult.SUPERSEDED;
    }

    private boolean isSilent(NodeId node) {
      return !dead.contains(node) && heard(attempts.size(), node) == null;
    }

    private boolean nobodyEverMayHaveApplied() {
      return attempts.stream().allMatch(attempt -> nobodyMayHaveApplied(attempt.entry()));
    }

    /** Whether all that were ever sent this version answered that they never applied it. */
    private boolean nobodyMayHaveApplied(Entry entry) {
      return IntStream.rangeClosed(1, attempts.size())
          .filter(round -> attempts.get(round - 1).entry().equals(entry))
          .allMatch(this::nobodyMayHaveApplied);
    }

    /**
     * The same of those that were sent it by another configuration than this and the one before.
     */
    private boolean nobodyMayHaveAppliedLongBefore(Attempt now) {
      Epoch epoch = now.configuration().epoch();
      return IntStream.rangeClosed(1, attempts.size())
          .filter(round -> attempts.get(round - 1).entry().equals(now.entry()))
          .filter(round -> !attempts.get(round - 1).configuration().epoch().equals(epoch))
          .filter(round -> !attempts.get(round - 1).configuration().epoch().next().equals(epoch))
          .allMatch(this::nobodyMayHaveApplied);
    }

    private boolean nobodyMayHaveApplied(int round) {
      return attempts.get(round - 1).configuration().replicas().stream()
          .allMatch(
              node ->
                  dead.contains(node)
                      || postponed(round).contains(node)
                      || isCertainlyNotApplied(heard(round, node)));
    }

    private static boolean isCertainlyNotApplied(@Nullable ReplicaReply reply) {
      return (reply instanceof ReplicaReply.Wrote wrote && wrote.result() == WriteResult.SUPERSEDED)
          || (reply instanceof ReplicaReply.Refused refused
              && refused.reason().isCertainlyNotApplied());
    }

    private boolean isReachable(Configuration by) {
      return isReachedIn(by, node -> !dead.contains(node));
    }

    private boolean isReachedIn(Configuration by, Predicate<NodeId> condition) {
      for (List<NodeId> set : List.of(by.members(), by.successors())) {
        long count = set.stream().filter(condition).count();
        if (!set.isEmpty() && count < consistency.required(set.size())) {
          return false;
        }
      }
      return true;
    }

    private ReplicaReply randomReply() {
      Entry held = value(200L + random.nextInt(100));
      return switch (random.nextInt(14)) {
        case 0, 1, 2 -> Replicas.applied();
        case 3 -> Replicas.overwritten(held);
        case 4, 5, 6 -> Replicas.superseded(held);
        case 7 -> Replicas.supersededUnknown(held);
        case 8 -> Replicas.copy(null);
        case 12, 13 -> Replicas.refused(RefusalReason.CONFIGURATION_CHANGING);
        case 9 -> {
          epoch += random.nextInt(3);
          yield Replicas.staleEpoch(configuration());
        }
        default -> Replicas.refused(REASONS.get(random.nextInt(REASONS.size())));
      };
    }
  }
}
