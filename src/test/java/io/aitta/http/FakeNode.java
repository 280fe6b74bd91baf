package io.aitta.http;

import io.aitta.AittaNode;
import io.aitta.PutResult;
import io.aitta.ReadOptions;
import io.aitta.WriteOptions;
import io.aitta.model.AntiEntropyReport;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterStatus;
import io.aitta.model.ComparisonStatus;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Explanation;
import io.aitta.model.GetOutcome;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.PartitionStatus;
import io.aitta.model.PeerDescription;
import io.aitta.model.PeerState;
import io.aitta.model.PeerStatus;
import io.aitta.model.PutOutcome;
import io.aitta.model.Receipt;
import io.aitta.model.Refusal;
import io.aitta.model.RefusalReason;
import io.aitta.model.RepairStatus;
import io.aitta.model.ReplicaReceipt;
import io.aitta.model.ReplicaReport;
import io.aitta.model.TransferPurpose;
import io.aitta.model.TransferReport;
import io.aitta.model.TransferStatus;
import io.aitta.model.Version;
import io.aitta.model.WaitingHints;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** A node without a cluster: keeps entries in a map and answers what a test wants. */
public final class FakeNode implements AittaNode {
  public static final NodeId ID = new NodeId(0xA1);
  public static final NodeId SECOND = new NodeId(0xB2);
  public static final NodeId THIRD = new NodeId(0xC3);

  /** What is stored, by key. */
  public final Map<Key, Entry> entries = new ConcurrentHashMap<>();

  /** How often each key was put. */
  public final Map<Key, Integer> puts = new ConcurrentHashMap<>();

  /** Answers puts instead of storing; null stores. A null answer of it stores too. */
  public volatile @Nullable Function<Key, @Nullable PutOutcome> putScript;

  /** Answers gets; null reads the map. */
  public volatile @Nullable Function<Key, @Nullable GetOutcome> getScript;

  public volatile boolean ready = true;

  /** Whether it holds what it is to hold. */
  public volatile boolean settled = true;

  public volatile boolean leaving;

  /** Completes when it holds nothing any more. */
  public volatile CompletionStage<Done> left = new CompletableFuture<>();

  /** Whether another node lives. */
  public volatile boolean othersAlive;

  /** The peers that it knows, given its own report; null for three made-up ones. */
  public volatile @Nullable Function<NodeReport, List<PeerStatus>> peersScript;

  public volatile @Nullable WriteOptions lastWrite;
  public volatile @Nullable ReadOptions lastRead;

  /** Completes before a put is answered. */
  public volatile CompletionStage<Void> gate = CompletableFuture.completedStage(null);

  /** Completes when the node serves, or fails if it never will. */
  public volatile CompletionStage<Void> readiness = CompletableFuture.completedStage(null);

  private static final TransferReport TRANSFER =
      new TransferReport(
          new PartitionId(1),
          Epoch.FIRST.next(),
          TransferPurpose.LOAD,
          40,
          16_384,
          4_096,
          List.of(new TransferReport.Source(ID, 40, false)),
          2);
  private static final TransferReport WAITING =
      new TransferReport(
          new PartitionId(1), Epoch.FIRST.next(), TransferPurpose.LOAD, 0, 0, 0, List.of(), 1);

  private final AtomicLong clock = new AtomicLong();

  /** Forgets what was done to it, and what it is to answer. */
  public void reset() {
    entries.clear();
    putScript = null;
    getScript = null;
    ready = true;
    settled = true;
    leaving = false;
    left = new CompletableFuture<>();
    othersAlive = false;
  }

  @Override
  public NodeId id() {
    return ID;
  }

  @Override
  public CompletionStage<PutResult> put(Key key, Bytes value, String codec, WriteOptions options) {
    lastWrite = options;
    puts.merge(key, 1, Integer::sum);
    return gate.thenApply(
        opened -> {
          Function<Key, @Nullable PutOutcome> script = putScript;
          PutOutcome scripted = script == null ? null : script.apply(key);
          if (scripted != null) {
            return result(scripted);
          }
          Version version = next();
          entries.put(key, Entry.value(version, 0, codec, value));
          return result(new PutOutcome.Written(receipt(version)));
        });
  }

  @Override
  public CompletionStage<PutResult> delete(Key key, WriteOptions options) {
    lastWrite = options;
    Function<Key, @Nullable PutOutcome> script = putScript;
    PutOutcome scripted = script == null ? null : script.apply(key);
    if (scripted != null) {
      return CompletableFuture.completedStage(result(scripted));
    }
    Version version = next();
    entries.put(key, Entry.tombstone(version));
    return CompletableFuture.completedStage(result(new PutOutcome.Written(receipt(version))));
  }

  @Override
  public CompletionStage<GetOutcome> get(Key key, ReadOptions options) {
    lastRead = options;
    Function<Key, @Nullable GetOutcome> script = getScript;
    GetOutcome scripted = script == null ? null : script.apply(key);
    if (scripted != null) {
      return CompletableFuture.completedStage(scripted);
    }
    Entry entry = entries.get(key);
    return CompletableFuture.completedStage(
        entry == null || entry.tombstone()
            ? new GetOutcome.NotFound(Version.NONE)
            : new GetOutcome.Found(entry, 2));
  }

  @Override
  public CompletionStage<ClusterStatus> status() {
    NodeReport report =
        new NodeReport(
            Incarnation.of(2, 7),
            ready,
            condition(),
            "memory",
            "none",
            entries.size(),
            1,
            2_048,
            256,
            0,
            3,
            settled ? 0 : 16,
            65_536,
            settled ? 0 : 4_096,
            0,
            0,
            0,
            new AntiEntropyReport(5_000, 12, 3, 4_096, 8_192),
            details(),
            "0.1.0");
    Function<NodeReport, List<PeerStatus>> script = peersScript;
    return CompletableFuture.completedStage(
        new ClusterStatus(
            ready ? ClusterId.parse("0b0e7a52-0f3b-4a3e-9d4c-0123456789ab") : null,
            ID,
            ready,
            256,
            3,
            256,
            256,
            255,
            254,
            0,
            2,
            settled ? 0 : 16,
            script != null
                ? script.apply(report)
                : List.of(
                    new PeerStatus(
                        new PeerDescription(ID, "a", 1.0, "pekko://aitta@127.0.0.1:25601"),
                        true,
                        true,
                        leaving,
                        PeerState.ALIVE,
                        0,
                        report),
                    new PeerStatus(
                        new PeerDescription(SECOND, "", 1.5, "pekko://aitta@127.0.0.1:25602"),
                        false,
                        true,
                        false,
                        PeerState.DEAD,
                        12_345,
                        null),
                    new PeerStatus(
                        new PeerDescription(THIRD, "", 1.0, "pekko://aitta@127.0.0.1:25603"),
                        false,
                        true,
                        false,
                        othersAlive ? PeerState.ALIVE : PeerState.DEAD,
                        12,
                        othersAlive ? report : null)),
            settled
                ? List.of()
                : List.of(
                    new TransferStatus(THIRD, TRANSFER, 60, 24_576, Duration.ofSeconds(6)),
                    new TransferStatus(ID, WAITING, -1, -1, null)),
            List.of(
                new ComparisonStatus(
                    new PartitionId(0), Instant.ofEpochMilli(1_700_000_000_000L), 3))));
  }

  private NodeDetails details() {
    return new NodeDetails(
        settled ? List.of() : List.of(TRANSFER),
        List.of(new WaitingHints(SECOND, 3, 1_500, 12_345)),
        List.of(new ReplicaReport(new PartitionId(0), 100, 1_700_000_000_000L, 3)));
  }

  @Override
  public List<PartitionStatus> partitions() {
    return ready
        ? List.of(
            new PartitionStatus(
                new PartitionId(0),
                Epoch.FIRST,
                List.of(ID, SECOND),
                List.of(),
                true,
                List.of(ID),
                1),
            new PartitionStatus(
                new PartitionId(1),
                Epoch.FIRST.next(),
                List.of(ID, SECOND),
                List.of(ID, THIRD),
                true,
                List.of(ID, THIRD),
                1))
        : List.of();
  }

  @Override
  public CompletionStage<Explanation> explain(Key key) {
    if (!ready) {
      return CompletableFuture.completedStage(
          new Explanation(new PartitionId(0), Epoch.NONE, List.of(), List.of()));
    }
    Entry entry = entries.get(key);
    Explanation.ReplicaCopy own =
        entry == null
            ? new Explanation.ReplicaCopy(
                ID, "a", Explanation.State.ABSENT, Version.NONE, 0, Entry.NEVER)
            : new Explanation.ReplicaCopy(
                ID,
                "a",
                entry.tombstone() ? Explanation.State.TOMBSTONE : Explanation.State.VALUE,
                entry.version(),
                entry.value().size(),
                entry.tombstone() ? Entry.NEVER : 1_900_000_000_000L);
    Explanation.ReplicaCopy gone =
        new Explanation.ReplicaCopy(
            SECOND, "", Explanation.State.UNREACHABLE, Version.NONE, 0, Entry.NEVER);
    return CompletableFuture.completedStage(
        new Explanation(new PartitionId(17), Epoch.FIRST, List.of(ID, SECOND), List.of(own, gone)));
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public String condition() {
    return ready ? "ready" : "waits for 1 of 2 nodes";
  }

  @Override
  public boolean isSettled() {
    return ready && settled;
  }

  @Override
  public boolean hasSettled() {
    return ready && settled;
  }

  @Override
  public String settlingCondition() {
    return ready && !settled ? "it takes over 16 partitions" : condition();
  }

  @Override
  public CompletionStage<Done> leave() {
    leaving = true;
    return left;
  }

  @Override
  public CompletionStage<Void> whenReady() {
    return readiness;
  }

  /** A receipt of one acknowledgement, one failure and one silence. */
  public static Receipt receipt(Version version) {
    return new Receipt(
        version,
        Epoch.FIRST,
        2,
        3,
        "every-batch",
        List.of(
            new ReplicaReceipt(
                ID, "a", ReplicaReceipt.State.ACKNOWLEDGED, Duration.ofNanos(412_345), null),
            new ReplicaReceipt(
                SECOND,
                "",
                ReplicaReceipt.State.FAILED,
                Duration.ofMillis(3),
                RefusalReason.STORAGE_FULL),
            new ReplicaReceipt(THIRD, "", ReplicaReceipt.State.UNANSWERED, null, null)));
  }

  /** A receipt of two acknowledgements and a hint for the third. */
  static Receipt hintedReceipt() {
    return new Receipt(
        version(1_700_000_000_000L),
        Epoch.FIRST,
        2,
        3,
        "every-batch",
        List.of(
            new ReplicaReceipt(
                ID, "a", ReplicaReceipt.State.ACKNOWLEDGED, Duration.ofNanos(412_345), null),
            new ReplicaReceipt(
                SECOND, "", ReplicaReceipt.State.ACKNOWLEDGED, Duration.ofMillis(2), null),
            new ReplicaReceipt(THIRD, "", ReplicaReceipt.State.HINTED, null, null)));
  }

  public static PutOutcome maybeApplied() {
    return new PutOutcome.MaybeApplied(receipt(version(77)));
  }

  public static Refusal refusal(Refusal.Code code) {
    return new Refusal(code, "needs 2 replicas, 1 is alive", 2, 1, List.of(SECOND));
  }

  public static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), ID);
  }

  private Version next() {
    return version(1_000 + clock.incrementAndGet());
  }

  private static PutResult result(PutOutcome outcome) {
    Optional<Receipt> settled =
        outcome instanceof PutOutcome.Refused
            ? Optional.empty()
            : Optional.of(
                new Receipt(
                    version(4_242),
                    Epoch.FIRST,
                    2,
                    3,
                    "every-batch",
                    List.of(
                        new ReplicaReceipt(
                            ID,
                            "a",
                            ReplicaReceipt.State.ACKNOWLEDGED,
                            Duration.ofMillis(1),
                            null))));
    return new PutResult(outcome, CompletableFuture.completedStage(settled));
  }

  private volatile RepairStatus repair = RepairStatus.NONE;

  @Override
  public CompletionStage<RepairStatus> repair(@Nullable PartitionId only) {
    repair = new RepairStatus(only == null ? 256 : 1, 1, 0, 0, 0, 0, 0, 0, false);
    return CompletableFuture.completedStage(repair);
  }

  @Override
  public RepairStatus repairStatus() {
    return repair.partitions() == 0
        ? repair
        : new RepairStatus(repair.partitions(), 0, 512, 511, 0, 1, 3, 80_000, true);
  }
}
