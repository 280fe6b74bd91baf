package io.aitta.actor;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.Bytes;
import io.aitta.model.CopyPage;
import io.aitta.model.FramePiece;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * Cuts frames that are larger than one message of the remoting may be, and puts them together
 * again. A cut frame is its serializer's manifest, with its length in one byte before it, then its
 * serialized form.
 */
final class FrameSplitter {
  private final Serialization serialization;
  private final int maxMessageBytes;
  private final AtomicLong number = new AtomicLong();

  FrameSplitter(ActorSystem<?> system, int maxMessageBytes) {
    this.serialization = SerializationExtension.get(system);
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Whether the message must be cut. */
  boolean isTooLarge(WireMessage message) {
    return WireSize.of(message) > maxMessageBytes;
  }

  /** Cuts a message. */
  List<FramePiece> split(WireMessage message) {
    Serializer serializer = serialization.findSerializerFor(message);
    byte[] manifest =
        Serializers.manifestFor(serializer, message).getBytes(StandardCharsets.US_ASCII);
    byte[] body = serializer.toBinary(message);
    ByteBuffer whole = ByteBuffer.allocate(1 + manifest.length + body.length);
    whole.put((byte) manifest.length).put(manifest).put(body).flip();
    int total = whole.remaining();
    int count = Math.max(2, (total + maxMessageBytes - 1) / maxMessageBytes);
    int pieceBytes = (total + count - 1) / count;
    long frame = number.incrementAndGet();
    List<FramePiece> pieces = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      byte[] content = new byte[Math.min(pieceBytes, whole.remaining())];
      whole.get(content);
      pieces.add(
          new FramePiece(
              sender(message),
              incarnation(message),
              receiver(message),
              frame,
              index,
              count,
              total,
              Bytes.wrap(content)));
    }
    return pieces;
  }

  /**
   * Reads a frame whose pieces were put together.
   *
   * @throws IllegalArgumentException if it is none
   */
  WireMessage join(byte[] whole) {
    int manifestBytes = whole.length == 0 ? 0 : whole[0];
    if (manifestBytes < 1 || 1 + manifestBytes > whole.length) {
      throw new IllegalArgumentException(
          "cut frame of [" + whole.length + "] bytes has no manifest");
    }
    String manifest = new String(whole, 1, manifestBytes, StandardCharsets.US_ASCII);
    ByteBuffer body =
        ByteBuffer.wrap(whole, 1 + manifestBytes, whole.length - 1 - manifestBytes).slice();
    Object message;
    try {
      int identifier = serialization.serializerFor(RequestFrame.class).identifier();
      message = serialization.deserializeByteBuffer(body, identifier, manifest);
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          "cut frame cannot be read, manifest [" + manifest + "]", e);
    }
    if (message instanceof WireMessage frame && !(message instanceof FramePiece)) {
      return frame;
    }
    throw new IllegalArgumentException("cut frame holds no frame, manifest [" + manifest + "]");
  }

  private static NodeId sender(WireMessage message) {
    if (message instanceof AntiEntropyMessage comparing) {
      return comparing.header().from();
    }
    if (message instanceof TombstoneMessage dead) {
      return dead.header().from();
    }
    if (message instanceof RequestFrame request) {
      return request.from();
    }
    return message instanceof ReplyFrame reply ? reply.from() : page(message).from();
  }

  private static Incarnation incarnation(WireMessage message) {
    if (message instanceof AntiEntropyMessage comparing) {
      return comparing.header().fromIncarnation();
    }
    if (message instanceof TombstoneMessage dead) {
      return dead.header().fromIncarnation();
    }
    if (message instanceof RequestFrame request) {
      return request.fromIncarnation();
    }
    return message instanceof ReplyFrame reply
        ? reply.fromIncarnation()
        : page(message).fromIncarnation();
  }

  private static NodeId receiver(WireMessage message) {
    if (message instanceof AntiEntropyMessage comparing) {
      return comparing.header().to();
    }
    if (message instanceof TombstoneMessage dead) {
      return dead.header().to();
    }
    if (message instanceof RequestFrame request) {
      return request.to();
    }
    return message instanceof ReplyFrame reply ? reply.to() : page(message).to();
  }

  private static CopyPage page(WireMessage message) {
    if (message instanceof CopyPage page) {
      return page;
    }
    throw new IllegalArgumentException("never cut: " + message.getClass().getSimpleName());
  }
}
