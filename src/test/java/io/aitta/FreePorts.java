package io.aitta;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for processes that a test starts. */
public final class FreePorts {
  private FreePorts() {}

  /**
   * The first of some neighbouring ports that nobody listens on. Below the ports that the system
   * gives to outgoing connections, which would take the port of a node while it is down.
   */
  public static int next(int count) {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      if (areFree(first, count)) {
        return first;
      }
    }
    throw new AssertionError("no free ports");
  }

  private static boolean areFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
