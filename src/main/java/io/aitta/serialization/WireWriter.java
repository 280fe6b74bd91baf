package io.aitta.serialization;

import io.aitta.model.Bytes;
import io.aitta.model.ClusterId;
import io.aitta.model.Configuration;
import io.aitta.model.Digests;
import io.aitta.model.Entry;
import io.aitta.model.Epoch;
import io.aitta.model.HybridTime;
import io.aitta.model.Incarnation;
import io.aitta.model.Key;
import io.aitta.model.NodeId;
import io.aitta.model.PartitionId;
import io.aitta.model.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the parts of messages, big-endian, into a buffer that has room for them. */
final class WireWriter {
  private final ByteBuffer out;

  WireWriter(ByteBuffer out) {
    this.out = out;
  }

  void writeByte(int value) {
    out.put((byte) value);
  }

  void writeInt(int value) {
    out.putInt(value);
  }

  void writeLong(long value) {
    out.putLong(value);
  }

  void writeFlag(boolean flag) {
    out.put(flag ? (byte) 1 : 0);
  }

  void writeBytes(Bytes bytes) {
    out.putInt(bytes.size());
    bytes.writeTo(out);
  }

  void writeKey(Key key) {
    out.putShort((short) key.encodedSize());
    key.writeTo(out);
  }

  void writeKeyOrNull(@Nullable Key key) {
    writeFlag(key != null);
    if (key != null) {
      writeKey(key);
    }
  }

  void writeNode(NodeId node) {
    out.putLong(node.value());
  }

  void writeIncarnation(Incarnation incarnation) {
    out.putLong(incarnation.value());
  }

  void writeTime(HybridTime time) {
    out.putLong(time.packed());
  }

  void writeVersion(Version version) {
    writeTime(version.time());
    writeNode(version.node());
  }

  void writeEpoch(Epoch epoch) {
    out.putInt(epoch.recoveryTerm()).putInt(epoch.number());
  }

  void writePartition(PartitionId partition) {
    out.putInt(partition.value());
  }

  void writeCluster(ClusterId cluster) {
    out.putLong(cluster.value().getMostSignificantBits())
        .putLong(cluster.value().getLeastSignificantBits());
  }

  void writeEntry(Entry entry) {
    writeVersion(entry.version());
    writeFlag(entry.tombstone());
    out.putLong(entry.expiresAtMillis());
    byte[] codec = entry.codec().getBytes(StandardCharsets.US_ASCII);
    out.put((byte) codec.length).put(codec);
    writeBytes(entry.value());
  }

  void writeDigests(Digests digests) {
    out.putInt(digests.size());
    for (int i = 0; i < digests.size(); i++) {
      out.putLong(digests.get(i));
    }
  }

  void writeEntryOrNull(@Nullable Entry entry) {
    writeFlag(entry != null);
    if (entry != null) {
      writeEntry(entry);
    }
  }

  void writeConfigurationOrNull(@Nullable Configuration configuration) {
    writeFlag(configuration != null);
    if (configuration != null) {
      writePartition(configuration.partition());
      writeEpoch(configuration.epoch());
      writeNodes(configuration.members());
      writeNodes(configuration.successors());
    }
  }

  private void writeNodes(List<NodeId> nodes) {
    out.putInt(nodes.size());
    nodes.forEach(this::writeNode);
  }
}
