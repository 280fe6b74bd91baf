package io.aitta.replica;

import io.aitta.model.Ballot;
import io.aitta.model.Bytes;
import io.aitta.model.NodeId;
import io.aitta.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The frame of every metadata record: a format byte, of which a higher one was written by a newer
 * version, then what the record's kind writes.
 */
final class MetadataFormat {
  private static final int FORMAT = 1;
  private static final int MAX_LIST = 1 << 20;

  private MetadataFormat() {}

  static void writeBallot(DataOutputStream out, Ballot ballot) throws IOException {
    out.writeLong(ballot.round());
    out.writeLong(ballot.proposer().value());
  }

  static Ballot readBallot(DataInputStream in) throws IOException {
    return new Ballot(in.readLong(), new NodeId(in.readLong()));
  }

  static int readCount(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_LIST) {
      throw new IOException("list of [" + count + "] elements");
    }
    return count;
  }

  static Bytes encode(Writer writer) {
    return encode(FORMAT, writer);
  }

  static Bytes encode(int format, Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(format);
      writer.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  static <T> T decode(String name, Bytes stored, Reader<T> reader) throws StorageException {
    return decode(name, FORMAT, stored, (format, in) -> reader.readFrom(in));
  }

  static <T> T decode(String name, int newest, Bytes stored, FormatReader<T> reader)
      throws StorageException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored.toByteArray()))) {
      int format = in.readUnsignedByte();
      if (format > newest) {
        throw new StorageException(
            StorageException.Kind.FORMAT,
            "metadata ["
                + name
                + "] has format ["
                + format
                + "], this version reads up to ["
                + newest
                + "]");
      }
      return reader.readFrom(format, in);
    } catch (IOException | IllegalArgumentException e) {
      throw new StorageException(
          StorageException.Kind.CORRUPT, "metadata [" + name + "] cannot be read", e);
    }
  }

  @FunctionalInterface
  interface Writer {
    void writeTo(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  interface FormatReader<T> {
    T readFrom(int format, DataInputStream in) throws IOException;
  }

  @FunctionalInterface
  interface Reader<T> {
    T readFrom(DataInputStream in) throws IOException;
  }
}
