package io.aitta.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.Bytes;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerState;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Version;
import io.aitta.model.WireSize;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.repair.AntiEntropySettings;
import io.aitta.repair.ComparedPair;
import io.aitta.repair.Difference;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What differs between this node's replica and B's is moved; B and the own replica are probes. */
final class MovesTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static final Logger LOG = LoggerFactory.getLogger(MovesTest.class);
  private static final PartitionId PARTITION = new PartitionId(1);
  private static final Epoch EPOCH = new Epoch(0, 7);
  private static final Key KEY = Key.of("s", "k");
  private static final Entry OLDER = value(100);
  private static final Entry NEWER = value(200);
  private static final Incarnation OWN_RUN = Incarnation.of(4, 4);
  private static final ReplicaReply APPLIED = new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  private static final int FIRST_ROUND = 40;

  private final List<Key> inQuestion = new ArrayList<>();
  private final FailingEngine disk = new FailingEngine();
  private final TestProbe<Ask> other = ACTORS.probe(Ask.class);
  private final TestProbe<Replica.Command> replica = ACTORS.probe(Replica.Command.class);
  private final TestProbe<Replied> replies = ACTORS.probe(Replied.class);
  private PeersSnapshot peers = Parts.peers(other.ref(), Map.of(Parts.B, PeerState.ALIVE));

  private static Entry value(long millis) {
    return Entry.value(
        new Version(HybridTime.ofMillis(millis), Parts.B),
        Entry.NEVER,
        "string",
        Bytes.ofUtf8("v" + millis));
  }

  private Moves moves() {
    return new Moves(
        new AntiEntropyWorks(
            Parts.SELF,
            OWN_RUN,
            disk.engine(),
            replica.ref(),
            (base, message) -> {},
            new Published<>(Parts.serving()),
            new Published<>(peers),
            new Published<>(Map.of()),
            inQuestion::add,
            new Published<>(AntiEntropyProgress.NONE),
            Runnable::run,
            16 << 10,
            new ComparisonSettings(
                new AntiEntropySettings(Duration.ofDays(1), Duration.ofDays(1), 3),
                Duration.ofDays(1),
                1 << 20,
                1 << 20)),
        new ComparedPair(PARTITION, Parts.B),
        EPOCH,
        FIRST_ROUND,
        replies.ref());
  }

  private void store(Entry entry) throws StorageException {
    disk.healthy()
        .write(List.of(new Mutation.PutEntry(PARTITION, KEY, entry, null)), Durability.POLICY);
  }

  /** This side's record is the newer one. */
  private static Difference toPush() {
    return new Difference(KEY, KeyVersion.of(KEY, NEWER), KeyVersion.of(KEY, OLDER));
  }

  /** The other side's is. */
  private static Difference toFetch() {
    return new Difference(KEY, KeyVersion.of(KEY, OLDER), KeyVersion.of(KEY, NEWER));
  }

  private static ReplicaRequest repair(Entry entry) {
    return new ReplicaRequest.Write(KEY, EPOCH, entry, WriteOrigin.REPAIR);
  }

  private static Replied reply(Ask ask, ReplicaReply reply) {
    return new Replied(Parts.B, ask.round(), reply, Parts.TIME);
  }

  private static ReplicaReply refused(RefusalReason reason) {
    return ReplicaReply.Refused.of(reason);
  }

  private Moves begun(Difference... differences) {
    Moves moves = moves();
    moves.begin(List.of(differences), LOG);
    return moves;
  }

  private Ask askedOfReplica() {
    return replica.expectMessageClass(Ask.class);
  }

  private void assertOver(Moves moves, boolean isComplete, long pushed, long fetched) {
    assertTrue(moves.areOver());
    assertEquals(isComplete, moves.areComplete());
    assertEquals(List.of(pushed, fetched), List.of(moves.pushed(), moves.fetched()));
  }

  /** The other did not say what it holds in an answer that the write rests on. */
  @Test
  void whatIsNewerHereIsPushedToTheOtherAsARepairThatIsNotProven() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    Ask ask = other.receiveMessage();
    assertEquals(repair(NEWER), ask.request());
    assertEquals(Parts.RUN, ask.expected());
    assertEquals(FIRST_ROUND + 1, ask.round());
    assertFalse(moves.areOver());
    moves.recordReplied(reply(ask, APPLIED));
    assertOver(moves, true, 1, 0);
    assertEquals(WireSize.ofRequest(repair(NEWER)), moves.bytesSent());
    assertEquals(List.of(), inQuestion);
  }

  @Test
  void whatIsNewerThereIsFetchedAndWrittenHereAsARepairThatIsNotProven() throws StorageException {
    store(OLDER);
    Moves moves = begun(toFetch());
    Ask read = other.receiveMessage();
    assertEquals(new ReplicaRequest.Read(KEY, EPOCH), read.request());
    ReplicaReply copy = new ReplicaReply.Copy(NEWER, 5);
    moves.recordReplied(reply(read, copy));
    assertFalse(moves.areOver());
    Ask write = askedOfReplica();
    assertEquals(repair(NEWER), write.request());
    assertEquals(OWN_RUN, write.expected());
    moves.recordReplied(reply(write, APPLIED));
    assertOver(moves, true, 0, 1);
    assertEquals(WireSize.ofReply(copy), moves.bytesReceived());
  }

  @Test
  void whatIsPushedIsWhatIsStoredByThen() throws StorageException {
    store(value(300));
    begun(toPush());
    assertEquals(repair(value(300)), other.receiveMessage().request());
  }

  @Test
  void aRecordThatIsGoneByThenIsNotPushed() {
    assertOver(begun(toPush()), true, 0, 0);
    other.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aRecordThatIsGoneThereByThenIsNotWrittenHere() {
    Moves moves = begun(toFetch());
    moves.recordReplied(reply(other.receiveMessage(), new ReplicaReply.Copy(null)));
    assertOver(moves, true, 0, 0);
    replica.expectNoMessage(Duration.ZERO);
  }

  /** Its holder has what is wanted there, or something newer. */
  @Test
  void aRecordThatIsSupersededByThenIsMoved() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    moves.recordReplied(
        reply(
            other.receiveMessage(),
            new ReplicaReply.Wrote(WriteResult.SUPERSEDED_UNKNOWN, value(300))));
    assertOver(moves, true, 1, 0);
  }

  /** Whether it is alive, a majority is asked; it may be the value of a dropped tombstone. */
  @Test
  void aPushThatIsInQuestionIsGivenToAMajorityAndDoesNotCountAsMoved() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    moves.recordReplied(reply(other.receiveMessage(), refused(RefusalReason.IN_QUESTION)));
    assertOver(moves, false, 0, 0);
    assertEquals(List.of(KEY), inQuestion);
  }

  @Test
  void aFetchedRecordThatIsInQuestionHereIsGivenToAMajorityAndDoesNotCountAsMoved() {
    Moves moves = begun(toFetch());
    moves.recordReplied(reply(other.receiveMessage(), new ReplicaReply.Copy(NEWER)));
    moves.recordReplied(reply(askedOfReplica(), refused(RefusalReason.IN_QUESTION)));
    assertOver(moves, false, 0, 0);
    assertEquals(List.of(KEY), inQuestion);
  }

  @Test
  void whatIsRefusedForAnotherReasonFailsAndAsksNoMajority() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    moves.recordReplied(reply(other.receiveMessage(), refused(RefusalReason.STALE_EPOCH)));
    assertOver(moves, false, 0, 0);
    assertEquals(List.of(), inQuestion);
  }

  @Test
  void aReadThatIsRefusedFailsAndWritesNothing() {
    Moves moves = begun(toFetch());
    moves.recordReplied(reply(other.receiveMessage(), refused(RefusalReason.STORAGE_FAILED)));
    assertOver(moves, false, 0, 0);
    replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aCopyInAnswerToAWriteMovesNothing() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    moves.recordReplied(reply(other.receiveMessage(), new ReplicaReply.Copy(NEWER)));
    assertOver(moves, false, 0, 0);
  }

  @Test
  void aRepeatedAnswerCountsOnce() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    Ask ask = other.receiveMessage();
    moves.recordReplied(reply(ask, APPLIED));
    moves.recordReplied(reply(ask, APPLIED));
    assertOver(moves, true, 1, 0);
  }

  @Test
  void whatIsNotAnsweredInTimeIsGivenUpAndALateCopyIsNotWritten() {
    Moves moves = begun(toFetch());
    Ask ask = other.receiveMessage();
    moves.recordTime(ask.deadlineNanos() - 1);
    assertFalse(moves.areOver());
    moves.recordTime(ask.deadlineNanos());
    assertOver(moves, false, 0, 0);
    moves.recordReplied(reply(ask, new ReplicaReply.Copy(NEWER)));
    assertOver(moves, false, 0, 0);
    replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void theAnswerToAnEarlierComparisonIsNone() throws StorageException {
    store(NEWER);
    Moves moves = begun(toPush());
    moves.recordReplied(new Replied(Parts.B, FIRST_ROUND, APPLIED, Parts.TIME));
    assertFalse(moves.areOver());
    assertEquals(FIRST_ROUND + 1, moves.lastRound());
  }

  @Test
  void aPeerThatIsNotKnownFailsWhatIsMoved() {
    peers = new PeersSnapshot(Map.of(), Map.of());
    assertOver(begun(toFetch()), false, 0, 0);
  }

  @Test
  void aDiskThatFailsToReadFailsWhatIsPushedAndNotTheRest() {
    disk.failReads(StorageException.Kind.FAILED);
    Moves moves = begun(toPush(), toFetch());
    moves.recordReplied(reply(other.receiveMessage(), new ReplicaReply.Copy(NEWER)));
    moves.recordReplied(reply(askedOfReplica(), APPLIED));
    assertOver(moves, false, 0, 1);
  }
}
