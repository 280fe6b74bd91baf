package io.aitta.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of the benchmark. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    version = "aitta-bench 0.1.0-SNAPSHOT",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures stores over several processes on 127.0.0.1 with a closed loop of operations, and"
          + " checks every answer. Prints a table in Markdown.",
      "",
      "Latency is from the call to its callback, with no correction for coordinated omission."
          + " CPU-µs/op is the processor time of all of the system's processes, the load generator"
          + " included, over the operations that ended well; on a machine that others use too it is"
          + " the figure to trust. Written bytes are those to sockets and, for durable engines, to"
          + " files, of all processes; of a memory engine they are what goes over the wire. The"
          + " last column is the share of the machine's processors that other processes used.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 an operation failed, a check failed or a node ended, 2 usage."
    })
final class Bench implements Callable<Integer> {

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "aitta-memory",
      description =
          "What is measured, in this order: aitta-memory, aitta-rocksdb (fsync every-batch),"
              + " aitta-rocksdb-interval, aitta-rocksdb-none, map (one node: what the load"
              + " generator costs). Default: ${DEFAULT-VALUE}")
  private List<String> systems = List.of();

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "get,put",
      description = "get, put, A (half gets), B (95 %% gets). Default: ${DEFAULT-VALUE}")
  private List<String> workloads = List.of();

  @Option(
      names = "--in-flight",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,64",
      description = "Operations in flight, over all drivers. Default: ${DEFAULT-VALUE}")
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--keys-by",
      paramLabel = "CHOICE",
      defaultValue = "zipfian",
      description = "zipfian (0.99, scrambled) or uniform. Default: ${DEFAULT-VALUE}")
  private String choice = "";

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many there are. Default: ${DEFAULT-VALUE}")
  private int keys;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      defaultValue = "1024",
      description = "Default: ${DEFAULT-VALUE}")
  private int valueBytes;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Processes of a cluster. Default: ${DEFAULT-VALUE}")
  private int nodes;

  @Option(
      names = "--replicas",
      paramLabel = "K",
      defaultValue = "3",
      description = "Copies of every key. Default: ${DEFAULT-VALUE}")
  private int replicas;

  @Option(
      names = "--drivers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Nodes that issue operations. Default: ${DEFAULT-VALUE}")
  private int drivers;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "Before a workload's first measurement, at its largest number in flight. Default:"
              + " ${DEFAULT-VALUE}")
  private int warmUpSeconds;

  @Option(
      names = "--ramp",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Before every measurement. Default: ${DEFAULT-VALUE}")
  private int rampSeconds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "One repetition. Default: ${DEFAULT-VALUE}")
  private int windowSeconds;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "The table has their medians. Default: ${DEFAULT-VALUE}")
  private int repetitions;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "The largest heap of a node. Default: ${DEFAULT-VALUE}")
  private String heap = "";

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      description = "One more JVM option of every node; {node} in it is the node's number.")
  private List<String> jvmOptions = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting for the systems; for Aitta a key of its configuration, or read or write for"
              + " the consistency (QUORUM).")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all that was measured.")
  private @Nullable Path json;

  @Option(
      names = "--readme",
      description =
          "The table of the README: every engine, gets and puts at a quorum, 1 and 64 in flight."
              + " Under five minutes.")
  private boolean isReadme;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Runs the benchmark and ends the process. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench())
            .setParameterExceptionHandler((problem, unused) -> complain(problem))
            .execute(arguments));
  }

  private static int complain(ParameterException problem) {
    System.err.println("bench: " + problem.getMessage() + " (--help tells more)");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws IOException {
    if (isReadme) {
      systems = List.of("aitta-memory", "aitta-rocksdb", "aitta-rocksdb-interval");
      workloads = List.of("get", "put");
      inFlight = List.of(1, 64);
      windowSeconds = 3;
      warmUpSeconds = 8;
    }
    try (Scratch scratch = Scratch.open()) {
      Run run = new Run(benchSettings(scratch.directory()), System.err);
      Results results = run.of(chosenSystems(), cells());
      System.out.println(Report.markdown(results));
      if (json != null) {
        Files.writeString(json, Report.json(results));
      }
      return results.isClean() ? 0 : 1;
    } catch (IllegalArgumentException e) {
      if (spec != null) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      throw e;
    }
  }

  private BenchSettings benchSettings(Path directory) {
    List<String> options = new ArrayList<>();
    options.add("-Xms256m");
    options.add("-Xmx" + heap);
    // With two processors or fewer, Java before 25 makes a thread for every task without it.
    options.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    options.addAll(jvmOptions);
    return new BenchSettings(
        nodes,
        replicas,
        drivers,
        keys,
        valueBytes,
        warmUpSeconds,
        rampSeconds,
        windowSeconds,
        repetitions,
        options,
        directory);
  }

  private List<SystemUnderTest> chosenSystems() {
    return systems.stream().map(name -> SystemUnderTest.named(name).with(settings)).toList();
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (String workload : workloads) {
      for (int number : inFlight) {
        if (number < 1 || number > 100_000) {
          throw new IllegalArgumentException(
              "--in-flight must be in [1, 100000], was [" + number + "]");
        }
        cells.add(new Cell(Workload.named(workload), keyChoice(), number));
      }
    }
    return cells;
  }

  private KeyChoice keyChoice() {
    return switch (choice.toLowerCase(Locale.ROOT)) {
      case "zipfian" -> KeyChoice.ZIPFIAN;
      case "uniform" -> KeyChoice.UNIFORM;
      default ->
          throw new IllegalArgumentException(
              "--keys-by must be one of zipfian, uniform, was [" + choice + "]");
    };
  }
}
