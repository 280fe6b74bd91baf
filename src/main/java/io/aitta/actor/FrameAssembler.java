package io.aitta.actor;

import io.aitta.model.FramePiece;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.WireMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Puts cut frames together and hands them to the local actor that they are for. Holds at most one
 * unfinished frame per sender, and at most a set number of bytes in all; a gap, or a frame that
 * announces more, discards what came of it, and its requests time out.
 */
final class FrameAssembler extends AbstractBehavior<WireMessage> {
  /** Beyond this the sender that was silent longest loses its unfinished frame. */
  private static final int MAX_SENDERS = 256;

  private final FrameSplitter splitter;
  private final Transport transport;
  private final String base;
  private final NodeId self;
  private final long maxTotalBytes;
  private final Map<NodeId, Unfinished> unfinished = new LinkedHashMap<>(16, 0.75f, true);
  private long heldBytes; // sum over unfinished

  private FrameAssembler(
      ActorContext<WireMessage> context,
      FrameSplitter splitter,
      Transport transport,
      String base,
      NodeId self,
      long maxTotalBytes) {
    super(context);
    this.splitter = splitter;
    this.transport = transport;
    this.base = base;
    this.self = self;
    this.maxTotalBytes = maxTotalBytes;
  }

  static Behavior<WireMessage> create(
      Transport transport, String base, NodeId self, int maxMessageBytes, long maxTotalBytes) {
    return Behaviors.setup(
        context ->
            new FrameAssembler(
                context,
                new FrameSplitter(context.getSystem(), maxMessageBytes),
                transport,
                base,
                self,
                maxTotalBytes));
  }

  @Override
  public Receive<WireMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(FramePiece.class, this::onPiece)
        .onAnyMessage(notPiece -> Behaviors.unhandled())
        .build();
  }

  private Behavior<WireMessage> onPiece(FramePiece piece) {
    if (!piece.to().equals(self)) {
      return this;
    }
    Unfinished frame = unfinished.get(piece.from());
    if (piece.index() == 0) {
      discard(piece.from());
      if (heldBytes + piece.totalBytes() > maxTotalBytes || unfinished.size() >= MAX_SENDERS) {
        getContext().getLog().debug("no room for a frame of {} bytes", piece.totalBytes());
        return this;
      }
      frame = new Unfinished(piece);
      heldBytes += piece.totalBytes();
      unfinished.put(piece.from(), frame);
    } else if (frame == null || !frame.isContinuedBy(piece)) {
      discard(piece.from());
      return this;
    }
    if (!frame.append(piece)) {
      discard(piece.from());
      return this;
    }
    if (frame.isComplete()) {
      discard(piece.from());
      deliver(frame.bytes);
    }
    return this;
  }

  private void deliver(byte[] whole) {
    try {
      transport.send(base, splitter.join(whole));
    } catch (RuntimeException e) {
      getContext().getLog().warn("refused a malformed frame of {} bytes", whole.length, e);
    }
  }

  private void discard(NodeId sender) {
    Unfinished frame = unfinished.remove(sender);
    if (frame != null) {
      heldBytes -= frame.bytes.length;
    }
  }

  /** A frame of which pieces are missing. */
  private static final class Unfinished {
    private final byte[] bytes;
    private final Incarnation incarnation;
    private final long number;
    private final int count;
    private int next; // the index of the piece that must come
    private int filled;

    Unfinished(FramePiece first) {
      bytes = new byte[first.totalBytes()];
      incarnation = first.fromIncarnation();
      number = first.number();
      count = first.count();
    }

    boolean isContinuedBy(FramePiece piece) {
      return piece.number() == number
          && piece.count() == count
          && piece.index() == next
          && piece.fromIncarnation().equals(incarnation)
          && piece.totalBytes() == bytes.length;
    }

    boolean append(FramePiece piece) {
      if (filled + piece.content().size() > bytes.length) {
        return false;
      }
      piece.content().asByteBuffer().get(bytes, filled, piece.content().size());
      filled += piece.content().size();
      next++;
      return next < count || filled == bytes.length;
    }

    boolean isComplete() {
      return next == count;
    }
  }
}
