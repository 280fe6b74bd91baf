package io.aitta.serialization;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.AntiEntropyMessage.ListingReply;
import io.aitta.model.AntiEntropyMessage.ListingRequest;
import io.aitta.model.AntiEntropyMessage.NodesReply;
import io.aitta.model.AntiEntropyMessage.NodesRequest;
import io.aitta.model.AntiEntropyMessage.Refused;
import io.aitta.model.AntiEntropyMessage.RootReply;
import io.aitta.model.AntiEntropyMessage.RootRequest;
import io.aitta.model.ComparisonHeader;
import io.aitta.model.KeyVersion;
import io.aitta.model.TreeNodes;
import io.aitta.model.TreeSummary;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The form of what is said in comparisons. Nodes are the list of their indices in two bytes each,
 * or a bit for every node of the level, whichever is shorter.
 */
final class AntiEntropyFormat {
  private static final Map<Class<? extends AntiEntropyMessage>, String> MANIFESTS =
      Map.of(
          RootRequest.class, "E1",
          RootReply.class, "E2",
          NodesRequest.class, "E3",
          NodesReply.class, "E4",
          ListingRequest.class, "E5",
          ListingReply.class, "E6",
          Refused.class, "E7");

  /** A key of four bytes at least, a version and a flag. */
  private static final int MIN_RECORD_BYTES = 2 + 4 + 16 + 1;

  private AntiEntropyFormat() {}

  static String manifest(AntiEntropyMessage message) {
    String manifest = MANIFESTS.get(message.getClass());
    if (manifest == null) {
      throw new IllegalStateException("no manifest for " + message.getClass().getName());
    }
    return manifest;
  }

  static void write(AntiEntropyMessage message, WireWriter out) {
    write(message.header(), out);
    if (message instanceof RootReply reply) {
      out.writeLong(reply.root().digest());
      out.writeLong(reply.root().records());
      out.writeByte(reply.root().depth());
    } else if (message instanceof NodesRequest request) {
      write(request.parents(), out);
    } else if (message instanceof NodesReply reply) {
      out.writeDigests(reply.children());
    } else if (message instanceof ListingRequest request) {
      write(request.nodes(), out);
      out.writeKeyOrNull(request.after());
      out.writeKeyOrNull(request.through());
      out.writeDigests(request.digests());
    } else if (message instanceof ListingReply reply) {
      out.writeKeyOrNull(reply.through());
      out.writeBytes(reply.unknown());
      out.writeInt(reply.others().size());
      reply.others().forEach(other -> write(other, out));
    } else if (message instanceof Refused refused) {
      out.writeByte(WireCodes.REASONS.code(refused.reason()));
    }
  }

  static AntiEntropyMessage read(String manifest, WireReader in) {
    return switch (manifest) {
      case "E1" -> new RootRequest(readHeader(in));
      case "E2" ->
          new RootReply(
              readHeader(in), new TreeSummary(in.readLong(), in.readLong(), in.readByte()));
      case "E3" -> new NodesRequest(readHeader(in), readNodes(in));
      case "E4" -> new NodesReply(readHeader(in), in.readDigests());
      case "E5" ->
          new ListingRequest(
              readHeader(in),
              readNodes(in),
              in.readKeyOrNull(),
              in.readKeyOrNull(),
              in.readDigests());
      case "E6" ->
          new ListingReply(readHeader(in), in.readKeyOrNull(), in.readBytes(), readRecords(in));
      case "E7" -> new Refused(readHeader(in), WireCodes.REASONS.constant(in.readByte()));
      default -> throw new MalformedMessageException("unknown manifest");
    };
  }

  static void write(ComparisonHeader header, WireWriter out) {
    out.writeLong(header.id());
    out.writeInt(header.round());
    out.writeNode(header.from());
    out.writeIncarnation(header.fromIncarnation());
    out.writeNode(header.to());
    out.writePartition(header.partition());
    out.writeEpoch(header.epoch());
  }

  static ComparisonHeader readHeader(WireReader in) {
    return new ComparisonHeader(
        in.readLong(),
        in.readInt(),
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readPartition(),
        in.readEpoch());
  }

  private static void write(TreeNodes nodes, WireWriter out) {
    out.writeByte(nodes.level());
    out.writeInt(nodes.size());
    int bitmapBytes = bitmapBytes(nodes.level());
    if (bitmapBytes <= 2 * nodes.size()) {
      byte[] bitmap = nodes.indices().toByteArray();
      for (int i = 0; i < bitmapBytes; i++) {
        out.writeByte(i < bitmap.length ? bitmap[i] : 0);
      }
      return;
    }
    for (int index = nodes.next(0); index >= 0; index = nodes.next(index + 1)) {
      out.writeByte(index >>> Byte.SIZE);
      out.writeByte(index);
    }
  }

  private static TreeNodes readNodes(WireReader in) {
    int level = in.readByte();
    int size = in.readInt();
    if (level < 0 || level > TreeNodes.MAX_LEVEL || size < 0 || size > TreeNodes.count(level)) {
      throw new MalformedMessageException("no [" + size + "] nodes of level [" + level + "]");
    }
    int bitmapBytes = bitmapBytes(level);
    BitSet indices =
        bitmapBytes <= 2 * size ? BitSet.valueOf(in.readFixed(bitmapBytes)) : readIndices(size, in);
    if (indices.cardinality() != size) {
      throw new MalformedMessageException(
          "[" + size + "] nodes announced, were [" + indices.cardinality() + "]");
    }
    return TreeNodes.of(level, indices);
  }

  private static BitSet readIndices(int size, WireReader in) {
    BitSet indices = new BitSet();
    for (int i = 0; i < size; i++) {
      int index = in.readUnsignedShort();
      if (index < indices.length()) {
        throw new MalformedMessageException("indices must rise, [" + index + "] does not");
      }
      indices.set(index);
    }
    return indices;
  }

  private static int bitmapBytes(int level) {
    return (TreeNodes.count(level) + Byte.SIZE - 1) / Byte.SIZE;
  }

  static void write(KeyVersion record, WireWriter out) {
    out.writeKey(record.key());
    out.writeVersion(record.version());
    out.writeFlag(record.tombstone());
  }

  static List<KeyVersion> readRecords(WireReader in) {
    int count = in.readCount(MIN_RECORD_BYTES);
    List<KeyVersion> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(new KeyVersion(in.readKey(), in.readVersion(), in.readFlag()));
    }
    return records;
  }
}
