package io.aitta.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The processes of one system's cluster. Used by one thread. */
final class BenchCluster implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final BenchSettings settings;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<NodeProcess> drivers;

  /** Starts all nodes, and waits until they are one cluster. */
  BenchCluster(SystemUnderTest system, BenchSettings settings) {
    this.settings = settings;
    try {
      for (int node = 0; node < settings.nodes(); node++) {
        nodes.add(start(system, node));
      }
      List<String> addresses =
          nodes.stream()
              .map(node -> node.answer(NodeAnswer.Started.class, SOON).address())
              .toList();
      nodes.forEach(node -> node.tell(new NodeCommand.Join(addresses)));
      nodes.forEach(node -> node.answer(NodeAnswer.Done.class, LONG));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    this.drivers = nodes.subList(0, settings.drivers());
  }

  private NodeProcess start(SystemUnderTest system, int node) {
    Path log = settings.directory().resolve(system.name() + "-" + node + ".log");
    List<String> options = new ArrayList<>(settings.jvmOptions());
    options.addAll(system.jvmOptions());
    return NodeProcess.start(
        new NodeSetup(
            system.adapter().getName(),
            system.settings(),
            node,
            settings.nodes(),
            settings.replicas(),
            settings.drivers(),
            settings.keys(),
            settings.valueBytes(),
            settings.directory().resolve("data").resolve(system.name() + "-" + node).toString()),
        options,
        log);
  }

  /** Puts every key once. */
  void preload(Outcomes outcomes) {
    drivers.forEach(driver -> driver.tell(new NodeCommand.Preload()));
    drivers.forEach(
        driver -> outcomes.recordAll(driver.answer(NodeAnswer.Failures.class, LONG).counts()));
  }

  /**
   * Runs the load of a cell, and measures it.
   *
   * @param rampSeconds how long it runs before it is measured
   * @param outcomes takes what went wrong outside of the windows
   */
  List<Repetition> measure(Cell cell, int rampSeconds, int repetitions, Outcomes outcomes) {
    int active = Math.min(drivers.size(), cell.inFlight());
    List<NodeProcess> driving = drivers.subList(0, active);
    for (int i = 0; i < active; i++) {
      int share = cell.inFlight() / active + (i < cell.inFlight() % active ? 1 : 0);
      driving
          .get(i)
          .ask(
              new NodeCommand.Begin(cell.workload(), cell.choice(), share),
              NodeAnswer.Done.class,
              SOON);
    }
    pause(rampSeconds);
    List<Repetition> measured = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      measured.add(window(driving, outcomes));
    }
    driving.forEach(driver -> driver.tell(new NodeCommand.End()));
    driving.forEach(
        driver -> outcomes.recordAll(driver.answer(NodeAnswer.Failures.class, SOON).counts()));
    return measured;
  }

  private Repetition window(List<NodeProcess> driving, Outcomes outcomes) {
    for (NodeProcess node : nodes) {
      outcomes.recordAll(
          node.ask(new NodeCommand.OpenWindow(), NodeAnswer.Window.class, SOON).failures());
    }
    long machineBefore = MachineCpu.busyNanos();
    long driversBefore = cpuNanos(driving);
    long cpuBefore = cpuNanos(nodes);
    long began = System.nanoTime();
    pause(settings.windowSeconds());
    long cpu = cpuNanos(nodes) - cpuBefore;
    long driversCpu = cpuNanos(driving) - driversBefore;
    long machine = machineBefore < 0 ? -1 : MachineCpu.busyNanos() - machineBefore;
    long elapsed = System.nanoTime() - began;
    List<NodeAnswer.Window> windows = new ArrayList<>();
    for (NodeProcess node : nodes) {
      windows.add(node.ask(new NodeCommand.CloseWindow(), NodeAnswer.Window.class, SOON));
    }
    return repetition(windows, cpu, driversCpu, otherShare(machine, cpu, elapsed));
  }

  private static double otherShare(long machine, long ours, long elapsed) {
    long available = elapsed * Runtime.getRuntime().availableProcessors();
    return machine < 0 ? -1 : Math.max(0, machine - ours) / (double) available;
  }

  private static Repetition repetition(
      List<NodeAnswer.Window> windows, long cpu, long driversCpu, double otherShare) {
    Histogram gets = new Histogram(3);
    Histogram puts = new Histogram(3);
    Outcomes failures = new Outcomes();
    Resources used = Resources.NONE;
    double perSecond = 0;
    for (NodeAnswer.Window window : windows) {
      Histogram someGets = NodeAnswer.Window.decode(window.gets());
      Histogram somePuts = NodeAnswer.Window.decode(window.puts());
      gets.add(someGets);
      puts.add(somePuts);
      perSecond += (someGets.getTotalCount() + somePuts.getTotalCount()) * 1e9 / window.nanos();
      failures.recordAll(window.failures());
      used = used.plus(window.resources());
    }
    Histogram all = gets.copy();
    all.add(puts);
    long operations = Math.max(1, all.getTotalCount());
    return new Repetition(
        perSecond,
        Latencies.of(all),
        Latencies.of(gets),
        Latencies.of(puts),
        cpu / 1e3 / operations,
        driversCpu / (double) Math.max(1, cpu),
        otherShare,
        used.allocatedBytes() / (double) operations,
        used.writtenBytes() / (double) operations,
        failures.take());
  }

  private static long cpuNanos(List<NodeProcess> nodes) {
    return nodes.stream().mapToLong(NodeProcess::cpuNanos).sum();
  }

  private static void pause(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailure("interrupted");
    }
  }

  /**
   * Reads the watched keys on every node, and compares them with what the drivers wrote.
   *
   * @return how many values were compared
   */
  long readBack(Outcomes outcomes) {
    WatchedKeys watched = new WatchedKeys(settings.keys());
    for (NodeProcess driver : drivers) {
      watched.merge(
          driver.ask(new NodeCommand.Written(), NodeAnswer.Writes.class, SOON).possible());
    }
    long compared = 0;
    for (NodeProcess node : nodes) {
      NodeAnswer.Stamps read = node.ask(new NodeCommand.ReadBack(), NodeAnswer.Stamps.class, SOON);
      outcomes.recordAll(read.failures());
      for (Map.Entry<Integer, Long> value : read.stamps().entrySet()) {
        compared++;
        if (!watched.mayReturn(value.getKey(), value.getValue())) {
          outcomes.record("read back: older than an acknowledged put");
        }
      }
    }
    return compared;
  }

  @Override
  public void close() {
    List<Thread> closing = nodes.stream().map(node -> new Thread(node::close)).toList();
    closing.forEach(Thread::start);
    for (Thread one : closing) {
      try {
        one.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
