package io.aitta.multijvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What connects the nodes of a cluster, and can be cut from any node to any other, in one direction
 * alone too. Each node is known to the others by a port that this network listens on, and listens
 * on another one; who connects to it shows by the address that it connects from, in 127.0.0.0/8.
 *
 * <p>As in a real network nothing is broken off by a cut: bytes that are on their way, and new
 * connections, wait, and arrive once it is healed.
 */
final class Network implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int BACKLOG = 64;
  private static final int FIRST_SOURCE = 10; // of the last byte of the nodes' addresses

  private final Map<InetAddress, ProcessNode> sources = new HashMap<>();
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private final Set<Direction> cut = new HashSet<>(); // guarded by this
  private boolean isClosed; // guarded by this

  private record Direction(ProcessNode from, ProcessNode to) {
    Direction back() {
      return new Direction(to, from);
    }
  }

  /**
   * Connects nodes that were not started yet.
   *
   * @param firstPort of as many ports, which the nodes will listen on
   */
  Network(List<ProcessNode> nodes, int firstPort) throws IOException {
    for (int i = 0; i < nodes.size(); i++) {
      ProcessNode node = nodes.get(i);
      InetAddress source = InetAddress.getByName("127.0.0." + (FIRST_SOURCE + i));
      sources.put(source, node);
      node.setOptions(
          List.of(
              "-Dpekko.remote.artery.bind.hostname=127.0.0.1",
              "-Dpekko.remote.artery.bind.port=" + (firstPort + i),
              "-Dpekko.remote.artery.advanced.tcp.outbound-client-hostname="
                  + source.getHostAddress()));
    }
    for (int i = 0; i < nodes.size(); i++) {
      ProcessNode node = nodes.get(i);
      int port = firstPort + i;
      ServerSocket server =
          new ServerSocket(node.arteryPort(), BACKLOG, InetAddress.getLoopbackAddress());
      open.add(server);
      start("to-" + node.name(), () -> accept(server, node, port));
    }
  }

  /** Lets nothing pass from a node to another. */
  synchronized void cut(ProcessNode from, ProcessNode to) {
    cut.add(new Direction(from, to));
  }

  /** Lets nothing pass between any of some nodes and any of others. */
  void split(Collection<ProcessNode> some, Collection<ProcessNode> others) {
    for (ProcessNode one : some) {
      for (ProcessNode other : others) {
        cut(one, other);
        cut(other, one);
      }
    }
  }

  /** Lets everything pass again. */
  synchronized void heal() {
    cut.clear();
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    open.forEach(Network::closeQuietly);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, "network-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket server, ProcessNode to, int port) {
    try {
      while (!server.isClosed()) {
        Socket in = server.accept();
        ProcessNode from = sources.get(in.getInetAddress());
        if (from == null) { // none of the nodes
          closeQuietly(in);
        } else {
          start(from.name() + "-" + to.name(), () -> connect(in, new Direction(from, to), port));
        }
      }
    } catch (IOException e) {
      // Only its end ends a server socket on this machine.
    }
  }

  private void connect(Socket in, Direction direction, int port) {
    Socket out = new Socket();
    open.add(in);
    open.add(out);
    try {
      awaitHealed(direction);
      out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      in.setTcpNoDelay(true);
      out.setTcpNoDelay(true);
      start(
          direction.to().name() + "-" + direction.from().name(),
          () -> carry(out, in, direction.back()));
      carry(in, out, direction);
    } catch (IOException e) { // the node does not run
      end(in, out);
    }
  }

  /** Carries bytes, and the end of them, until either side ends. */
  private void carry(Socket in, Socket out, Direction direction) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream from = in.getInputStream();
      OutputStream to = out.getOutputStream();
      for (int count = 0; count >= 0; ) {
        count = from.read(buffer);
        awaitHealed(direction);
        to.write(buffer, 0, Math.max(0, count));
      }
    } catch (IOException e) {
      // An end like any other.
    } finally {
      end(in, out);
    }
  }

  private synchronized void awaitHealed(Direction direction) throws IOException {
    while (cut.contains(direction) && !isClosed) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }
    if (isClosed) {
      throw new IOException("the network is closed");
    }
  }

  private void end(Socket in, Socket out) {
    for (Socket socket : List.of(in, out)) {
      closeQuietly(socket);
      open.remove(socket);
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is of no use any more.
    }
  }
}
