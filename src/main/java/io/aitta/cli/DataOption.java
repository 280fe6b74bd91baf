package io.aitta.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The directory of a local cluster. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The cluster's directory (default: ./aitta-data).")
  private Path directory = Path.of("aitta-data");

  Path directory() {
    return directory.toAbsolutePath().normalize();
  }
}
