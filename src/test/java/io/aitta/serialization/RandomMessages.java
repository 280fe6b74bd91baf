package io.aitta.serialization;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.Configuration;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.FramePiece;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.KeyedEntry;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.RefusalReason;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.TreeNodes;
import io.aitta.model.TreeSummary;
import io.aitta.model.Version;
import io.aitta.model.WireMessage;
import io.aitta.model.WriteOrigin;
import io.aitta.model.WriteResult;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Draws messages that carry data, with the extremes of every field among them. */
final class RandomMessages {
  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  WireMessage message() {
    return switch (random.nextInt(7)) {
      case 0 ->
          new RequestFrame(
              new ClusterId(new UUID(anyLong(), anyLong())),
              node(),
              incarnation(),
              node(),
              incarnation(),
              anyLong(),
              time(),
              some(() -> new RequestFrame.Item(anyLong(), anyInt(), request())));
      case 1 ->
          new ReplyFrame(
              node(),
              incarnation(),
              node(),
              incarnation(),
              anyLong(),
              time(),
              some(() -> new ReplyFrame.Item(anyLong(), reply())));
      case 2 -> piece();
      case 3 ->
          new CopyRequest(
              anyLong(),
              node(),
              incarnation(),
              node(),
              partition(),
              epoch(),
              random.nextBoolean() ? key() : null,
              anyInt());
      case 4 -> comparing();
      case 5 -> dropping();
      default ->
          new CopyPage(
              anyLong(),
              node(),
              incarnation(),
              node(),
              partition(),
              oneOf(CopyPage.Status.values()),
              new Version(time(), node()),
              time(),
              some(() -> new KeyedEntry(key(), entry())));
    };
  }

  private TombstoneMessage dropping() {
    List<KeyVersion> dead =
        some(() -> new KeyVersion(key(), new Version(time(), node()), random.nextBoolean()));
    return switch (random.nextInt(4)) {
      case 0 -> new TombstoneMessage.Asked(header(), dead);
      case 1 -> new TombstoneMessage.Confirmed(header(), Bytes.wrap(bytes(random.nextInt(20))));
      case 2 -> new TombstoneMessage.Drop(header(), dead);
      default -> new TombstoneMessage.Dropped(header(), random.nextBoolean());
    };
  }

  private ComparisonHeader header() {
    return new ComparisonHeader(
        anyLong(), anyInt(), node(), incarnation(), node(), partition(), epoch());
  }

  private AntiEntropyMessage comparing() {
    ComparisonHeader header = header();
    return switch (random.nextInt(7)) {
      case 0 -> new AntiEntropyMessage.RootRequest(header);
      case 1 ->
          new AntiEntropyMessage.RootReply(
              header, new TreeSummary(anyLong(), anyLong() & Long.MAX_VALUE, random.nextInt(5)));
      case 2 -> new AntiEntropyMessage.NodesRequest(header, nodes());
      case 3 -> new AntiEntropyMessage.NodesReply(header, digests());
      case 4 ->
          new AntiEntropyMessage.ListingRequest(
              header,
              nodes(),
              random.nextBoolean() ? key() : null,
              random.nextBoolean() ? key() : null,
              digests());
      case 5 ->
          new AntiEntropyMessage.ListingReply(
              header,
              random.nextBoolean() ? key() : null,
              Bytes.wrap(bytes(random.nextInt(50))),
              some(() -> new KeyVersion(key(), new Version(time(), node()), random.nextBoolean())));
      default -> new AntiEntropyMessage.Refused(header, oneOf(RefusalReason.values()));
    };
  }

  private TreeNodes nodes() {
    int level = random.nextInt(TreeNodes.MAX_LEVEL + 1);
    int count = random.nextInt(random.nextInt(4) == 0 ? 8_000 : 10);
    return TreeNodes.of(level, random.ints(count, 0, TreeNodes.count(level)).toArray());
  }

  private Digests digests() {
    return Digests.wrap(random.longs(random.nextInt(40)).toArray());
  }

  private FramePiece piece() {
    Bytes content = Bytes.wrap(bytes(1 + random.nextInt(5000)));
    int count = 2 + random.nextInt(100);
    return new FramePiece(
        node(),
        incarnation(),
        node(),
        anyLong(),
        random.nextInt(count),
        count,
        content.size() + count + random.nextInt(1_000_000),
        content);
  }

  private ReplicaRequest request() {
    return random.nextBoolean()
        ? new ReplicaRequest.Read(key(), epoch())
        : new ReplicaRequest.Write(key(), epoch(), entry(), oneOf(WriteOrigin.values()));
  }

  private ReplicaReply reply() {
    return switch (random.nextInt(3)) {
      case 0 -> {
        WriteResult result = oneOf(WriteResult.values());
        yield new ReplicaReply.Wrote(result, result == WriteResult.APPLIED ? null : entry());
      }
      case 1 -> new ReplicaReply.Copy(random.nextBoolean() ? entry() : null, anyLong());
      default ->
          new ReplicaReply.Refused(
              oneOf(RefusalReason.values()), random.nextBoolean() ? configuration() : null);
    };
  }

  private Configuration configuration() {
    return new Configuration(
        partition(),
        epoch(),
        Stream.concat(Stream.of(node()), some(this::node).stream()).distinct().toList(),
        some(this::node).stream().distinct().toList());
  }

  private Entry entry() {
    Version version = new Version(time(), node());
    if (random.nextInt(4) == 0) {
      return Entry.tombstone(version);
    }
    return Entry.value(
        version,
        random.nextBoolean() ? Entry.NEVER : anyLong() & Long.MAX_VALUE,
        "c".repeat(random.nextInt(Entry.MAX_CODEC_CHARS + 1)),
        Bytes.wrap(bytes(random.nextInt(random.nextInt(10) == 0 ? 50_000 : 200))));
  }

  private Key key() {
    String store = "s".repeat(1 + random.nextInt(64));
    String letter = oneOf(new String[] {"k", "\u00e4", "\u20ac", "\uD83D\uDE00"});
    return Key.of(store, letter.repeat(1 + random.nextInt(Key.MAX_KEY_BYTES / 4)));
  }

  private Epoch epoch() {
    return new Epoch(anyInt() & Integer.MAX_VALUE, anyInt() & Integer.MAX_VALUE);
  }

  private PartitionId partition() {
    return new PartitionId(random.nextInt(PartitionId.MAX_COUNT));
  }

  private NodeId node() {
    return new NodeId(anyLong());
  }

  private Incarnation incarnation() {
    return new Incarnation(anyLong());
  }

  private HybridTime time() {
    return new HybridTime(anyLong() & Long.MAX_VALUE);
  }

  private long anyLong() {
    return oneOf(new Long[] {0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, random.nextLong()});
  }

  private int anyInt() {
    return oneOf(new Integer[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, random.nextInt()});
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> T oneOf(T[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <T> List<T> some(Supplier<T> each) {
    return Stream.generate(each).limit(random.nextInt(20)).toList();
  }
}
