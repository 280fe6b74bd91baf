package io.aitta.actor;

import io.aitta.model.ControlMessage;
import io.aitta.model.CopyPage;
import io.aitta.model.CopyRequest;
import io.aitta.model.FoundingMessage;
import io.aitta.model.FramePiece;
import io.aitta.model.Greeting;
import io.aitta.model.ReplyFrame;
import io.aitta.model.RequestFrame;
import io.aitta.model.WireMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Sends each kind of message to the actor that has a fixed name for it under the receiving node's
 * guardian. The one class that finds actors by path.
 */
public final class ActorTransport implements Transport {
  static final String REPLICA = "replica";
  static final String PEERS = "peers";
  static final String FOUNDING = "founding";
  static final String REPORTS = "reports";
  static final String COPIES = "copies";
  static final String PIECES = "pieces";

  /** More than the nodes and kinds of a large cluster; the cache is emptied when it is full. */
  private static final int MAX_CACHED = 10_000;

  private final ActorRefResolver resolver;
  private final FrameSplitter splitter;
  private final Map<String, ActorRef<WireMessage>> remote = new ConcurrentHashMap<>();

  /**
   * Makes a transport over an ActorSystem's own.
   *
   * @param maxMessageBytes larger frames go in pieces of this size; below the remoting's frame size
   */
  public ActorTransport(ActorSystem<?> system, int maxMessageBytes) {
    this.resolver = ActorRefResolver.get(system);
    this.splitter = new FrameSplitter(system, maxMessageBytes);
  }

  @Override
  public void send(String base, WireMessage message) {
    ActorRef<WireMessage> receiver = resolve(base + "/" + nameFor(message));
    if (receiver.path().address().hasLocalScope() || !splitter.isTooLarge(message)) {
      receiver.tell(message);
      return;
    }
    ActorRef<WireMessage> pieces = resolve(base + "/" + PIECES);
    for (FramePiece piece : splitter.split(message)) {
      pieces.tell(piece);
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
    return nameForControl((ControlMessage) message);
  }

  private static String nameForControl(ControlMessage message) {
    if (message instanceof Greeting) {
      return PEERS;
    }
    return message instanceof FoundingMessage ? FOUNDING : REPORTS;
  }

  private ActorRef<WireMessage> resolve(String path) {
    ActorRef<WireMessage> known = remote.get(path);
    if (known != null) {
      return known;
    }
    ActorRef<WireMessage> resolved = resolver.resolveActorRef(path);
    // A local path is not remembered: a node that restarts in this system has other actors behind
    // it.
    if (resolved.path().address().hasGlobalScope()) {
      if (remote.size() >= MAX_CACHED) {
        remote.clear();
      }
      remote.put(path, resolved);
    }
    return resolved;
  }
}
