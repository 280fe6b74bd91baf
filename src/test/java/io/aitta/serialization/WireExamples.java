package io.aitta.serialization;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyReport;
import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.Founding;
import io.aitta.model.FoundingMessage;
import io.aitta.model.FramePiece;
import io.aitta.model.Greeting;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.LoadingMessage;
import io.aitta.model.NodeDetails;
import io.aitta.model.NodeId;
import io.aitta.model.NodeReport;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaReport;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.ReportReply;
import io.aitta.model.ReportRequest;
import io.aitta.model.RequestFrame;
import io.aitta.model.SeenRuns;
import io.aitta.model.Succession;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TableMessage;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.TransferPurpose;
import io.aitta.model.TransferReport;
import io.aitta.model.TreeNodes;
import io.aitta.model.TreeSummary;
import io.aitta.model.Version;
import io.aitta.model.WaitingHints;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One message of every kind and variant, by the name of the file of its stored bytes. */
public final class WireExamples {
  private static final NodeId ANNE = NodeId.parse("a1a2a3a4a5a6a7a8");
  private static final NodeId BERT = NodeId.parse("0102030405060708");
  private static final NodeId CORA = NodeId.parse("00000000000000c0");
  private static final Incarnation ANNES = Incarnation.of(3, 0x1234_5678);
  private static final Incarnation BERTS = Incarnation.of(1, 0xFFFF_FFFF);
  private static final ClusterId CLUSTER = ClusterId.parse("0b0e7a52-0f3b-4a3e-9d4c-0123456789ab");
  private static final HybridTime TIME =
      new HybridTime(HybridTime.ofMillis(1_764_000_000_000L).packed() | 7);
  private static final Version VERSION = new Version(TIME, ANNE);
  private static final Key KEY = Key.of("orders", "42");
  private static final Key STRANGE_KEY = Key.of("a-1", "\u00e4\uD83D\uDE00 /");
  private static final PartitionId PARTITION = new PartitionId(17);
  private static final Entry VALUE =
      Entry.value(VERSION, Entry.NEVER, "string", Bytes.ofUtf8("paid"));
  private static final Entry EXPIRING =
      Entry.value(VERSION, 1_764_000_060_000L, "", Bytes.ofUtf8("soon gone"));
  private static final Entry TOMBSTONE = Entry.tombstone(VERSION);
  private static final Founding FOUNDING =
      new Founding(
          CLUSTER,
          new ClusterShape(256, 3),
          List.of(
              new PeerDescription(BERT, "", 1.0, "pekko://shop@127.0.0.1:25602/system/aitta"),
              new PeerDescription(
                  ANNE, "rack-1", 2.5, "pekko://shop@127.0.0.1:25601/system/aitta")));

  private WireExamples() {}

  public static Map<String, WireMessage> all() {
    Map<String, WireMessage> examples = new TreeMap<>();
    addRequests(examples);
    addReplies(examples);
    addCopies(examples);
    addComparisons(examples);
    addTombstones(examples);
    addFounding(examples);
    addSuccession(examples);
    examples.put("greeting", greeting(CLUSTER, true, false, null));
    examples.put("greeting-of-an-empty-node", greeting(null, false, false, null));
    examples.put(
        "greeting-that-remembers",
        greeting(CLUSTER, true, false, new SeenRuns(BERTS, TIME, HybridTime.ofMillis(5))));
    examples.put("greeting-of-a-leaving-node", greeting(CLUSTER, true, true, null));
    examples.put("report-request", new ReportRequest(5, ANNE, BERT));
    examples.put("report-reply", new ReportReply(5, BERT, ANNE, report(0, 0, 0, null)));
    examples.put(
        "report-reply-while-loading",
        new ReportReply(5, BERT, ANNE, report(3, 1 << 30, 5_000_000, null)));
    examples.put(
        "report-reply-with-anti-entropy",
        new ReportReply(
            5, BERT, ANNE, report(0, 0, 0, new AntiEntropyReport(4000, 12, 3, 5000, 6000))));
    examples.put(
        "report-reply-with-details",
        new ReportReply(
            5,
            BERT,
            ANNE,
            report(
                1,
                4096,
                0,
                AntiEntropyReport.NONE,
                new NodeDetails(
                    List.of(
                        new TransferReport(
                            new PartitionId(7),
                            Epoch.FIRST.next(),
                            TransferPurpose.MEND,
                            12,
                            4096,
                            0,
                            List.of(new TransferReport.Source(CORA, 12, true)),
                            1),
                        new TransferReport(
                            new PartitionId(8),
                            Epoch.FIRST.next(),
                            TransferPurpose.LOAD,
                            0,
                            0,
                            0,
                            List.of(),
                            2)),
                    List.of(new WaitingHints(CORA, 9, 900, -1)),
                    List.of(new ReplicaReport(new PartitionId(7), 100, 1_700_000_000_000L, 2))))));
    return examples;
  }

  private static NodeReport report(
      int loading,
      long loadedBytes,
      long loadedBytesPerSecond,
      @Nullable AntiEntropyReport antiEntropy) {
    return report(loading, loadedBytes, loadedBytesPerSecond, antiEntropy, null);
  }

  private static NodeReport report(
      int loading,
      long loadedBytes,
      long loadedBytesPerSecond,
      @Nullable AntiEntropyReport antiEntropy,
      @Nullable NodeDetails details) {
    return new NodeReport(
        BERTS,
        true,
        "ready",
        "rocksdb",
        "every-batch",
        100,
        2,
        4096,
        154,
        1,
        9,
        loading,
        loadedBytes,
        loadedBytesPerSecond,
        1,
        8,
        7,
        antiEntropy,
        details,
        "0.1.0");
  }

  private static void addRequests(Map<String, WireMessage> examples) {
    for (WriteOrigin origin : WriteOrigin.values()) {
      examples.put(
          "request-write-" + origin.name().toLowerCase(Locale.ROOT),
          requests(new ReplicaRequest.Write(KEY, Epoch.FIRST, VALUE, origin)));
    }
    examples.put(
        "request-write-tombstone",
        requests(new ReplicaRequest.Write(KEY, Epoch.FIRST, TOMBSTONE, WriteOrigin.PUT)));
    examples.put("request-read", requests(new ReplicaRequest.Read(STRANGE_KEY, new Epoch(2, 9))));
    examples.put(
        "request-several",
        requests(
            new ReplicaRequest.Read(KEY, Epoch.FIRST),
            new ReplicaRequest.Write(STRANGE_KEY, Epoch.FIRST, EXPIRING, WriteOrigin.PUT)));
    examples.put("request-none", requests());
  }

  private static RequestFrame requests(ReplicaRequest... requests) {
    List<RequestFrame.Item> items = new ArrayList<>();
    for (ReplicaRequest request : requests) {
      items.add(new RequestFrame.Item(items.size() + 40L, 2_999, request));
    }
    return new RequestFrame(CLUSTER, ANNE, ANNES, BERT, BERTS, 12, TIME, items);
  }

  private static void addReplies(Map<String, WireMessage> examples) {
    for (WriteResult result : WriteResult.values()) {
      Entry held = result == WriteResult.APPLIED ? null : TOMBSTONE;
      examples.put(
          "reply-wrote-" + result.name().toLowerCase(Locale.ROOT),
          replies(new ReplicaReply.Wrote(result, held)));
    }
    examples.put("reply-copy", replies(new ReplicaReply.Copy(EXPIRING)));
    examples.put("reply-copy-absent", replies(new ReplicaReply.Copy(null)));
    for (RefusalReason reason : RefusalReason.values()) {
      examples.put(
          "reply-refused-" + reason.name().toLowerCase(Locale.ROOT),
          replies(ReplicaReply.Refused.of(reason)));
    }
    examples.put(
        "reply-refused-with-configuration",
        replies(
            new ReplicaReply.Refused(
                RefusalReason.STALE_EPOCH,
                Configuration.stable(PARTITION, new Epoch(0, 2), List.of(ANNE, BERT)))));
    examples.put(
        "reply-refused-with-joint-configuration",
        replies(
            new ReplicaReply.Refused(
                RefusalReason.STALE_EPOCH,
                new Configuration(
                    PARTITION, new Epoch(1, 3), List.of(ANNE, BERT), List.of(BERT, CORA)))));
    examples.put(
        "reply-several",
        replies(
            new ReplicaReply.Copy(VALUE),
            new ReplicaReply.Wrote(WriteResult.APPLIED, null),
            new ReplicaReply.Wrote(WriteResult.SUPERSEDED, VALUE)));
  }

  private static ReplyFrame replies(ReplicaReply... replies) {
    List<ReplyFrame.Item> items = new ArrayList<>();
    for (ReplicaReply reply : replies) {
      items.add(new ReplyFrame.Item(items.size() + 40L, reply));
    }
    return new ReplyFrame(BERT, BERTS, ANNE, ANNES, 12, TIME.next(), items);
  }

  private static void addCopies(Map<String, WireMessage> examples) {
    examples.put("piece", new FramePiece(ANNE, ANNES, BERT, 3, 1, 2, 9, Bytes.ofUtf8("last")));
    examples.put(
        "copy-request-first",
        new CopyRequest(8, ANNE, ANNES, BERT, PARTITION, Epoch.FIRST, null, 131_072));
    examples.put(
        "copy-request-next",
        new CopyRequest(9, ANNE, ANNES, BERT, PARTITION, Epoch.FIRST, KEY, 131_072));
    for (CopyPage.Status status : CopyPage.Status.values()) {
      List<KeyedEntry> entries =
          status == CopyPage.Status.REFUSED
              ? List.of()
              : List.of(new KeyedEntry(STRANGE_KEY, VALUE), new KeyedEntry(KEY, TOMBSTONE));
      examples.put(
          "copy-page-" + status.name().toLowerCase(Locale.ROOT),
          new CopyPage(9, BERT, BERTS, ANNE, PARTITION, status, VALUE.version(), TIME, entries));
    }
  }

  private static void addComparisons(Map<String, WireMessage> examples) {
    ComparisonHeader asked =
        new ComparisonHeader(11, 3, ANNE, ANNES, BERT, PARTITION, new Epoch(0, 4));
    ComparisonHeader answered = asked.answeredBy(BERTS);
    examples.put("compare-root-request", new AntiEntropyMessage.RootRequest(asked));
    examples.put(
        "compare-root-reply",
        new AntiEntropyMessage.RootReply(
            answered, new TreeSummary(0xfedc_ba98_7654_3210L, 1_000_000, 4)));
    examples.put(
        "compare-nodes-request-few",
        new AntiEntropyMessage.NodesRequest(asked, TreeNodes.of(3, 0x123, 0xabc)));
    examples.put(
        "compare-nodes-request-many",
        new AntiEntropyMessage.NodesRequest(asked, TreeNodes.of(1, 0, 3, 15)));
    examples.put(
        "compare-nodes-reply",
        new AntiEntropyMessage.NodesReply(
            answered, Digests.copyOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -1)));
    examples.put(
        "compare-listing-request-all",
        new AntiEntropyMessage.ListingRequest(asked, TreeNodes.ROOT, null, null, Digests.EMPTY));
    examples.put(
        "compare-listing-request-range",
        new AntiEntropyMessage.ListingRequest(
            asked, TreeNodes.of(4, 0xabcd, 7), STRANGE_KEY, KEY, Digests.copyOf(8, -9)));
    examples.put(
        "compare-listing-reply",
        new AntiEntropyMessage.ListingReply(
            answered,
            KEY,
            Bytes.copyOf(new byte[] {2}),
            List.of(
                new KeyVersion(STRANGE_KEY, VERSION, true), new KeyVersion(KEY, VERSION, false))));
    examples.put(
        "compare-listing-reply-last",
        new AntiEntropyMessage.ListingReply(answered, null, Bytes.EMPTY, List.of()));
    examples.put(
        "compare-refused", new AntiEntropyMessage.Refused(answered, RefusalReason.STALE_EPOCH));
  }

  private static void addTombstones(Map<String, WireMessage> examples) {
    ComparisonHeader asked =
        new ComparisonHeader(12, 0, ANNE, ANNES, BERT, PARTITION, new Epoch(0, 4));
    ComparisonHeader answered = asked.answeredBy(BERTS);
    List<KeyVersion> dead =
        List.of(new KeyVersion(STRANGE_KEY, VERSION, true), new KeyVersion(KEY, VERSION, false));
    examples.put("tombstones-asked", new TombstoneMessage.Asked(asked, dead));
    examples.put(
        "tombstones-confirmed",
        new TombstoneMessage.Confirmed(answered, Bytes.copyOf(new byte[] {3})));
    examples.put("tombstones-drop", new TombstoneMessage.Drop(asked, dead));
    examples.put("tombstones-dropped", new TombstoneMessage.Dropped(answered, true));
  }

  private static void addFounding(Map<String, WireMessage> examples) {
    Ballot ballot = new Ballot(4, ANNE);
    Ballot higher = new Ballot(5, BERT);
    examples.put("founding-prepare", new FoundingMessage.Prepare(ANNE, BERT, ballot));
    examples.put(
        "founding-promise", new FoundingMessage.Promise(BERT, ANNE, ballot, Ballot.NONE, null));
    examples.put(
        "founding-promise-of-accepted",
        new FoundingMessage.Promise(BERT, ANNE, higher, ballot, FOUNDING));
    examples.put("founding-accept", new FoundingMessage.Accept(ANNE, BERT, ballot, FOUNDING));
    examples.put("founding-accepted", new FoundingMessage.Accepted(BERT, ANNE, ballot));
    examples.put("founding-rejected", new FoundingMessage.Rejected(BERT, ANNE, ballot, higher));
    examples.put("founding-decided", new FoundingMessage.Decided(ANNE, BERT, FOUNDING));
    examples.put("founding-stored", new FoundingMessage.Stored(BERT, ANNE, CLUSTER));
    examples.put("founding-activated", new FoundingMessage.Activated(ANNE, BERT, CLUSTER));
    examples.put("founding-asked-to-join", new FoundingMessage.AskedToJoin(CORA, ANNE));
    examples.put("founding-welcome", new FoundingMessage.Welcome(ANNE, CORA, FOUNDING));
  }

  private static void addSuccession(Map<String, WireMessage> examples) {
    Ballot ballot = new Ballot(4, ANNE);
    Ballot higher = new Ballot(5, BERT);
    Epoch epoch = new Epoch(0, 2);
    Configuration stable = Configuration.stable(PARTITION, epoch, List.of(ANNE, BERT));
    Configuration joint =
        new Configuration(PARTITION, epoch.next(), List.of(ANNE, BERT), List.of(BERT, CORA));
    Succession present = new Succession(stable, List.of(BERT));
    Succession next = new Succession(joint, List.of(ANNE, BERT));
    examples.put("succession-prepare", new SuccessionMessage.Prepare(ANNE, BERT, present, ballot));
    examples.put(
        "succession-promise",
        new SuccessionMessage.Promise(BERT, ANNE, PARTITION, epoch, ballot, Ballot.NONE, null));
    examples.put(
        "succession-promise-of-accepted",
        new SuccessionMessage.Promise(BERT, ANNE, PARTITION, epoch, higher, ballot, joint));
    examples.put(
        "succession-accept", new SuccessionMessage.Accept(ANNE, BERT, present, ballot, joint));
    examples.put(
        "succession-accepted",
        new SuccessionMessage.Accepted(BERT, ANNE, PARTITION, epoch, ballot));
    examples.put(
        "succession-rejected",
        new SuccessionMessage.Rejected(BERT, ANNE, PARTITION, epoch, ballot, higher));
    examples.put("succession-install", new SuccessionMessage.Install(ANNE, CORA, next, false));
    examples.put("succession-served", new SuccessionMessage.Install(ANNE, CORA, next, true));
    examples.put(
        "succession-installed",
        new SuccessionMessage.Installed(CORA, ANNE, PARTITION, joint.epoch()));
    examples.put("loading-asked", new LoadingMessage.Asked(ANNE, CORA));
    examples.put(
        "loading-told",
        new LoadingMessage.Told(
            CORA, ANNE, List.of(new LoadingMessage.Loaded(PARTITION, joint.epoch()))));
    examples.put(
        "table-digest", new TableMessage.Digest(ANNE, BERT, CLUSTER, -7_123_456_789_012L, false));
    examples.put(
        "table-epochs",
        new TableMessage.Epochs(
            BERT,
            ANNE,
            CLUSTER,
            List.of(
                new TableMessage.Row(Epoch.NONE, 0), new TableMessage.Row(epoch, 7_654_321_987L)),
            true));
    Configuration roster =
        Configuration.roster(
            epoch,
            List.of(ANNE, CORA),
            List.of(
                new Configuration(PARTITION, new Epoch(1, 1), List.of(ANNE), List.of(ANNE, CORA))));
    examples.put(
        "succession-roster",
        new SuccessionMessage.Install(
            ANNE, CORA, new Succession(roster, List.of(ANNE, BERT, CORA)), true));
  }

  private static Greeting greeting(
      @Nullable ClusterId cluster,
      boolean serves,
      boolean isLeaving,
      @Nullable SeenRuns remembered) {
    return new Greeting(
        FOUNDING.founders().get(1),
        ANNES,
        cluster,
        serves,
        FOUNDING.shape(),
        TIME,
        1_764_000_000_123L,
        2,
        serves,
        isLeaving,
        isLeaving ? CORA : null,
        remembered);
  }
}
