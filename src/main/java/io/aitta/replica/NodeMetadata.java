package io.aitta.replica;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.ClusterShape;
import io.aitta.model.Founding;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.PeerDescription;
import io.aitta.model.SeenRuns;
import io.aitta.partition.FoundingState;
import io.aitta.storage.StorageException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of what a node must never forget: its id, how often it started, the ceilings of
 * its clock, what it promised and accepted when the cluster was founded, and which partitions are
 * not whole (protocol rules 9, 12, 14). Each record begins with a format byte; a higher one was
 * written by a newer version.
 */
public final class NodeMetadata {
  /** Names the record of {@link Identity}. */
  public static final String IDENTITY = "identity";

  /** Names the record of {@link Ceilings}. */
  public static final String CEILINGS = "clock";

  /** Names the record of {@link FoundingState}. */
  public static final String FOUNDING = "founding";

  /** Names the record of the partitions that are not whole. */
  public static final String RECOVERING = "recovering";

  /** Names the record of why this node's data must never be served; absent if it may be. */
  public static final String SET_BACK = "set-back";

  /** Names the record of the runs that were seen of other nodes. */
  public static final String PEERS = "peers";

  private NodeMetadata() {}

  /** Writes an identity. */
  public static Bytes encodeIdentity(Identity identity) {
    return MetadataFormat.encode(
        out -> {
          out.writeLong(identity.node().value());
          out.writeInt(identity.startCounter());
        });
  }

  /** Reads an identity. */
  public static Identity decodeIdentity(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        IDENTITY, stored, in -> new Identity(new NodeId(in.readLong()), in.readInt()));
  }

  /** Writes the clock's ceilings. */
  public static Bytes encodeCeilings(Ceilings ceilings) {
    return MetadataFormat.encode(
        out -> {
          out.writeLong(ceilings.issued().packed());
          out.writeLong(ceilings.exempt().packed());
        });
  }

  /** Reads the clock's ceilings. */
  public static Ceilings decodeCeilings(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        CEILINGS,
        stored,
        in -> new Ceilings(new HybridTime(in.readLong()), new HybridTime(in.readLong())));
  }

  /** Writes the partitions that are not whole. */
  public static Bytes encodeRecovering(Set<PartitionId> recovering) {
    return MetadataFormat.encode(
        out -> {
          out.writeInt(recovering.size());
          for (PartitionId partition : recovering) {
            out.writeInt(partition.value());
          }
        });
  }

  /** Reads the partitions that are not whole. */
  public static Set<PartitionId> decodeRecovering(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        RECOVERING,
        stored,
        in -> {
          Set<PartitionId> recovering = new LinkedHashSet<>();
          int count = MetadataFormat.readCount(in);
          for (int i = 0; i < count; i++) {
            recovering.add(new PartitionId(in.readInt()));
          }
          return recovering;
        });
  }

  /** Writes why the data must never be served. */
  public static Bytes encodeSetBack(String reason) {
    return MetadataFormat.encode(out -> out.writeUTF(reason));
  }

  /** Reads why the data must never be served. */
  public static String decodeSetBack(Bytes stored) throws StorageException {
    return MetadataFormat.decode(SET_BACK, stored, in -> in.readUTF());
  }

  /** Writes the runs that were seen of each peer. */
  public static Bytes encodePeers(Map<NodeId, SeenRuns> runs) {
    return MetadataFormat.encode(
        2,
        out -> {
          out.writeInt(runs.size());
          for (Map.Entry<NodeId, SeenRuns> peer : runs.entrySet()) {
            out.writeLong(peer.getKey().value());
            out.writeLong(peer.getValue().last().value());
            out.writeLong(peer.getValue().lastTime().packed());
            out.writeLong(peer.getValue().earlierTime().packed());
          }
        });
  }

  /** Reads the runs that were seen of each peer. */
  public static Map<NodeId, SeenRuns> decodePeers(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        PEERS,
        2,
        stored,
        (format, in) -> {
          Map<NodeId, SeenRuns> runs = new LinkedHashMap<>();
          int count = MetadataFormat.readCount(in);
          for (int i = 0; i < count; i++) {
            runs.put(
                new NodeId(in.readLong()), format < 2 ? runBefore(in.readInt()) : readRuns(in));
          }
          return runs;
        });
  }

  private static SeenRuns readRuns(DataInputStream in) throws IOException {
    return new SeenRuns(
        new Incarnation(in.readLong()),
        new HybridTime(in.readLong()),
        new HybridTime(in.readLong()));
  }

  /**
   * The first format has start counters alone: the run that it saw may still be the present one.
   */
  private static SeenRuns runBefore(int startCounter) {
    return startCounter <= 1
        ? SeenRuns.NONE
        : new SeenRuns(Incarnation.of(startCounter - 1, 0), HybridTime.ZERO, HybridTime.ZERO);
  }

  /** Writes what was promised, accepted and decided when the cluster was founded. */
  public static Bytes encodeFounding(FoundingState founding) {
    return MetadataFormat.encode(
        2,
        out -> {
          MetadataFormat.writeBallot(out, founding.promised());
          MetadataFormat.writeBallot(out, founding.acceptedBallot());
          writeFounding(out, founding.accepted());
          writeFounding(out, founding.decided());
          out.writeBoolean(founding.isActive());
          writeCluster(out, founding.elsewhere());
        });
  }

  /** Reads what was promised, accepted and decided when the cluster was founded. */
  public static FoundingState decodeFounding(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        FOUNDING,
        2,
        stored,
        (format, in) ->
            new FoundingState(
                MetadataFormat.readBallot(in),
                MetadataFormat.readBallot(in),
                readFounding(in),
                readFounding(in),
                in.readBoolean(),
                format < 2 ? null : readCluster(in)));
  }

  private static void writeFounding(DataOutputStream out, @Nullable Founding founding)
      throws IOException {
    out.writeBoolean(founding != null);
    if (founding == null) {
      return;
    }
    writeId(out, founding.cluster());
    out.writeInt(founding.shape().partitions());
    out.writeInt(founding.shape().replicationFactor());
    out.writeInt(founding.founders().size());
    for (PeerDescription founder : founding.founders()) {
      out.writeLong(founder.node().value());
      out.writeUTF(founder.zone());
      out.writeDouble(founder.weight());
      out.writeUTF(founder.address());
    }
  }

  private static @Nullable Founding readFounding(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    ClusterId cluster = readId(in);
    ClusterShape shape = new ClusterShape(in.readInt(), in.readInt());
    int count = MetadataFormat.readCount(in);
    List<PeerDescription> founders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      founders.add(
          new PeerDescription(
              new NodeId(in.readLong()), in.readUTF(), in.readDouble(), in.readUTF()));
    }
    return new Founding(cluster, shape, founders);
  }

  private static void writeCluster(DataOutputStream out, @Nullable ClusterId cluster)
      throws IOException {
    out.writeBoolean(cluster != null);
    if (cluster != null) {
      writeId(out, cluster);
    }
  }

  private static @Nullable ClusterId readCluster(DataInputStream in) throws IOException {
    return in.readBoolean() ? readId(in) : null;
  }

  private static void writeId(DataOutputStream out, ClusterId cluster) throws IOException {
    out.writeLong(cluster.value().getMostSignificantBits());
    out.writeLong(cluster.value().getLeastSignificantBits());
  }

  private static ClusterId readId(DataInputStream in) throws IOException {
    return new ClusterId(new UUID(in.readLong(), in.readLong()));
  }

  /**
   * Who a node is.
   *
   * @param node its id
   * @param startCounter how often it was started with this data, from 1
   */
  public record Identity(NodeId node, int startCounter) {}

  /**
   * What the clock may issue up to, in its two sequences.
   *
   * @param issued above every version that was issued
   * @param exempt above every version that was issued far ahead, to succeed one which a replica
   *     held
   */
  public record Ceilings(HybridTime issued, HybridTime exempt) {}
}
