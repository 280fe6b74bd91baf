package io.aitta.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One node's process. Ends at the end of its standard input, whatever it does: when the benchmark
 * is killed no node outlives it.
 */
final class Node {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private final PrintStream answers;
  private final StoreUnderTest store;
  private final Load load;
  private long windowNanos; // when the window began
  private Resources used = Resources.NONE; // until then

  private Node(PrintStream answers, StoreUnderTest store, Load load) {
    this.answers = answers;
    this.store = store;
    this.load = load;
  }

  /** Runs a node. The argument is a {@link NodeSetup} in JSON. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // what a system prints is no answer
    BlockingQueue<String> commands = readCommands();
    NodeSetup setup = Lines.read(arguments[0], NodeSetup.class);
    StoreUnderTest store =
        Class.forName(setup.adapter())
            .asSubclass(StoreUnderTest.class)
            .getDeclaredConstructor()
            .newInstance();
    try {
      store.start(setup);
      Node node = new Node(answers, store, new Load(store, setup));
      node.answer(new NodeAnswer.Started(store.address()));
      node.serve(commands);
    } catch (Exception e) {
      e.printStackTrace();
      answers.println(Lines.PROBLEM + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static BlockingQueue<String> readCommands() {
    BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  commands.add(line);
                }
              } catch (IOException e) {
                System.err.println("cannot read commands: " + e);
              }
              Runtime.getRuntime().halt(1);
            },
            "commands");
    reader.setDaemon(true);
    reader.start();
    return commands;
  }

  private void answer(NodeAnswer answer) {
    answers.println(Lines.ANSWER + Lines.write(answer));
    answers.flush();
  }

  private void serve(BlockingQueue<String> commands) throws Exception {
    while (true) {
      NodeCommand command = Lines.read(commands.take(), NodeCommand.class);
      if (command instanceof NodeCommand.Quit) {
        store.stop();
        System.exit(0); // a flight recording ends with its file written
      }
      answer(carryOut(command));
    }
  }

  private NodeAnswer carryOut(NodeCommand command) throws Exception {
    if (command instanceof NodeCommand.Join join) {
      store.join(join.addresses());
      awaitReady();
    } else if (command instanceof NodeCommand.Preload) {
      load.preload();
      return new NodeAnswer.Failures(load.outcomes().take());
    } else if (command instanceof NodeCommand.Begin begin) {
      load.start(begin.workload(), begin.choice(), begin.inFlight());
      windowNanos = System.nanoTime();
    } else if (command instanceof NodeCommand.OpenWindow
        || command instanceof NodeCommand.CloseWindow) {
      return window();
    } else if (command instanceof NodeCommand.End) {
      load.stop();
      return new NodeAnswer.Failures(load.outcomes().take());
    } else if (command instanceof NodeCommand.Written) {
      return new NodeAnswer.Writes(load.watched().possible());
    } else if (command instanceof NodeCommand.ReadBack) {
      return new NodeAnswer.Stamps(load.readBack(), load.outcomes().take());
    }
    return new NodeAnswer.Done();
  }

  private void awaitReady() throws Exception {
    long began = System.nanoTime();
    while (!store.isReady()) {
      if (System.nanoTime() - began > READY_WITHIN.toNanos()) {
        throw new IllegalStateException("not ready within " + READY_WITHIN);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private NodeAnswer window() {
    Histogram[] taken = load.take();
    long now = System.nanoTime();
    Resources usedNow = Resources.ofThis();
    NodeAnswer.Window window =
        new NodeAnswer.Window(
            now - windowNanos,
            NodeAnswer.Window.encode(taken[0]),
            NodeAnswer.Window.encode(taken[1]),
            usedNow.since(used),
            load.outcomes().take());
    windowNanos = now;
    used = usedNow;
    return window;
  }
}
