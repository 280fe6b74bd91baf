package io.aitta.replica;

import io.aitta.model.Bytes;
import io.aitta.model.Configuration;
import io.aitta.model.Epoch;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Succession;
import io.aitta.partition.PartitionState;
import io.aitta.storage.StorageException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The stored form of what a node knows of its partitions' configurations and of the roster, one
 * record for each whose configuration is not its first, and of which joint ones it has loaded.
 */
public final class StoredPartitions {
  /** Names the record of the joint configurations that were loaded. */
  public static final String LOADED = "loaded";

  private StoredPartitions() {}

  /** Names the record of a partition. */
  public static String name(PartitionId partition) {
    return partition.isRoster() ? "roster" : "partition-" + partition.value();
  }

  /** Writes what is known of a partition. */
  public static Bytes encode(PartitionState state) {
    return MetadataFormat.encode(
        out -> {
          writeSuccession(out, state.installed());
          out.writeBoolean(state.isServed());
          MetadataFormat.writeBallot(out, state.promised());
          MetadataFormat.writeBallot(out, state.acceptedBallot());
          out.writeBoolean(state.accepted() != null);
          if (state.accepted() != null) {
            writeConfiguration(out, state.accepted());
          }
          out.writeBoolean(state.conflict() != null);
          if (state.conflict() != null) {
            writeSuccession(out, state.conflict());
          }
        });
  }

  /** Reads what is known of a partition. */
  public static PartitionState decode(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        "partition",
        stored,
        in ->
            new PartitionState(
                readSuccession(in),
                in.readBoolean(),
                MetadataFormat.readBallot(in),
                MetadataFormat.readBallot(in),
                in.readBoolean() ? readConfiguration(in) : null,
                in.readBoolean() ? readSuccession(in) : null));
  }

  /** Writes which joint configurations were loaded. */
  public static Bytes encodeLoaded(Map<PartitionId, Epoch> loaded) {
    return MetadataFormat.encode(
        out -> {
          out.writeInt(loaded.size());
          for (Map.Entry<PartitionId, Epoch> one : loaded.entrySet()) {
            out.writeInt(one.getKey().value());
            writeEpoch(out, one.getValue());
          }
        });
  }

  /** Reads which joint configurations were loaded. */
  public static Map<PartitionId, Epoch> decodeLoaded(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        LOADED,
        stored,
        in -> {
          Map<PartitionId, Epoch> loaded = new LinkedHashMap<>();
          int count = MetadataFormat.readCount(in);
          for (int i = 0; i < count; i++) {
            loaded.put(new PartitionId(in.readInt()), readEpoch(in));
          }
          return loaded;
        });
  }

  private static void writeSuccession(DataOutputStream out, Succession succession)
      throws IOException {
    writeConfiguration(out, succession.configuration());
    writeNodes(out, succession.predecessors());
  }

  private static Succession readSuccession(DataInputStream in) throws IOException {
    return new Succession(readConfiguration(in), readNodes(in));
  }

  private static void writeConfiguration(DataOutputStream out, Configuration configuration)
      throws IOException {
    out.writeInt(configuration.partition().value());
    writeEpoch(out, configuration.epoch());
    writeNodes(out, configuration.members());
    writeNodes(out, configuration.successors());
    out.writeInt(configuration.recoveries().size());
    for (Configuration recovery : configuration.recoveries()) {
      writeConfiguration(out, recovery);
    }
  }

  private static Configuration readConfiguration(DataInputStream in) throws IOException {
    PartitionId partition = new PartitionId(in.readInt());
    Epoch epoch = readEpoch(in);
    List<NodeId> members = readNodes(in);
    List<NodeId> successors = readNodes(in);
    int count = MetadataFormat.readCount(in);
    List<Configuration> recoveries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      recoveries.add(readConfiguration(in));
    }
    return new Configuration(partition, epoch, members, successors, recoveries);
  }

  private static void writeEpoch(DataOutputStream out, Epoch epoch) throws IOException {
    out.writeInt(epoch.recoveryTerm());
    out.writeInt(epoch.number());
  }

  private static Epoch readEpoch(DataInputStream in) throws IOException {
    return new Epoch(in.readInt(), in.readInt());
  }

  private static void writeNodes(DataOutputStream out, List<NodeId> nodes) throws IOException {
    out.writeInt(nodes.size());
    for (NodeId node : nodes) {
      out.writeLong(node.value());
    }
  }

  private static List<NodeId> readNodes(DataInputStream in) throws IOException {
    int count = MetadataFormat.readCount(in);
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeId(in.readLong()));
    }
    return nodes;
  }
}
