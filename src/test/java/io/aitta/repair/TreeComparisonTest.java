package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.Bytes;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.Digests;
import io.aitta.model.Epoch;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.TreeNodes;
import io.aitta.repair.TreeComparison.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TreeComparisonTest {
  private static final ComparisonLimits LIMITS = new ComparisonLimits(65_536, 1_000);

  private final Records own = new Records();
  private final Records other = new Records();
  private final TreeComparison comparison = new TreeComparison(ComparisonRun.HEADER, LIMITS);

  @Test
  void replicasThatAgreeExchangeOneQuestionAndOneAnswer() {
    both(0, 5_000);
    own.build();
    other.build();
    ComparisonRun run = run(LIMITS);
    assertEquals(1, run.rounds());
    assertEquals(List.of(), run.differences());
    assertEquals(49, run.comparison().bytesSent());
    assertEquals(66, run.comparison().bytesReceived());
  }

  @Test
  void findsWhatIsMissingOlderAndDeletedOnEitherSide() {
    both(0, 5_000);
    own.put(Records.record(1, 9, false));
    other.put(Records.record(2, 9, false));
    own.put(Records.record(3, 9, true));
    other.put(Records.record(4, 9, true));
    own.put(Records.record(6_000, 1, false));
    other.put(Records.record(6_001, 1, true));
    own.build();
    other.build();
    ComparisonRun run = run(LIMITS);
    assertEquals(6, run.differences().size());
    assertEquals(6, run.comparison().foundInAll());
    assertTrue(difference(run, 1).isToPush());
    assertFalse(difference(run, 2).isToPush());
    assertTrue(difference(run, 3).isToPush());
    assertFalse(difference(run, 4).isToPush());
    assertEquals(
        new Difference(Records.key(6_000), Records.record(6_000, 1, false), null),
        difference(run, 6_000));
    assertEquals(
        new Difference(Records.key(6_001), null, Records.record(6_001, 1, true)),
        difference(run, 6_001));
    assertTrue(difference(run, 6_000).isToPush());
    assertFalse(difference(run, 6_001).isToPush());
    assertThrows(IllegalArgumentException.class, () -> new Difference(Records.key(1), null, null));
  }

  @Test
  void replicasOfDifferentDepthsAreComparedDownToWhatBothHave() {
    both(0, 5_000);
    own.build();
    other.put(Records.record(17, 9, false));
    assertEquals(0, other.tree().summary().depth(), "outgrown, not built anew yet");
    assertEquals(List.of(Records.key(17)), keys(run(LIMITS)));
  }

  @Test
  void manyDifferencesAreFoundInBoundedMessages() {
    both(0, 20_000);
    for (int i = 0; i < 6_000; i++) {
      (i % 2 == 0 ? own : other).put(Records.record(3 * i, 9, false));
    }
    own.build();
    other.build();
    assertEquals(3, own.tree().summary().depth());
    ComparisonLimits small = new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 100);
    ComparisonRun run = run(small);
    assertEquals(6_000, run.differences().size());
    assertEquals(3_000, run.differences().stream().filter(Difference::isToPush).count());
    assertTrue(run.largestMessage() <= small.messageBytes(), "was " + run.largestMessage());
  }

  @Test
  void aWipedReplicaFindsEverythingInBoundedMessages() {
    both(0, 3_000);
    for (int i = 0; i < 3_000; i++) {
      own.remove(Records.key(i));
    }
    ComparisonLimits small = new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 100);
    ComparisonRun run = run(small);
    assertEquals(3_000, run.differences().size());
    assertTrue(run.differences().stream().noneMatch(Difference::isToPush));
    assertTrue(run.largestMessage() <= small.messageBytes(), "was " + run.largestMessage());
    assertTrue(run.listings() > 5, "several messages");
  }

  @Test
  void aWipedReplicaIsFoundByTheOther() {
    both(0, 3_000);
    for (int i = 0; i < 3_000; i++) {
      other.remove(Records.key(i));
    }
    own.build();
    ComparisonLimits small = new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 100);
    ComparisonRun run = run(small);
    assertEquals(3_000, run.differences().size());
    assertTrue(run.differences().stream().allMatch(Difference::isToPush));
    assertTrue(run.largestMessage() <= small.messageBytes(), "was " + run.largestMessage());
  }

  @Test
  void aWriteThatWasInFlightIsNotListed() {
    both(0, 5_000);
    own.put(Records.record(1, 9, false));
    own.build();
    other.build();
    ComparisonRun run = new ComparisonRun(own, other, LIMITS, 500, Integer.MAX_VALUE);
    Runnable arrives =
        () -> {
          if (run.hasSettled()) {
            other.put(Records.record(1, 9, false));
          }
        };
    assertEquals(Step.DONE, run.run(arrives));
    assertTrue(run.hasSettled());
    assertEquals(0, run.listings());
  }

  @Test
  void aWriteThatWasInFlightIsNotListedInASmallPartitionEither() {
    own.put(Records.record(1, 9, false));
    ComparisonRun run = new ComparisonRun(own, other, LIMITS, 500, Integer.MAX_VALUE);
    Runnable arrives =
        () -> {
          if (run.hasSettled()) {
            other.put(Records.record(1, 9, false));
          }
        };
    assertEquals(Step.DONE, run.run(arrives));
    assertEquals(2, run.rounds());
    assertEquals(0, run.listings());
  }

  @Test
  void aWriteThatArrivesWhileNodesAreComparedEndsTheComparison() {
    both(0, 5_000);
    own.build();
    other.build();
    own.put(Records.record(1, 9, false));
    comparison.recordRoot(rootReply(), own.tree().summary());
    other.put(Records.record(1, 9, false));
    comparison.recordNodes(nodesReply(), children());
    assertEquals(Step.DONE, comparison.step());
  }

  @Test
  void askingAgainAsksTheSame() {
    both(0, 5_000);
    own.put(Records.record(1, 9, false));
    own.build();
    other.build();
    assertEquals(comparison.ask(), comparison.ask());
    comparison.recordRoot(rootReply(), own.tree().summary());
    assertEquals(comparison.ask(), comparison.ask());
    assertEquals(TreeNodes.ROOT, ((NodesRequest) comparison.ask()).parents());
    assertEquals(1, comparison.ask().header().round());
  }

  @Test
  void answersToOtherQuestionsAreNone() {
    own.put(Records.record(1, 9, false));
    RootReply reply = rootReply();
    ComparisonHeader header = reply.header();
    assertTrue(comparison.isAnswer(reply));
    assertFalse(comparison.isAnswer(new NodesReply(header, Digests.EMPTY)));
    assertFalse(comparison.isAnswer(new RootReply(header.next(), reply.root())));
    assertFalse(comparison.isAnswer(new RootRequest(ComparisonRun.HEADER)));
    ComparisonHeader elsewhere =
        new ComparisonHeader(
            5,
            0,
            new NodeId(3),
            ComparisonRun.RUN,
            ComparisonRun.SELF,
            header.partition(),
            header.epoch());
    assertFalse(comparison.isAnswer(new RootReply(elsewhere, reply.root())));
    comparison.recordRoot(reply, own.tree().summary());
    assertFalse(comparison.isAnswer(reply), "it settles");
    assertFalse(comparison.isAnswer(new RootReply(header.next(), reply.root())), "it settles");
  }

  @Test
  void aRefusalEndsIt() {
    Refused refused =
        new Refused(ComparisonRun.HEADER.answeredBy(ComparisonRun.RUN), RefusalReason.NOT_READY);
    assertTrue(comparison.isAnswer(refused));
    comparison.recordRefused(refused);
    assertEquals(Step.FAILED, comparison.step());
    assertFalse(comparison.isAnswer(refused));
    assertThrows(IllegalStateException.class, comparison::ask);
    assertEquals(50, comparison.bytesReceived());
  }

  @Test
  void digestsThatAreNotThoseOfTheNodesEndIt() {
    for (int size : new int[] {0, 15, 17, 32}) {
      TreeComparison one = new TreeComparison(ComparisonRun.HEADER, LIMITS);
      own.put(Records.record(1, 9, false));
      for (int i = 0; i < 2_000; i++) {
        other.put(Records.record(i, 1, false));
        own.put(Records.record(i, 1, false));
      }
      own.put(Records.record(1, size + 10L, false));
      own.build();
      other.build();
      one.recordRoot(rootReply(), own.tree().summary());
      one.recordNodes(
          new NodesReply(ComparisonRun.HEADER, Digests.wrap(new long[size])),
          Digests.wrap(new long[16]));
      assertEquals(Step.FAILED, one.step(), size + " digests");
    }
  }

  @Test
  void listingsThatLeadNowhereEndIt() {
    TreeComparison one = listing();
    one.recordListing(listingReply(Records.key(1), 1, null));
    assertEquals(Step.ASK, one.step(), "answered up to k1");
    one.recordListing(listingReply(Records.key(9), 0, null));
    assertEquals(Step.ASK, one.step(), "the range has no end");
    one.recordListing(listingReply(Records.key(9), 0, null));
    assertEquals(Step.FAILED, one.step(), "k9 again");
  }

  @Test
  void listingsWithOtherBitsThanDigestsEndIt() {
    TreeComparison one = listing();
    one.recordListing(listingReply(null, 2, null));
    assertEquals(Step.FAILED, one.step());
  }

  @Test
  void anAnswerToAQuestionWithAnEndDoesNotGoBeyondIt() {
    ComparisonLimits small = new ComparisonLimits(ComparisonLimits.MIN_MESSAGE_BYTES, 1_000);
    for (boolean isEndless : new boolean[] {true, false}) {
      TreeComparison one = listing(small, 2_000);
      ListingRequest question = (ListingRequest) one.ask();
      Key end = question.through();
      assertNotNull(end);
      one.recordListing(
          new ListingReply(
              question.header().answeredBy(ComparisonRun.RUN),
              isEndless ? null : Key.of("orders", "z"),
              Bytes.wrap(new byte[(question.digests().size() + 7) / 8]),
              List.of()));
      assertEquals(Step.FAILED, one.step());
    }
  }

  @Test
  void recordsThatWereNotAskedForAreIgnored() {
    TreeComparison one = listing();
    one.recordListing(listingReply(Records.key(1), 1, Records.record(5, 7, false)));
    assertEquals(0, one.foundInAll(), "behind the answered range");
    one.recordListing(listingReply(null, 0, Records.record(0, 7, false)));
    assertEquals(0, one.foundInAll(), "before it");
    assertEquals(Step.DONE, one.step());
  }

  @Test
  void anAnswerThatShowsOurOwnRecordIsNoDifference() {
    TreeComparison one = listing();
    one.recordListing(listingReply(null, 1, Records.record(1, 1, false)));
    assertEquals(0, one.foundInAll());
  }

  @Test
  void waitsUntilDifferencesAreTakenBeforeItLooksForMore() {
    ComparisonLimits two = new ComparisonLimits(65_536, 2);
    for (int i = 0; i < 5; i++) {
      other.put(Records.record(i, 1, false));
    }
    ComparisonRun run = run(two);
    assertEquals(5, run.differences().size());
    assertThrows(IllegalArgumentException.class, () -> new ComparisonLimits(65_536, 0));
    assertThrows(IllegalArgumentException.class, () -> new ComparisonLimits(16_383, 1));
  }

  @Test
  void whatIsNotToBeDoneNowIsRefused() {
    assertThrows(IllegalStateException.class, comparison::recordSettled);
    assertThrows(IllegalStateException.class, comparison::readAfter);
    TreeComparison one = listing();
    assertThrows(IllegalStateException.class, () -> one.recordRead(List.of(), null));
    ListingRequest request = (ListingRequest) one.ask();
    ListingAnswer answer = new ListingAnswer(request, LIMITS, 10);
    assertThrows(IllegalStateException.class, () -> answer.reply(ComparisonRun.RUN));
  }

  @Test
  void onlyMembersOfOneEpochCompare() {
    Configuration configuration =
        Configuration.stable(
            new PartitionId(3), Epoch.FIRST, List.of(ComparisonRun.SELF, ComparisonRun.OTHER));
    ComparisonHeader header = ComparisonRun.HEADER;
    NodeId self = ComparisonRun.OTHER;
    assertEquals(null, TreeAnswers.refusal(header, self, configuration));
    assertEquals(
        RefusalReason.NOT_A_REPLICA, TreeAnswers.refusal(header, new NodeId(9), configuration));
    Configuration withoutTheOther =
        Configuration.stable(new PartitionId(3), Epoch.FIRST, List.of(self));
    assertEquals(RefusalReason.NOT_A_REPLICA, TreeAnswers.refusal(header, self, withoutTheOther));
    Configuration newer =
        Configuration.stable(new PartitionId(3), new Epoch(0, 2), configuration.members());
    assertEquals(RefusalReason.STALE_EPOCH, TreeAnswers.refusal(header, self, newer));
    Configuration older =
        Configuration.stable(new PartitionId(3), Epoch.NONE, configuration.members());
    assertEquals(RefusalReason.NOT_READY, TreeAnswers.refusal(header, self, older));
  }

  @Test
  void whoHasNoTreeRefuses() {
    RefusalReason reason = RefusalReason.NOT_READY;
    ComparisonHeader answered = ComparisonRun.HEADER.answeredBy(ComparisonRun.RUN);
    assertEquals(
        new Refused(answered, reason),
        TreeAnswers.root(new RootRequest(ComparisonRun.HEADER), null, ComparisonRun.RUN));
    NodesRequest nodes = new NodesRequest(ComparisonRun.HEADER, TreeNodes.ROOT);
    assertEquals(
        new Refused(answered, reason), TreeAnswers.nodes(nodes, null, ComparisonRun.RUN, LIMITS));
    assertEquals(
        new Refused(answered, reason),
        TreeAnswers.nodes(nodes, DigestTree.empty(), ComparisonRun.RUN, LIMITS));
  }

  /** A comparison that has read one own record, k1. */
  private TreeComparison listing() {
    return listing(LIMITS, 1);
  }

  private TreeComparison listing(ComparisonLimits limits, int records) {
    Records one = new Records();
    for (int i = 1; i <= records; i++) {
      one.put(Records.record(i, 1, false));
    }
    TreeComparison listing = new TreeComparison(ComparisonRun.HEADER, limits);
    RootReply reply = new RootReply(ComparisonRun.HEADER, DigestTree.empty().summary());
    listing.recordRoot(reply, one.tree().summary());
    listing.recordSettled();
    listing.recordRoot(reply, one.tree().summary());
    assertEquals(Step.READ, listing.step());
    listing.recordRead(one.page(null, records), null);
    return listing;
  }

  private static ListingReply listingReply(
      @Nullable Key through, int bitmapBytes, @Nullable KeyVersion shown) {
    return new ListingReply(
        ComparisonRun.HEADER,
        through,
        Bytes.wrap(new byte[bitmapBytes]),
        shown == null ? List.of() : List.of(shown));
  }

  private RootReply rootReply() {
    return (RootReply)
        TreeAnswers.root(new RootRequest(ComparisonRun.HEADER), other.tree(), ComparisonRun.RUN);
  }

  private NodesReply nodesReply() {
    return (NodesReply)
        TreeAnswers.nodes((NodesRequest) comparison.ask(), other.tree(), ComparisonRun.RUN, LIMITS);
  }

  private Digests children() {
    Digests children = own.tree().children(comparison.parents(), Integer.MAX_VALUE);
    assertNotNull(children);
    return children;
  }

  private void both(int from, int to) {
    for (int i = from; i < to; i++) {
      own.put(Records.record(i, 1, false));
      other.put(Records.record(i, 1, false));
    }
  }

  private ComparisonRun run(ComparisonLimits limits) {
    ComparisonRun run = new ComparisonRun(own, other, limits, 500, Integer.MAX_VALUE);
    assertEquals(Step.DONE, run.run(() -> {}));
    return run;
  }

  private static List<Key> keys(ComparisonRun run) {
    return run.differences().stream().map(Difference::key).toList();
  }

  private static Difference difference(ComparisonRun run, int key) {
    return run.differences().stream()
        .filter(one -> one.key().equals(Records.key(key)))
        .findFirst()
        .orElseThrow();
  }
}
