package io.aitta.actor;

import io.aitta.model.Bytes;
import io.aitta.model.FramePiece;
import io.aitta.model.Incarnation;
import io.aitta.model.NodeId;
import io.aitta.model.WireMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;

/**
 * Puts cut frames together and hands them to the local actor that they are for. Frames of one
 * sender may come interleaved, since its actors send at the same time; the pieces of each frame
 * come in order, and a gap discards what came of it, so that its requests time out.
 *
 * <p>Counts the bytes that came, not those that were announced: an announcement alone takes nothing
 * away from others. Beyond the set number of bytes or frames, the frame of which nothing came for
 * longest is discarded; one of which nothing came for ten seconds is discarded in any case.
 *
 * <p>A crash of this actor restarts it and loses the unfinished frames.
 */
final class FrameAssembler extends AbstractBehavior<FrameAssembler.Command> {

  sealed interface Command permits PieceArrived, Sweep {}

  private record PieceArrived(FramePiece piece) implements Command {}

  private enum Sweep implements Command {
    INSTANCE
  }

  private record Source(NodeId sender, Incarnation incarnation, long number) {}

  private static final int MAX_FRAMES = 1024;
  private static final Duration MAX_SILENCE = Duration.ofSeconds(10);

  private final FrameSplitter splitter;
  private final Transport transport;
  private final String base;
  private final NodeId self;
  private final long maxTotalBytes;
  // The one of which nothing came for longest is first.
  private final Map<Source, Unfinished> unfinished = new LinkedHashMap<>(16, 0.75f, true);
  private long heldBytes; // sum over unfinished

  private FrameAssembler(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      FrameSplitter splitter,
      Transport transport,
      String base,
      NodeId self,
      long maxTotalBytes) {
    super(context);
    context.setLoggerName(FrameAssembler.class);
    this.splitter = splitter;
    this.transport = transport;
    this.base = base;
    this.self = self;
    this.maxTotalBytes = maxTotalBytes;
    timers.startTimerWithFixedDelay(Sweep.INSTANCE, MAX_SILENCE);
  }

  static Behavior<Command> create(
      Transport transport, String base, NodeId self, int maxMessageBytes, long maxTotalBytes) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new FrameAssembler(
                                context,
                                timers,
                                new FrameSplitter(context.getSystem(), maxMessageBytes),
                                transport,
                                base,
                                self,
                                maxTotalBytes))))
        .onFailure(SupervisorStrategy.restart());
  }

  /** What it takes from the network. */
  static PFBuilder<WireMessage, Command> fromWire(PFBuilder<WireMessage, Command> messages) {
    return messages.match(FramePiece.class, PieceArrived::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(PieceArrived.class, this::onPieceArrived)
        .onMessage(Sweep.class, notUsed -> onSweep())
        .build();
  }

  private Behavior<Command> onPieceArrived(PieceArrived arrived) {
    FramePiece piece = arrived.piece();
    if (!piece.to().equals(self)) {
      return this;
    }
    Source source = new Source(piece.from(), piece.fromIncarnation(), piece.number());
    Unfinished frame = unfinished.get(source);
    if (frame == null) {
      if (piece.totalBytes() > maxTotalBytes) {
        getContext().getLog().debug("no room for a frame of {} bytes", piece.totalBytes());
        return this;
      }
      frame = new Unfinished(piece);
    }
    discard(source);
    if (!frame.isContinuedBy(piece)) {
      return this;
    }
    frame.append(piece);
    if (frame.isComplete()) {
      deliver(frame.join());
    } else {
      hold(source, frame);
    }
    return this;
  }

  private void hold(Source source, Unfinished frame) {
    unfinished.put(source, frame);
    heldBytes += frame.heldBytes;
    while (heldBytes > maxTotalBytes || unfinished.size() > MAX_FRAMES) {
      discard(unfinished.keySet().iterator().next());
    }
  }

  private Behavior<Command> onSweep() {
    long now = System.nanoTime();
    Iterator<Unfinished> eldestFirst = unfinished.values().iterator();
    while (eldestFirst.hasNext()) {
      Unfinished frame = eldestFirst.next();
      if (now - frame.heardNanos < MAX_SILENCE.toNanos()) {
        break;
      }
      heldBytes -= frame.heldBytes;
      eldestFirst.remove();
    }
    return this;
  }

  private void deliver(byte[] whole) {
    try {
      transport.send(base, splitter.join(whole));
    } catch (IllegalArgumentException e) {
      getContext().getLog().warn("refused a malformed frame of {} bytes", whole.length, e);
    }
  }

  private void discard(Source source) {
    Unfinished frame = unfinished.remove(source);
    if (frame != null) {
      heldBytes -= frame.heldBytes;
    }
  }

  /** A frame of which pieces are missing. */
  private static final class Unfinished {
    private final int count;
    private final int totalBytes;
    private final List<Bytes> pieces = new ArrayList<>();
    private int heldBytes; // of the pieces, at most totalBytes
    private long heardNanos;

    Unfinished(FramePiece first) {
      count = first.count();
      totalBytes = first.totalBytes();
    }

    boolean isContinuedBy(FramePiece piece) {
      long bytes = (long) heldBytes + piece.content().size();
      boolean isLast = piece.index() == count - 1;
      return piece.count() == count
          && piece.totalBytes() == totalBytes
          && piece.index() == pieces.size()
          && (isLast ? bytes == totalBytes : bytes < totalBytes);
    }

    void append(FramePiece piece) {
      pieces.add(piece.content());
      heldBytes += piece.content().size();
      heardNanos = System.nanoTime();
    }

    boolean isComplete() {
      return pieces.size() == count;
    }

    byte[] join() {
      ByteBuffer whole = ByteBuffer.allocate(totalBytes);
      pieces.forEach(piece -> piece.writeTo(whole));
      return whole.array();
    }
  }
}
