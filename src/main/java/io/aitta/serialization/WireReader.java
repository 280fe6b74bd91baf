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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the parts of messages. Checks every length against what is left before it allocates. */
final class WireReader {
  private final ByteBuffer in;

  WireReader(ByteBuffer in) {
    this.in = in;
  }

  byte readByte() {
    return in.get();
  }

  int readInt() {
    return in.getInt();
  }

  long readLong() {
    return in.getLong();
  }

  boolean readFlag() {
    byte flag = in.get();
    if (flag != 0 && flag != 1) {
      throw new MalformedMessageException("flag must be 0 or 1, was [" + flag + "]");
    }
    return flag == 1;
  }

  /** Reads how many elements follow, of which each takes at least so many bytes. */
  int readCount(int minElementBytes) {
    int count = in.getInt();
    if (count < 0 || (long) count * minElementBytes > in.remaining()) {
      throw new MalformedMessageException(
          "[" + count + "] elements do not fit into [" + in.remaining() + "] bytes");
    }
    return count;
  }

  private byte[] readArray(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedMessageException(
          "[" + length + "] bytes are more than the [" + in.remaining() + "] that are left");
    }
    byte[] array = new byte[length];
    in.get(array);
    return array;
  }

  int readUnsignedShort() {
    return in.getShort() & 0xFFFF;
  }

  byte[] readFixed(int length) {
    return readArray(length);
  }

  Bytes readBytes() {
    return Bytes.wrap(readArray(in.getInt()));
  }

  Key readKey() {
    return Key.decode(readArray(in.getShort()));
  }

  @Nullable Key readKeyOrNull() {
    return readFlag() ? readKey() : null;
  }

  NodeId readNode() {
    return new NodeId(in.getLong());
  }

  Incarnation readIncarnation() {
    return new Incarnation(in.getLong());
  }

  HybridTime readTime() {
    return new HybridTime(in.getLong());
  }

  Version readVersion() {
    return new Version(readTime(), readNode());
  }

  Epoch readEpoch() {
    return new Epoch(in.getInt(), in.getInt());
  }

  PartitionId readPartition() {
    return new PartitionId(in.getInt());
  }

  ClusterId readCluster() {
    return new ClusterId(new UUID(in.getLong(), in.getLong()));
  }

  Entry readEntry() {
    Version version = readVersion();
    boolean tombstone = readFlag();
    long expiresAtMillis = in.getLong();
    String codec = readAscii();
    return new Entry(version, tombstone, expiresAtMillis, codec, readBytes());
  }

  private String readAscii() {
    byte[] text = readArray(in.get());
    for (byte letter : text) {
      if (letter < 0) {
        throw new MalformedMessageException("codec id is not ASCII");
      }
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  Digests readDigests() {
    long[] digests = new long[readCount(Long.BYTES)];
    for (int i = 0; i < digests.length; i++) {
      digests[i] = in.getLong();
    }
    return Digests.wrap(digests);
  }

  @Nullable Entry readEntryOrNull() {
    return readFlag() ? readEntry() : null;
  }

  @Nullable Configuration readConfigurationOrNull() {
    if (!readFlag()) {
      return null;
    }
    return new Configuration(readPartition(), readEpoch(), readNodes(), readNodes());
  }

  private List<NodeId> readNodes() {
    int count = readCount(Long.BYTES);
    List<NodeId> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(readNode());
    }
    return nodes;
  }

  void requireEnd() {
    if (in.hasRemaining()) {
      throw new MalformedMessageException(
          "[" + in.remaining() + "] bytes follow the end of the message");
    }
  }
}
