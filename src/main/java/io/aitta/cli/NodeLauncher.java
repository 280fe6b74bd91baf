package io.aitta.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the process of a node so that it outlives this one: in a session of its own, for which a
 * terminal's Ctrl-C and hang-up are not meant.
 *
 * @param mainClass what the process runs, with the arguments of {@code aitta node}
 */
record NodeLauncher(String mainClass) {

  /** Marks a process as the node of one folder. */
  static String marker(Path dataDirectory, ClusterFile.Node node) {
    return "-Daitta.node=" + node.folder(dataDirectory);
  }

  /**
   * Starts a node. Its output is appended to {@code log}, its process id replaces {@code pid}.
   *
   * @param seeds the nodes that it joins, in this order
   */
  Process start(Path dataDirectory, ClusterFile cluster, ClusterFile.Node node, List<String> seeds)
      throws IOException {
    Path folder = node.folder(dataDirectory);
    SafeFiles.makeDirectory(folder);
    Path log = folder.resolve("log");
    SafeFiles.makePrivate(log);
    List<String> command = new ArrayList<>(detached());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + cluster.heap());
    command.add("-XX:+ExitOnOutOfMemoryError");
    // With two processors or fewer, Java before 25 makes a thread for every task without it.
    command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    String home = System.getProperty("aitta.home");
    if (home != null && Files.exists(Path.of(home, "conf", "logback.xml"))) {
      command.add("-Dlogback.configurationFile=" + Path.of(home, "conf", "logback.xml"));
    }
    command.add(marker(dataDirectory, node));
    command.addAll(
        List.of(
            mainClass,
            "node",
            "--data",
            dataDirectory.toString(),
            "--name",
            node.name(),
            "--seeds",
            String.join(",", seeds)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // In the environment it does not crowd the marker out of what the system keeps of a command.
    builder.environment().put("CLASSPATH", absoluteClassPath());
    Process process = builder.start();
    SafeFiles.replace(
        folder.resolve("pid"),
        (process.pid() + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII));
    return process;
  }

  /**
   * All replace themselves by the command, so the process id is the node's. Whatever the node
   * writes, its storage engine's files too, is its owner's alone.
   */
  private static List<String> detached() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path setsid = Path.of(folder, "setsid");
      if (Files.isExecutable(setsid)) {
        return List.of("sh", "-c", "umask 077; exec \"$@\"", "aitta", setsid.toString());
      }
    }
    return List.of("sh", "-c", "umask 077; trap '' INT HUP; exec \"$@\"", "aitta");
  }

  private static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
