package io.aitta.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterShape;
import io.aitta.model.Configuration;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.Succession;
import io.aitta.model.Version;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import io.aitta.partition.ConfigurationTable;
import io.aitta.partition.PartitionState;
import io.aitta.storage.Durability;
import io.aitta.storage.Mutation;
import io.aitta.storage.StorageException;
import io.aitta.storage.StorageException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ReplicaStateTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final PartitionId PARTITION = new PartitionId(0);
  private static final Epoch EPOCH = new Epoch(0, 2);
  private static final Configuration CONFIGURATION =
      Configuration.stable(PARTITION, EPOCH, List.of(SELF, OTHER));
  private static final Key KEY = Key.of("orders", "42");
  private static final Key ANOTHER = Key.of("orders", "43");
  private static final Entry OLD = value(100);
  private static final Entry NEW = value(200);

  private static final EntryLimits LIMITS = new EntryLimits(8, 16);

  private final ScriptedEngine engine = new ScriptedEngine();
  private final Horizons horizons = new Horizons();
  private final ReplicaState state =
      new ReplicaState(
          engine, LIMITS, new AppliedVersions(10, 1_000), Map.of(), Map.of(), horizons);

  @Test
  void storesWhatIsNewerThanWhatItHas() {
    assertEquals(applied(), one(put(KEY, OLD)));
    assertEquals(applied(), one(put(KEY, NEW)));
    assertEquals(NEW, engine.entries.get(KEY));
    assertEquals(List.of(new Mutation.PutEntry(PARTITION, KEY, NEW, OLD)), engine.batches.get(1));
    assertEquals(Durability.POLICY, engine.durabilities.get(1));
  }

  @Test
  void theSameVersionAgainIsAppliedAndWritesNothing() {
    one(put(KEY, NEW));
    assertEquals(applied(), one(put(KEY, NEW)));
    assertEquals(1, engine.batches.size());
  }

  @Test
  void anOlderVersionIsSupersededAndChangesNothing() {
    one(put(KEY, NEW));
    assertEquals(
        new ReplicaReply.Wrote(WriteResult.SUPERSEDED, Entry.tombstone(NEW.version())),
        one(put(KEY, OLD)));
    assertEquals(NEW, engine.entries.get(KEY));
  }

  @Test
  void aTombstoneIsACopyLikeAnyOtherAndComparesByVersion() {
    one(put(KEY, Entry.tombstone(version(150))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, OLD))));
    assertEquals(applied(), one(put(KEY, NEW)));
  }

  @Test
  void anExpiredEntryIsKeptAndComparesByVersion() {
    Entry expired = Entry.value(version(150), 1, "n", Bytes.EMPTY);
    one(put(KEY, expired));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, OLD))));
    assertEquals(new ReplicaReply.Copy(expired), one(read(KEY)));
  }

  @Test
  void aSupersededRepairShowsTheEntryAndAPutTheVersionAlone() {
    one(put(KEY, NEW));
    ReplicaReply reply = one(write(KEY, EPOCH, OLD, WriteOrigin.REPAIR));
    assertEquals(new ReplicaReply.Wrote(WriteResult.SUPERSEDED, NEW), reply);
  }

  @Test
  void remembersTheVersionsThatItAppliedSinceOverwritten() {
    one(put(KEY, OLD));
    one(put(KEY, NEW));
    assertEquals(WriteResult.APPLIED_SINCE_OVERWRITTEN, result(one(put(KEY, OLD))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, value(150)))), "never applied");
  }

  @Test
  void whatWasForgottenMayHaveBeenApplied() {
    ReplicaState forgetful =
        new ReplicaState(
            engine, LIMITS, new AppliedVersions(1, 1_000), Map.of(), Map.of(), horizons);
    for (long millis : new long[] {100, 200, 300}) {
      forgetful.handle(List.of(put(KEY, value(millis))), context());
    }
    Handled handled = forgetful.handle(List.of(put(KEY, OLD)), context());
    assertEquals(WriteResult.SUPERSEDED_UNKNOWN, result(handled.replies().get(0)));
  }

  @Test
  void twoWritesOfAKeyInOneBatchAreAppliedInOrder() {
    Handled handled =
        state.handle(List.of(put(KEY, OLD), put(KEY, NEW), put(KEY, OLD), read(KEY)), context());
    assertEquals(applied(), handled.replies().get(0));
    assertEquals(applied(), handled.replies().get(1));
    assertEquals(
        WriteResult.APPLIED_SINCE_OVERWRITTEN, result(handled.replies().get(2)), "by this batch");
    assertEquals(new ReplicaReply.Copy(null), handled.replies().get(3), "as before the batch");
    assertEquals(NEW, engine.entries.get(KEY));
    assertEquals(1, engine.batches.size());
  }

  @Test
  void readsWhatIsStored() {
    assertEquals(new ReplicaReply.Copy(null), one(read(KEY)));
    one(put(KEY, NEW));
    assertEquals(new ReplicaReply.Copy(NEW), one(read(KEY)));
    assertEquals(1, engine.batches.size(), "a read writes nothing");
  }

  @Test
  void whatIsBehindManyBytesIsLeftForTheNextBatch() {
    engine.entries.put(KEY, sized(1 << 20));
    List<ReplicaRequest> requests = new ArrayList<>(Collections.nCopies(40, read(KEY)));
    requests.add(put(ANOTHER, NEW));
    List<ReplicaReply> replies = new ArrayList<>();
    for (int batch : List.of(16, 16, 9)) {
      assertNull(engine.entries.get(ANOTHER));
      List<ReplicaReply> of =
          state.handle(requests.subList(replies.size(), requests.size()), context()).replies();
      assertEquals(batch, of.size());
      replies.addAll(of);
    }
    List<ReplicaReply> expected =
        new ArrayList<>(Collections.nCopies(40, new ReplicaReply.Copy(sized(1 << 20))));
    expected.add(applied());
    assertEquals(expected, replies);
  }

  @Test
  void aSingleReplyIsNeverTooLarge() {
    engine.entries.put(KEY, sized(ReplicaState.MAX_REPLY_BYTES + 1));
    assertEquals(
        List.of(new ReplicaReply.Copy(engine.entries.get(KEY))),
        state.handle(List.of(read(KEY), read(ANOTHER)), context()).replies());
  }

  @ParameterizedTest
  @CsvSource({"1100, true", "1101, false"})
  void aPutIsCheckedAgainstTheClockBoundAtItsFirstApplication(long millis, boolean isTaken) {
    ReplicaReply reply = one(put(KEY, value(millis)));
    assertEquals(isTaken ? applied() : refused(RefusalReason.CLOCK_AHEAD), reply);
    assertEquals(isTaken, engine.entries.containsKey(KEY));
  }

  @Test
  void aPutThatIsStoredAlreadyIsNotCheckedAgain() {
    engine.entries.put(KEY, value(5_000));
    assertEquals(applied(), one(put(KEY, value(5_000))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, value(4_000)))));
  }

  @ParameterizedTest
  @EnumSource(
      value = WriteOrigin.class,
      names = {"RESTAMPED_PUT", "REPAIR", "HINT", "TRANSFER"})
  void theClockBoundIsForFirstPutsAlone(WriteOrigin origin) {
    assertEquals(applied(), one(write(KEY, EPOCH, value(5_000), origin)));
  }

  @ParameterizedTest
  @CsvSource({
    "12345678, 16,",
    "123456789, 0, KEY_TOO_LARGE",
    "k, 17, VALUE_TOO_LARGE",
    "123456789, 17, KEY_TOO_LARGE"
  })
  void aPutIsCheckedAgainstTheSizesAtItsFirstApplication(
      String name, int valueBytes, @Nullable RefusalReason reason) {
    Key key = Key.of("orders", name);
    ReplicaReply expected = reason == null ? applied() : refused(reason);
    assertEquals(expected, one(put(key, sized(valueBytes))));
    assertEquals(expected, one(write(key, EPOCH, sized(valueBytes), WriteOrigin.RESTAMPED_PUT)));
    assertEquals(reason == null, engine.entries.containsKey(key));
  }

  /** A replica with lower bounds than the coordinator's must still converge with the others. */
  @ParameterizedTest
  @EnumSource(
      value = WriteOrigin.class,
      names = {"REPAIR", "HINT", "TRANSFER"})
  void whatOthersHoldIsTakenWhateverItsSize(WriteOrigin origin) {
    Key key = Key.of("orders", "123456789");
    assertEquals(applied(), one(write(key, EPOCH, sized(17), origin)));
    assertEquals(applied(), one(put(key, sized(17))), "what is stored is applied");
  }

  @Test
  void anOlderEpochIsRefusedWithTheNewerConfiguration() {
    assertEquals(
        new ReplicaReply.Refused(RefusalReason.STALE_EPOCH, CONFIGURATION),
        one(new ReplicaRequest.Read(KEY, new Epoch(0, 1))));
    one(write(KEY, new Epoch(0, 1), NEW, WriteOrigin.PUT));
    assertNull(engine.entries.get(KEY));
  }

  @Test
  void aNewerEpochThanItsOwnIsOneThatItWillKnowSoon() {
    assertEquals(
        refused(RefusalReason.CONFIGURATION_CHANGING),
        one(new ReplicaRequest.Read(KEY, new Epoch(0, 3))));
  }

  @Test
  void aNodeThatHoldsNoReplicaRefuses() {
    Configuration elsewhere = Configuration.stable(PARTITION, EPOCH, List.of(OTHER));
    Handled handled = state.handle(List.of(read(KEY)), context(elsewhere, 0));
    assertEquals(refused(RefusalReason.NOT_A_REPLICA), handled.replies().get(0));
  }

  @Test
  void afterARecoveryEvenASurvivorAnswersNoReadsBeforeItLoaded() throws StorageException {
    Epoch epoch = new Epoch(1, 1);
    Configuration recovery =
        new Configuration(PARTITION, epoch, List.of(SELF, OTHER), List.of(SELF, OTHER));
    List<ReplicaRequest> requests =
        List.of(write(KEY, epoch, NEW, WriteOrigin.PUT), new ReplicaRequest.Read(KEY, epoch));
    assertEquals(
        List.of(applied(), refused(RefusalReason.LOADING)),
        state.handle(requests, context(recovery, 0)).replies());
    state.becomeLoaded(Map.of(PARTITION, epoch));
    assertEquals(
        new ReplicaReply.Copy(NEW), state.handle(requests, context(recovery, 0)).replies().get(1));
  }

  @Test
  void twoConfigurationsOfOneEpochStopThePartition() {
    Configuration other = Configuration.stable(PARTITION, EPOCH, List.of(SELF));
    PartitionState conflicting =
        new PartitionState(
            Succession.first(CONFIGURATION),
            false,
            Ballot.NONE,
            Ballot.NONE,
            null,
            Succession.first(other));
    ReplicaContext stopped =
        new ReplicaContext(
            SELF,
            ConfigurationTable.of(new ClusterShape(1, 2), List.of(CONFIGURATION)).with(conflicting),
            1_000,
            100,
            0);
    assertEquals(
        List.of(
            refused(RefusalReason.CONFIGURATION_CONFLICT),
            refused(RefusalReason.CONFIGURATION_CONFLICT)),
        state.handle(List.of(put(KEY, NEW), read(KEY)), stopped).replies());
    assertEquals(List.of(), engine.batches);
  }

  @ParameterizedTest
  @EnumSource(WriteOrigin.class)
  void aPartitionThatIsNotWholeTakesOnlyWhatMakesItWhole(WriteOrigin origin) {
    ReplicaState recovering =
        new ReplicaState(
            engine,
            LIMITS,
            new AppliedVersions(10, 1_000),
            Map.of(PARTITION, new Loss(0, 0)),
            Map.of(),
            horizons);
    boolean isForClients = origin == WriteOrigin.PUT || origin == WriteOrigin.RESTAMPED_PUT;
    Handled handled =
        recovering.handle(List.of(write(KEY, EPOCH, NEW, origin), read(KEY)), context());
    assertEquals(
        isForClients ? refused(RefusalReason.RECOVERING) : applied(), handled.replies().get(0));
    assertEquals(refused(RefusalReason.RECOVERING), handled.replies().get(1));
    assertEquals(Set.of(), handled.lost());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aCorruptRecordIsDiscardedAndItsPartitionCountsForNothing(boolean isRead) throws Exception {
    engine.entries.put(KEY, NEW);
    engine.corrupt.add(KEY);
    Handled handled =
        state.handle(List.of(isRead ? read(KEY) : put(KEY, NEW), read(ANOTHER)), context());
    assertEquals(refused(RefusalReason.CORRUPT_RECORD), handled.replies().get(0));
    assertEquals(refused(RefusalReason.RECOVERING), handled.replies().get(1));
    assertEquals(Set.of(PARTITION), handled.lost());
    assertNull(handled.failure());
    assertEquals(Set.of(PARTITION), state.recovering().keySet());
    assertEquals(Durability.ALWAYS, engine.durabilities.get(0));
    assertEquals(
        new Mutation.DiscardCorrupt(PARTITION, KEY), engine.batches.get(0).get(0), "one batch");
    assertEquals(Set.of(PARTITION), storedRecovering());
  }

  @Test
  void whatWasLostMayHaveBeenApplied() throws Exception {
    one(put(KEY, value(150)));
    engine.corrupt.add(KEY);
    assertEquals(refused(RefusalReason.CORRUPT_RECORD), one(read(KEY)));
    one(write(KEY, EPOCH, NEW, WriteOrigin.TRANSFER));
    state.becomeWhole(state.recovering());
    assertEquals(WriteResult.SUPERSEDED_UNKNOWN, result(one(put(KEY, value(150)))));
    assertEquals(WriteResult.SUPERSEDED_UNKNOWN, result(one(put(KEY, OLD))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, value(151)))), "newer than any");
  }

  @Test
  void aMergeMendsACorruptRecord() {
    engine.corrupt.add(KEY);
    assertEquals(refused(RefusalReason.CORRUPT_RECORD), one(read(KEY)));
    assertEquals(applied(), one(write(KEY, EPOCH, NEW, WriteOrigin.TRANSFER)));
    assertEquals(NEW, engine.entries.get(KEY));
  }

  @Test
  void aCorruptRecordThatCannotBeDiscardedIsStillNeverServed() {
    engine.corrupt.add(KEY);
    engine.failsWritesWith = Kind.FAILED;
    Handled handled = state.handle(List.of(read(KEY)), context());
    assertEquals(refused(RefusalReason.CORRUPT_RECORD), handled.replies().get(0));
    assertNotNull(handled.failure());
    assertEquals(Set.of(PARTITION), state.recovering().keySet());
  }

  @Test
  void aPartitionIsWholeOnceThatIsDurable() throws Exception {
    engine.corrupt.add(KEY);
    one(read(KEY));
    Map<PartitionId, Loss> healed = state.recovering();
    engine.failsWritesWith = Kind.FULL;
    assertThrows(StorageException.class, () -> state.becomeWhole(healed));
    assertEquals(healed, state.recovering());
    engine.failsWritesWith = null;
    state.becomeWhole(healed);
    assertEquals(Map.of(), state.recovering());
    assertEquals(Set.of(), storedRecovering());
    int batches = engine.batches.size();
    state.becomeWhole(healed);
    assertEquals(batches, engine.batches.size(), "again changes nothing");
    assertEquals(new ReplicaReply.Copy(null, 1), one(read(KEY)));
  }

  @Test
  void aPartitionThatLostRecordsAgainIsNotWholeByWhatMendedTheFirstLoss() throws Exception {
    engine.corrupt.add(KEY);
    one(read(KEY));
    Map<PartitionId, Loss> first = state.recovering();
    state.discardCorrupt(PARTITION, List.of(ANOTHER), 0, 0);
    state.becomeWhole(first);
    assertEquals(Set.of(PARTITION), state.recovering().keySet());
    assertEquals(Set.of(PARTITION), storedRecovering());
    state.becomeWhole(state.recovering());
    assertEquals(Set.of(), storedRecovering());
  }

  @ParameterizedTest
  @CsvSource({"FULL, STORAGE_FULL", "FAILED, STORAGE_FAILED", "CORRUPT, STORAGE_FAILED"})
  void ifTheBatchCannotBeWrittenEveryWriteInItFails(Kind kind, RefusalReason reason) {
    engine.entries.put(ANOTHER, OLD);
    engine.failsWritesWith = kind;
    Handled handled =
        state.handle(List.of(put(KEY, NEW), read(ANOTHER), put(ANOTHER, NEW)), context());
    assertEquals(
        List.of(refused(reason), new ReplicaReply.Copy(OLD), refused(reason)), handled.replies());
    assertNotNull(handled.failure());
    assertEquals(kind, handled.failure().kind());
    engine.failsWritesWith = null;
    one(put(ANOTHER, value(300)));
    assertEquals(
        WriteResult.APPLIED_SINCE_OVERWRITTEN, result(one(put(ANOTHER, OLD))), "by the later put");
  }

  @Test
  void whatABatchThatFailedWouldHaveOverwrittenWasApplied() {
    one(put(KEY, OLD));
    engine.failsWritesWith = Kind.FULL;
    one(put(KEY, NEW));
    engine.failsWritesWith = null;
    engine.entries.put(KEY, NEW); // written after all, by whatever the failure left behind
    assertEquals(WriteResult.APPLIED_SINCE_OVERWRITTEN, result(one(put(KEY, OLD))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, value(150)))), "never applied");
  }

  @Test
  void whatABatchThatFailedOverwroteOfItselfMayHaveBeenApplied() {
    engine.failsWritesWith = Kind.FAILED;
    state.handle(List.of(put(KEY, OLD), put(KEY, value(150))), context()); // stored, or not
    engine.failsWritesWith = null;
    one(put(KEY, NEW));
    assertEquals(WriteResult.SUPERSEDED_UNKNOWN, result(one(put(KEY, OLD))));
    assertEquals(WriteResult.SUPERSEDED, result(one(put(KEY, value(160)))), "never applied");
  }

  @Test
  void aReadThatFailsIsATypedFailure() {
    engine.failsReadsWith = Kind.FAILED;
    Handled handled = state.handle(List.of(read(KEY), put(KEY, NEW)), context());
    assertEquals(
        List.of(refused(RefusalReason.STORAGE_FAILED), refused(RefusalReason.STORAGE_FAILED)),
        handled.replies());
    assertNotNull(handled.failure());
    assertEquals(List.of(), engine.batches);
  }

  @ParameterizedTest
  @EnumSource(
      value = WriteOrigin.class,
      names = {"PUT", "RESTAMPED_PUT"})
  void aPutThatADroppedTombstoneMayHaveDeletedIsNotApplied(WriteOrigin origin) {
    horizons.record(PARTITION, new Horizon(NEW.version(), 1));
    ReplicaReply below =
        new ReplicaReply.Wrote(WriteResult.BELOW_HORIZON, Entry.tombstone(NEW.version()));
    assertEquals(below, one(write(KEY, EPOCH, OLD, origin)));
    assertEquals(below, one(write(KEY, EPOCH, NEW, origin)), "at the horizon");
    assertEquals(applied(), one(write(KEY, EPOCH, value(201), origin)));
  }

  @Test
  void anOlderRecordProvesThatNoTombstoneOfTheKeyWasDropped() {
    one(put(KEY, OLD));
    horizons.record(PARTITION, new Horizon(version(900), 1));
    assertEquals(applied(), one(put(KEY, NEW)));
  }

  @Test
  void aPutThatWasAppliedBeforeItWasDeletedWasApplied() {
    one(put(KEY, OLD));
    one(put(KEY, Entry.tombstone(NEW.version())));
    engine.entries.clear(); // dropped
    horizons.record(PARTITION, new Horizon(NEW.version(), 1));
    assertEquals(WriteResult.APPLIED_SINCE_OVERWRITTEN, result(one(put(KEY, OLD))));
  }

  @Test
  void aRepairIsTakenIfNothingWasDroppedSinceItWasAsked() {
    horizons.record(PARTITION, new Horizon(NEW.version(), 4));
    assertEquals(new ReplicaReply.Copy(null, 4), one(read(KEY)));
    assertEquals(refused(RefusalReason.IN_QUESTION), one(repair(OLD, 3)));
    assertEquals(
        refused(RefusalReason.IN_QUESTION), one(repair(OLD, ReplicaRequest.Write.UNPROVEN)));
    assertEquals(applied(), one(repair(OLD, 4)));
  }

  @Test
  void whatIsDeadIsAlwaysTakenAsARepair() {
    horizons.record(PARTITION, new Horizon(NEW.version(), 4));
    assertEquals(applied(), one(repair(Entry.tombstone(OLD.version()), 3)));
  }

  @Test
  void aHintIsInQuestionAndAMergeIsTheAnswer() {
    horizons.record(PARTITION, new Horizon(NEW.version(), 1));
    assertEquals(refused(RefusalReason.IN_QUESTION), one(write(KEY, EPOCH, OLD, WriteOrigin.HINT)));
    assertEquals(applied(), one(write(KEY, EPOCH, OLD, WriteOrigin.TRANSFER)));
  }

  @Test
  void whatAMajorityReadInAJointConfigurationIsAlive() {
    // {SELF,OTHER} → {SELF}: nothing is dropped by this configuration
    Configuration joint = new Configuration(PARTITION, EPOCH, List.of(SELF, OTHER), List.of(SELF));
    horizons.record(PARTITION, new Horizon(NEW.version(), 4));
    assertEquals(
        List.of(applied()), state.handle(List.of(repair(OLD, 3)), context(joint, 0)).replies());
  }

  @Test
  void aNodeThatHasNotLoadedThePartitionTakesNoHint() {
    // {OTHER} → {OTHER,SELF}: the horizon of the partition is not known here yet
    Configuration joint = new Configuration(PARTITION, EPOCH, List.of(OTHER), List.of(OTHER, SELF));
    assertEquals(
        List.of(refused(RefusalReason.LOADING), applied()),
        state
            .handle(
                List.of(write(KEY, EPOCH, OLD, WriteOrigin.HINT), put(ANOTHER, OLD)),
                context(joint, 0))
            .replies());
  }

  @Test
  void afterARecordWasLostEverythingThatIsAbsentIsInQuestion() throws Exception {
    state.discardCorrupt(PARTITION, List.of(ANOTHER), 0, 700);
    assertEquals(refused(RefusalReason.IN_QUESTION), one(write(KEY, EPOCH, NEW, WriteOrigin.HINT)));
    assertEquals(applied(), one(write(KEY, EPOCH, value(701), WriteOrigin.HINT)));
    assertEquals(1, horizons.of(PARTITION).drops());
  }

  @Test
  void aHorizonIsAdoptedIfItIsNewer() throws Exception {
    state.adoptHorizon(PARTITION, OLD.version());
    assertEquals(new Horizon(OLD.version(), 1), horizons.of(PARTITION));
    state.adoptHorizon(PARTITION, version(99));
    assertEquals(new Horizon(OLD.version(), 1), horizons.of(PARTITION));
    state.adoptHorizon(PARTITION, NEW.version());
    assertEquals(new Horizon(NEW.version(), 2), horizons.of(PARTITION));
  }

  private ReplicaReply one(ReplicaRequest request) {
    return state.handle(List.of(request), context()).replies().get(0);
  }

  private Set<PartitionId> storedRecovering() throws StorageException {
    Bytes stored = engine.readMetadata(NodeMetadata.RECOVERING);
    assertNotNull(stored);
    return NodeMetadata.decodeRecovering(stored);
  }

  private static ReplicaContext context() {
    return context(CONFIGURATION, 0);
  }

  private static ReplicaContext context(Configuration configuration, long nowNanos) {
    return new ReplicaContext(
        SELF,
        ConfigurationTable.of(new ClusterShape(1, 2), List.of(configuration)),
        1_000,
        100,
        nowNanos);
  }

  private static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), OTHER);
  }

  private static Entry value(long millis) {
    return Entry.value(version(millis), Entry.NEVER, "string", Bytes.ofUtf8("v" + millis));
  }

  private static Entry sized(int bytes) {
    return Entry.value(version(500), Entry.NEVER, "bytes", Bytes.wrap(new byte[bytes]));
  }

  private static ReplicaRequest put(Key key, Entry entry) {
    return write(key, EPOCH, entry, WriteOrigin.PUT);
  }

  private static ReplicaRequest write(Key key, Epoch epoch, Entry entry, WriteOrigin origin) {
    return new ReplicaRequest.Write(key, epoch, entry, origin);
  }

  private static ReplicaRequest repair(Entry entry, long drops) {
    return new ReplicaRequest.Write(KEY, EPOCH, entry, WriteOrigin.REPAIR, drops);
  }

  private static ReplicaRequest read(Key key) {
    return new ReplicaRequest.Read(key, EPOCH);
  }

  private static ReplicaReply applied() {
    return new ReplicaReply.Wrote(WriteResult.APPLIED, null);
  }

  private static ReplicaReply refused(RefusalReason reason) {
    return ReplicaReply.Refused.of(reason);
  }

  private static @Nullable WriteResult result(ReplicaReply reply) {
    return reply instanceof ReplicaReply.Wrote wrote ? wrote.result() : null;
  }

  /** Rule 9: whatever the policy of the data is. */
  @Test
  void whatOthersRestOnIsDurableWhateverThePolicy() throws StorageException {
    state.install(SELF, List.of(PartitionState.first(CONFIGURATION)));
    state.becomeLoaded(Map.of(PARTITION, EPOCH));
    state.adoptHorizon(PARTITION, NEW.version());
    state.discardCorrupt(PARTITION, List.of(KEY), 0, 0);
    state.becomeWhole(state.recovering());
    assertEquals(5, engine.durabilities.size());
    assertEquals(Set.of(Durability.ALWAYS), Set.copyOf(engine.durabilities));
  }
}
