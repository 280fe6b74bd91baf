package io.aitta.serialization;

import io.aitta.model.FramePiece;
import io.aitta.model.ReplicaReply;
import io.aitta.model.ReplicaRequest;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.WriteOrigin;
import java.util.ArrayList;
import java.util.List;

/** The form of frames of requests and replies, and of their pieces. */
final class FrameFormat {
  private static final byte WRITE = 1;
  private static final byte READ = 2;
  private static final byte WROTE = 1;
  private static final byte COPY = 2;
  private static final byte REFUSED = 3;

  /** An item's id, remaining time, kind, key of two bytes at least, and epoch. */
  private static final int MIN_REQUEST_BYTES = 8 + 4 + 1 + 4 + 8;

  /** An item's id, kind and one more byte. */
  private static final int MIN_REPLY_BYTES = 8 + 1 + 1;

  private FrameFormat() {}

  static void write(RequestFrame frame, WireWriter out) {
    out.writeCluster(frame.cluster());
    out.writeNode(frame.from());
    out.writeIncarnation(frame.fromIncarnation());
    out.writeNode(frame.to());
    out.writeIncarnation(frame.toIncarnation());
    out.writeLong(frame.sequence());
    out.writeTime(frame.time());
    out.writeInt(frame.requests().size());
    for (RequestFrame.Item item : frame.requests()) {
      out.writeLong(item.id());
      out.writeInt(item.remainingMillis());
      write(item.request(), out);
    }
  }

  private static void write(ReplicaRequest request, WireWriter out) {
    boolean isWrite = request instanceof ReplicaRequest.Write;
    out.writeByte(isWrite ? WRITE : READ);
    out.writeKey(request.key());
    out.writeEpoch(request.epoch());
    if (request instanceof ReplicaRequest.Write write) {
      out.writeByte(WireCodes.ORIGINS.code(write.origin()));
      out.writeEntry(write.entry());
      if (write.origin() == WriteOrigin.REPAIR) {
        out.writeLong(write.drops());
      }
    }
  }

  static RequestFrame readRequests(WireReader in) {
    return new RequestFrame(
        in.readCluster(),
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readIncarnation(),
        in.readLong(),
        in.readTime(),
        readRequestItems(in));
  }

  private static List<RequestFrame.Item> readRequestItems(WireReader in) {
    int count = in.readCount(MIN_REQUEST_BYTES);
    List<RequestFrame.Item> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(new RequestFrame.Item(in.readLong(), in.readInt(), readRequest(in)));
    }
    return items;
  }

  private static ReplicaRequest readRequest(WireReader in) {
    byte kind = in.readByte();
    return switch (kind) {
      case WRITE -> readWrite(in);
      case READ -> new ReplicaRequest.Read(in.readKey(), in.readEpoch());
      default -> throw new MalformedMessageException("unknown request [" + kind + "]");
    };
  }

  private static ReplicaRequest readWrite(WireReader in) {
    var key = in.readKey();
    var epoch = in.readEpoch();
    var origin = WireCodes.ORIGINS.constant(in.readByte());
    var entry = in.readEntry();
    return new ReplicaRequest.Write(
        key,
        epoch,
        entry,
        origin,
        origin == WriteOrigin.REPAIR ? in.readLong() : ReplicaRequest.Write.UNPROVEN);
  }

  static void write(ReplyFrame frame, WireWriter out) {
    out.writeNode(frame.from());
    out.writeIncarnation(frame.fromIncarnation());
    out.writeNode(frame.to());
    out.writeIncarnation(frame.toIncarnation());
    out.writeLong(frame.sequence());
    out.writeTime(frame.time());
    out.writeInt(frame.replies().size());
    for (ReplyFrame.Item item : frame.replies()) {
      out.writeLong(item.id());
      write(item.reply(), out);
    }
  }

  private static void write(ReplicaReply reply, WireWriter out) {
    if (reply instanceof ReplicaReply.Wrote wrote) {
      out.writeByte(WROTE);
      out.writeByte(WireCodes.RESULTS.code(wrote.result()));
      out.writeEntryOrNull(wrote.held());
    } else if (reply instanceof ReplicaReply.Copy copy) {
      out.writeByte(COPY);
      out.writeEntryOrNull(copy.entry());
      out.writeLong(copy.drops());
    } else if (reply instanceof ReplicaReply.Refused refused) {
      out.writeByte(REFUSED);
      out.writeByte(WireCodes.REASONS.code(refused.reason()));
      out.writeConfigurationOrNull(refused.newer());
    }
  }

  static ReplyFrame readReplies(WireReader in) {
    return new ReplyFrame(
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readIncarnation(),
        in.readLong(),
        in.readTime(),
        readReplyItems(in));
  }

  private static List<ReplyFrame.Item> readReplyItems(WireReader in) {
    int count = in.readCount(MIN_REPLY_BYTES);
    List<ReplyFrame.Item> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(new ReplyFrame.Item(in.readLong(), readReply(in)));
    }
    return items;
  }

  private static ReplicaReply readReply(WireReader in) {
    byte kind = in.readByte();
    return switch (kind) {
      case WROTE ->
          new ReplicaReply.Wrote(WireCodes.RESULTS.constant(in.readByte()), in.readEntryOrNull());
      case COPY -> new ReplicaReply.Copy(in.readEntryOrNull(), in.readLong());
      case REFUSED ->
          new ReplicaReply.Refused(
              WireCodes.REASONS.constant(in.readByte()), in.readConfigurationOrNull());
      default -> throw new MalformedMessageException("unknown reply [" + kind + "]");
    };
  }

  static void write(FramePiece piece, WireWriter out) {
    out.writeNode(piece.from());
    out.writeIncarnation(piece.fromIncarnation());
    out.writeNode(piece.to());
    out.writeLong(piece.number());
    out.writeInt(piece.index());
    out.writeInt(piece.count());
    out.writeInt(piece.totalBytes());
    out.writeBytes(piece.content());
  }

  static FramePiece readPiece(WireReader in) {
    return new FramePiece(
        in.readNode(),
        in.readIncarnation(),
        in.readNode(),
        in.readLong(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readBytes());
  }
}
