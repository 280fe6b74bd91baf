package io.aitta.actor;

import io.aitta.model.AntiEntropyMessage;
import io.aitta.model.ControlMessage;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.FoundingMessage;
import io.aitta.model.FramePiece;
import io.aitta.model.Greeting;
import io.aitta.model.LoadingMessage;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.SuccessionMessage;
import io.aitta.model.TableMessage;
import io.aitta.model.TombstoneMessage;
import io.aitta.model.WireMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * Sends each kind of message to the actor that has a fixed name for it under the receiving node's
 * guardian. The one class that finds actors by path.
 *
 * <p>What goes to another process goes to an actor selection, whose path is looked up when the
 * message arrives. A reference would be looked up once: if a message reaches a node that starts
 * before the actor exists, Artery's compression takes note of the dead end and leads every later
 * message there.
 */
public final class ActorTransport implements Transport {
  static final String REPLICA = "replica";
  static final String PEERS = "peers";
  static final String FOUNDING = "founding";
  static final String SUCCESSION = "succession";
  static final String RECONFIGURATION = "reconfiguration";
  static final String REPORTS = "reports";
  static final String COPIES = "copies";
  static final String PIECES = "pieces";
  static final String ANTI_ENTROPY = "anti-entropy";
  static final String TOMBSTONES = "tombstones";

  /** More than the nodes and kinds of a large cluster; the cache is emptied when it is full. */
  private static final int MAX_CACHED = 10_000;

  private final ActorRefResolver resolver;
  private final FrameSplitter splitter;
  private final org.apache.pekko.actor.ActorSystem system;
  private final Map<String, ActorSelection> remote = new ConcurrentHashMap<>();

  /**
   * Makes a transport over an ActorSystem's own.
   *
   * @param maxMessageBytes larger frames go in pieces of this size; below the remoting's frame size
   */
  public ActorTransport(ActorSystem<?> system, int maxMessageBytes) {
    this.resolver = ActorRefResolver.get(system);
    this.system = Adapter.toClassic(system);
    this.splitter = new FrameSplitter(system, maxMessageBytes);
  }

  @Override
  public void send(String base, WireMessage message) {
    String path = base + "/" + nameFor(message);
    ActorSelection known = remote.get(path);
    if (known == null) {
      ActorRef<WireMessage> receiver = resolver.resolveActorRef(path);
      if (receiver.path().address().hasLocalScope()) {
        receiver.tell(message);
        return;
      }
      known = select(path);
    }
    if (!splitter.isTooLarge(message)) {
      known.tell(message, org.apache.pekko.actor.ActorRef.noSender());
      return;
    }
    ActorSelection pieces = select(base + "/" + PIECES);
    for (FramePiece piece : splitter.split(message)) {
      pieces.tell(piece, org.apache.pekko.actor.ActorRef.noSender());
    }
  }

  private static String nameFor(WireMessage message) {
    if (message instanceof RequestFrame) {
      return REPLICA;
    }
    if (message instanceof ReplyFrame reply) {
      return PEERS + "/" + reply.from();
    }
    if (message instanceof FramePiece) {
      return PIECES;
    }
    if (message instanceof CopyRequest || message instanceof CopyPage) {
      return COPIES;
    }
    if (message instanceof AntiEntropyMessage) {
      return ANTI_ENTROPY;
    }
    if (message instanceof TombstoneMessage) {
      return TOMBSTONES;
    }
    return nameForControl((ControlMessage) message);
  }

  private static String nameForControl(ControlMessage message) {
    if (message instanceof Greeting) {
      return PEERS;
    }
    if (message instanceof SuccessionMessage || message instanceof TableMessage) {
      return SUCCESSION;
    }
    if (message instanceof LoadingMessage) {
      return RECONFIGURATION;
    }
    return message instanceof FoundingMessage ? FOUNDING : REPORTS;
  }

  private ActorSelection select(String path) {
    if (remote.size() >= MAX_CACHED) {
      remote.clear();
    }
    return remote.computeIfAbsent(path, system::actorSelection);
  }
}
