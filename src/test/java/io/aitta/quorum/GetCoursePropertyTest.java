package io.aitta.quorum;

import static io.aitta.quorum.Replicas.KEY;
import static io.aitta.quorum.Replicas.PARTITION;
import static io.aitta.quorum.Replicas.expiring;
import static io.aitta.quorum.Replicas.time;
import static io.aitta.quorum.Replicas.tombstone;
import static io.aitta.quorum.Replicas.value;
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
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads of replicas that hold real copies, which change while they are read: requests and replies
 * are lost, repeated and reordered, replicas refuse, configurations change. What the course answers
 * is compared with what was really said and is really held, counted anew from the whole history.
 */
final class GetCoursePropertyTest {
  private static final int SEQUENCES = 1_000;
  private static final int EVENTS = 60;
  private static final int NODES = 7;
  private static final List<Consistency> CONSISTENCIES = List.of(Consistency.values());
  private static final List<RefusalReason> REASONS = List.of(RefusalReason.values());

  /** A reply on its way. */
  private record Reply(Send send, ReplicaReply reply, HybridTime time) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersWhatIsReallyHeld(long seed) {
    Random random = new Random(seed);
    Map<String, Integer> seen = new TreeMap<>();
    for (int i = 0; i < SEQUENCES; i++) {
      new Sequence(random, seen).run();
    }
    for (String kind :
        List.of(
            "Found",
            "NotFound",
            "Unavailable",
            "repair",
            "background repair",
            "adopted",
            "asked again")) {
      assertTrue(seen.getOrDefault(kind, 0) > SEQUENCES / 50, kind + " in " + seen);
    }
    assertTrue(seen.getOrDefault("loading repaired", 0) > 0, "in " + seen);
  }

  /** One course from its beginning to its end. */
  private static final class Sequence {
    private final Random random;
    private final Map<String, Integer> seen;
    private final Consistency consistency;
    private final Map<NodeId, Entry> stored = new HashMap<>(); // what replicas really hold
    private final Set<NodeId> dead = new HashSet<>();
    private final GetCourse course;
    private final List<Send> requests = new ArrayList<>(); // never removed: any may be repeated
    private final List<Reply> replies = new ArrayList<>(); // never removed
    private final List<Reply> heard = new ArrayList<>(); // by this configuration, in order
    private final Map<NodeId, Integer> rounds = new HashMap<>(); // of the last send to each
    private final Set<List<Object>> repaired = new HashSet<>(); // node and version
    private HybridTime now = time(1_000);
    private final HybridTime begun = now;
    private Configuration configuration;
    private boolean isAnswered;
    private boolean isOver;
    private int epoch = 1;

    Sequence(Random random, Map<String, Integer> seen) {
      this.random = random;
      this.seen = seen;
      this.consistency = CONSISTENCIES.get(random.nextInt(CONSISTENCIES.size()));
      this.configuration = configuration();
      for (NodeId node : nodes(NODES)) {
        if (random.nextInt(8) == 0) {
          dead.add(node);
        }
        store(node);
      }
      this.course =
          new GetCourse(new GetPlan(KEY, consistency, configuration, dead, nodes(1).get(0), begun));
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

    /** Another coordinator's write reaches this replica alone. */
    private void store(NodeId node) {
      long millis = 100L + random.nextInt(5);
      Entry entry =
          switch ((int) millis % 5) {
            case 0 -> tombstone(millis);
            case 1 -> expiring(millis, 1_005);
            default -> value(millis);
          };
      if (random.nextInt(3) > 0 && entry.version().isNewerThan(held(node))) {
        stored.put(node, entry);
      }
    }

    private Version held(NodeId node) {
      Entry entry = stored.get(node);
      return entry == null ? Version.NONE : entry.version();
    }

    void run() {
      perform(course.begin(), false);
      for (int i = 0; i < EVENTS; i++) {
        event();
      }
      perform(course.deadlineReached(), true);
      assertTrue(isAnswered, "exactly one answer");
      assertTrue(isOver, "over when time is up");
      assertSame(GetStep.NOTHING, course.deadlineReached());
      assertSame(GetStep.NOTHING, course.headStartOver());
    }

    private void event() {
      now = now.max(time(now.millis() + random.nextInt(2)));
      int kind = random.nextInt(50);
      if (kind == 49) {
        perform(course.deadlineReached(), true);
      } else if (kind == 48) {
        perform(course.headStartOver(), false);
      } else if (kind == 47) {
        store(nodes(1).get(0));
      } else if (kind > 40) {
        perform(course.askAgain(), false);
      } else if (kind > 20 && !requests.isEmpty()) {
        serve(requests.get(random.nextInt(requests.size())));
      } else if (!replies.isEmpty()) {
        hear(replies.get(random.nextInt(replies.size())));
      }
    }

    /** A replica takes a request up, which the link lets it do at most once. */
    private void serve(Send send) {
      if (replies.stream().anyMatch(reply -> reply.send().equals(send))) {
        return;
      }
      replies.add(new Reply(send, reply(send), random.nextInt(4) == 0 ? begun : now));
    }

    private ReplicaReply reply(Send send) {
      int kind = random.nextInt(24);
      boolean isWrite = send.request() instanceof ReplicaRequest.Write;
      if (kind < 4) {
        RefusalReason reason =
            kind == 0
                ? REASONS.get(random.nextInt(REASONS.size()))
                : kind == 1 ? RefusalReason.LOADING : RefusalReason.CONFIGURATION_CHANGING;
        return Replicas.refused(
            isWrite && reason == RefusalReason.LOADING ? RefusalReason.EXPIRED : reason);
      }
      if (kind == 4) {
        epoch += random.nextInt(3);
        return Replicas.staleEpoch(configuration());
      }
      Entry held = stored.get(send.node());
      if (send.request() instanceof ReplicaRequest.Write write) {
        if (held != null && held.version().isNewerThan(write.entry().version())) {
          return Replicas.superseded(held);
        }
        stored.put(send.node(), write.entry());
        return Replicas.applied();
      }
      return Replicas.copy(held);
    }

    private void hear(Reply reply) {
      Send send = reply.send();
      boolean isExpected = !isOver && rounds.getOrDefault(send.node(), 0) == send.round();
      if (isExpected) {
        Configuration newer =
            reply.reply() instanceof ReplicaReply.Refused refused ? refused.newer() : null;
        if (!isAnswered && newer != null && newer.epoch().compareTo(configuration.epoch()) > 0) {
          configuration = newer;
          heard.clear();
          rounds.clear();
          repaired.clear();
          note("adopted");
        } else if (!isAnswered
            && reply.reply().equals(Replicas.refused(RefusalReason.IN_QUESTION))) {
          heard.clear();
          rounds.clear();
          repaired.clear();
          note("asked anew");
        } else {
          heard.add(reply);
        }
      }
      GetStep step = course.replied(send.node(), send.round(), reply.reply(), reply.time());
      if (!isExpected) {
        assertSame(GetStep.NOTHING, step);
      }
      perform(step, false);
    }

    private void perform(GetStep step, boolean isDeadline) {
      assertTrue(!isOver || step.equals(GetStep.NOTHING), "nothing after the end");
      Entry newest = newest();
      GetOutcome outcome = step.answer();
      if (outcome != null) {
        assertFalse(isAnswered, "answered twice");
        check(outcome, newest, isDeadline);
        note(outcome.getClass().getSimpleName());
      } else if (!isAnswered && !isOver) {
        assertFalse(isSupported(newest), "the answer is due");
      }
      for (Send send : step.sends()) {
        sent(send, newest, isAnswered || outcome != null);
      }
      isAnswered |= outcome != null;
      isOver |= step.isOver();
      if (isOver) {
        repairedWhatIsStale(newest);
      }
    }

    private void check(GetOutcome outcome, @Nullable Entry newest, boolean isDeadline) {
      if (outcome instanceof GetOutcome.Unavailable) {
        assertFalse(isSupported(newest), "unavailable though it could be answered");
        assertTrue(isDeadline || !isStillPossible(), "gave up too early");
        return;
      }
      assertTrue(isSupported(newest), "answered too early");
      if (outcome instanceof GetOutcome.Found found) {
        assertEquals(newest, found.entry());
        assertTrue(found.entry().isVisibleAt(judgedAt()));
        assertEquals(
            Quorums.count(configuration.replicas(), node -> knows(node, found.entry().version())),
            found.holders());
        int really =
            Quorums.count(
                configuration.replicas(), node -> !found.entry().version().isNewerThan(held(node)));
        assertTrue(found.holders() <= really, "holders that do not hold it");
      } else if (outcome instanceof GetOutcome.NotFound notFound) {
        assertTrue(newest == null || !newest.isVisibleAt(judgedAt()));
        assertEquals(newest == null ? Version.NONE : newest.version(), notFound.deleted());
      }
    }

    private void sent(Send send, @Nullable Entry newest, boolean isBehindTheAnswer) {
      assertTrue(configuration.hasReplica(send.node()));
      assertFalse(dead.contains(send.node()), "nothing is sent to the dead");
      assertEquals(configuration.epoch(), send.request().epoch());
      if (send.request() instanceof ReplicaRequest.Write write) {
        assertNotNull(newest);
        assertEquals(newest, write.entry(), "repairs are of the newest");
        assertEquals(WriteOrigin.REPAIR, write.origin());
        assertTrue(repaired.add(List.of(send.node(), newest.version())), "repaired twice");
        note(isBehindTheAnswer ? "background repair" : "repair");
        if (isLoading(send.node())) {
          note("loading repaired");
        }
      } else if (isPostponed(send.node())) {
        note("asked again");
      } else {
        assertNull(rounds.get(send.node()), "read twice");
      }
      rounds.put(send.node(), send.round());
      requests.add(send);
    }

    private void repairedWhatIsStale(@Nullable Entry newest) {
      if (newest == null) {
        return;
      }
      for (NodeId node : configuration.replicas()) {
        if (hasAnswered(node) && !knows(node, newest.version())) {
          assertTrue(repaired.contains(List.of(node, newest.version())), "left stale");
        }
      }
    }

    /** Whether what was heard supports an answer. */
    private boolean isSupported(@Nullable Entry newest) {
      boolean isVisible = newest != null && newest.isVisibleAt(judgedAt());
      boolean mayBeNotFound =
          Quorums.isReached(configuration.members(), Consistency.QUORUM, this::hasAnswered);
      return (isVisible || mayBeNotFound) && (consistency == Consistency.ONE || isSettled(newest));
    }

    private boolean isSettled(@Nullable Entry newest) {
      if (!Quorums.isReached(configuration.members(), consistency, this::hasAnswered)) {
        return false; // whoever is loading is no source
      }
      Predicate<NodeId> settles =
          newest == null
              ? node -> hasAnswered(node) || isLoading(node)
              : newest.isExpiredAt(judgedAt())
                  ? node -> knows(node, newest.version()) && newest.isExpiredAt(timeOf(node))
                  : node -> knows(node, newest.version());
      return isReached(consistency, settles);
    }

    private boolean isStillPossible() {
      if (consistency == Consistency.ONE) {
        return !configuration.replicas().stream().allMatch(this::isDone)
            && isReached(consistency, node -> !dead.contains(node));
      }
      // What R replicas settled may only wait for a majority, of those that are still to answer.
      boolean isShort =
          isSettled(newest()) && configuration.replicas().stream().allMatch(this::isDone);
      return !isShort && isReached(consistency, node -> !dead.contains(node) && !hasFailed(node));
    }

    private boolean isDone(NodeId node) {
      return dead.contains(node)
          || (!isPostponed(node) && heard.stream().anyMatch(one -> one.send().node().equals(node)));
    }

    private @Nullable RefusalReason lastRefusal(NodeId node) {
      RefusalReason last = null;
      for (Reply one : heard) {
        if (one.send().node().equals(node) && one.send().round() == rounds.getOrDefault(node, 0)) {
          last = one.reply() instanceof ReplicaReply.Refused refused ? refused.reason() : null;
        }
      }
      return last;
    }

    /**
     * Whether the node is to be asked again: it said nothing yet, and its configuration changes.
     */
    private boolean isPostponed(NodeId node) {
      return lastRefusal(node) == RefusalReason.CONFIGURATION_CHANGING
          && !hasAnswered(node)
          && !saidLoading(node);
    }

    /** Whether the node holds only what it is given by now. */
    private boolean isLoading(NodeId node) {
      return saidLoading(node) && !hasAnswered(node) && !hasFailed(node);
    }

    private boolean saidLoading(NodeId node) {
      return heard.stream()
          .anyMatch(
              one ->
                  one.send().node().equals(node)
                      && one.reply() instanceof ReplicaReply.Refused refused
                      && refused.reason() == RefusalReason.LOADING);
    }

    /** Whether the reply to the last request to the node was a refusal. */
    private boolean hasFailed(NodeId node) {
      RefusalReason last = lastRefusal(node);
      return last != null && last != RefusalReason.LOADING && !isPostponed(node);
    }

    private boolean hasAnswered(NodeId node) {
      return heard.stream()
          .anyMatch(
              one ->
                  one.send().node().equals(node) && !(one.reply() instanceof ReplicaReply.Refused));
    }

    private boolean knows(NodeId node, Version version) {
      Entry entry = said(node);
      return hasAnswered(node)
          && !version.isNewerThan(entry == null ? Version.NONE : entry.version());
    }

    /** The newest entry that the node said it holds. */
    private @Nullable Entry said(NodeId node) {
      Entry newest = null;
      for (Reply one : heard) {
        if (one.send().node().equals(node)) {
          newest = newer(newest, saidBy(one));
        }
      }
      return newest;
    }

    private static @Nullable Entry saidBy(Reply one) {
      if (one.reply() instanceof ReplicaReply.Copy copy) {
        return copy.entry();
      }
      if (one.reply() instanceof ReplicaReply.Wrote wrote
          && one.send().request() instanceof ReplicaRequest.Write write) {
        return wrote.held() == null ? write.entry() : wrote.held();
      }
      return null;
    }

    private @Nullable Entry newest() {
      Entry newest = null;
      for (Reply one : heard) {
        newest = newer(newest, saidBy(one));
      }
      return newest;
    }

    private static @Nullable Entry newer(@Nullable Entry one, @Nullable Entry other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return other.version().isNewerThan(one.version()) ? other : one;
    }

    private HybridTime timeOf(NodeId node) {
      HybridTime latest = HybridTime.ZERO;
      for (Reply one : heard) {
        if (one.send().node().equals(node) && !(one.reply() instanceof ReplicaReply.Refused)) {
          latest = latest.max(one.time());
        }
      }
      return latest;
    }

    private HybridTime judgedAt() {
      HybridTime latest = begun;
      for (NodeId node : configuration.replicas()) {
        latest = latest.max(timeOf(node));
      }
      return latest;
    }

    private boolean isReached(Consistency needed, Predicate<NodeId> condition) {
      for (List<NodeId> set : List.of(configuration.members(), configuration.successors())) {
        long count = set.stream().filter(condition).count();
        if (!set.isEmpty() && count < needed.required(set.size())) {
          return false;
        }
      }
      return true;
    }

    private void note(String kind) {
      seen.merge(kind, 1, Integer::sum);
    }
  }
}
