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
import org.jspecify.annotations.Nullable;

/**
 * The stored form of what a node knows of its partitions' configurations, one record for each
 * partition whose configuration is not its first, and of which joint ones it has loaded.
 */
public final class StoredPartitions {
  /** Names the record of the joint configurations that were loaded. */
  public static final String LOADED = "loaded";

  private StoredPartitions() {}

  /** Names the record of a partition. */
  public static String name(PartitionId partition) {
    return "partition-" + partition.value();
  }

  /** Writes what is known of a partition. */
  public static Bytes encode(PartitionState state) {
    return MetadataFormat.encode(
        out -> {
          Configuration configuration = state.installed().configuration();
          out.writeInt(configuration.partition().value());
          writeConfiguration(out, configuration);
          writeNodes(out, state.installed().predecessors());
          out.writeBoolean(state.isServed());
          MetadataFormat.writeBallot(out, state.promised());
          MetadataFormat.writeBallot(out, state.acceptedBallot());
          out.writeBoolean(state.accepted() != null);
          if (state.accepted() != null) {
            writeConfiguration(out, state.accepted());
          }
        });
  }

  /** Reads what is known of a partition. */
  public static PartitionState decode(Bytes stored) throws StorageException {
    return MetadataFormat.decode(
        "partition",
        stored,
        in -> {
          PartitionId partition = new PartitionId(in.readInt());
          Succession installed = new Succession(readConfiguration(in, partition), readNodes(in));
          return new PartitionState(
              installed,
              in.readBoolean(),
              MetadataFormat.readBallot(in),
              MetadataFormat.readBallot(in),
              readOptional(in, partition));
        });
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

  private static void writeConfiguration(DataOutputStream out, Configuration configuration)
      throws IOException {
    writeEpoch(out, configuration.epoch());
    writeNodes(out, configuration.members());
    writeNodes(out, configuration.successors());
  }

  private static Configuration readConfiguration(DataInputStream in, PartitionId partition)
      throws IOException {
    return new Configuration(partition, readEpoch(in), readNodes(in), readNodes(in));
  }

  private static @Nullable Configuration readOptional(DataInputStream in, PartitionId partition)
      throws IOException {
    return in.readBoolean() ? readConfiguration(in, partition) : null;
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
