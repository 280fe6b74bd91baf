package io.aitta.serialization;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.FramePiece;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WireMessage;
import io.aitta.model.WireSize;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Serializes the messages that carry data, by hand: a format byte, then fixed-width big-endian
 * fields, with a length before what varies. What cannot be read is refused with {@link
 * NotSerializableException}, which the remoting logs, and the message is dropped.
 */
public final class FrameSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  private static final int IDENTIFIER = 7401;
  private static final byte FORMAT = 1;
  private static final String REQUESTS = "Q";
  private static final String REPLIES = "A";
  private static final String PIECE = "P";
  private static final String COPY_REQUEST = "c";
  private static final String COPY_PAGE = "C";

  private final Refusing refusing;

  /** Called by Pekko. */
  public FrameSerializer(ExtendedActorSystem system) {
    refusing = new Refusing(system);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof RequestFrame) {
      return REQUESTS;
    }
    if (message instanceof ReplyFrame) {
      return REPLIES;
    }
    if (message instanceof FramePiece) {
      return PIECE;
    }
    if (message instanceof CopyRequest) {
      return COPY_REQUEST;
    }
    if (message instanceof CopyPage) {
      return COPY_PAGE;
    }
    if (message instanceof AntiEntropyMessage comparing) {
      return AntiEntropyFormat.manifest(comparing);
    }
    if (message instanceof TombstoneMessage dead) {
      return TombstoneFormat.manifest(dead);
    }
    throw new IllegalArgumentException("not a frame: " + message.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object message) {
    ByteBuffer buffer = ByteBuffer.allocate(WireSize.of((WireMessage) message));
    toBinary(message, buffer);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /**
   * Writes a message.
   *
   * @throws BufferOverflowException if there is no room for it, as the remoting expects
   */
  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    WireWriter out = new WireWriter(buffer);
    out.writeByte(FORMAT);
    if (message instanceof RequestFrame frame) {
      FrameFormat.write(frame, out);
    } else if (message instanceof ReplyFrame frame) {
      FrameFormat.write(frame, out);
    } else if (message instanceof FramePiece piece) {
      FrameFormat.write(piece, out);
    } else if (message instanceof CopyRequest request) {
      CopyFormat.write(request, out);
    } else if (message instanceof CopyPage page) {
      CopyFormat.write(page, out);
    } else if (message instanceof AntiEntropyMessage comparing) {
      AntiEntropyFormat.write(comparing, out);
    } else if (message instanceof TombstoneMessage dead) {
      TombstoneFormat.write(dead, out);
    } else {
      throw new IllegalArgumentException("not a frame: " + message.getClass().getName());
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return fromBinary(ByteBuffer.wrap(bytes), manifest);
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    WireReader in = new WireReader(buffer);
    try {
      byte format = in.readByte();
      if (format != FORMAT) {
        throw new MalformedMessageException("unknown format [" + format + "]");
      }
      WireMessage message = read(manifest, in);
      in.requireEnd();
      return message;
    } catch (BufferUnderflowException | IllegalArgumentException | MalformedMessageException e) {
      throw refusing.refuse(manifest, e);
    }
  }

  private static WireMessage read(String manifest, WireReader in) {
    return switch (manifest) {
      case REQUESTS -> FrameFormat.readRequests(in);
      case REPLIES -> FrameFormat.readReplies(in);
      case PIECE -> FrameFormat.readPiece(in);
      case COPY_REQUEST -> CopyFormat.readRequest(in);
      case COPY_PAGE -> CopyFormat.readPage(in);
      case TombstoneFormat.ASKED,
          TombstoneFormat.CONFIRMED,
          TombstoneFormat.DROP,
          TombstoneFormat.DROPPED ->
          TombstoneFormat.read(manifest, in);
      default -> AntiEntropyFormat.read(manifest, in);
    };
  }
}
