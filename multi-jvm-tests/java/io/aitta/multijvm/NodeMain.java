package io.aitta.multijvm;

import io.aitta.cli.Main;
import java.io.IOException;

/**
 * The main of {@code bin/aitta} in a process that ends itself when its standard input ends, as it
 * does when the tests' own process is gone, however it ended.
 */
final class NodeMain {
  private NodeMain() {}

  public static void main(String[] arguments) {
    Thread watch = new Thread(NodeMain::endWithTheInput, "end-with-the-input");
    watch.setDaemon(true);
    watch.start();
    Main.main(arguments);
  }

  private static void endWithTheInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said: only the end is waited for.
      }
    } catch (IOException e) {
      // Broken is ended too.
    }
    Runtime.getRuntime().halt(1);
  }
}
