package io.aitta.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Writes a value's bytes to the standard output, as they were put.")
final class GetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();
  @Mixin private RequestOptions options = new RequestOptions();

  @Parameters(index = "0", paramLabel = "STORE", description = "The store's name.")
  private String store = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Option(names = "--output", paramLabel = "FILE", description = "Writes to a file instead.")
  private @Nullable Path output;

  GetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    String target = ApiClient.entry(store, key) + options.query();
    session.stores().add(store);
    ApiAnswer answer =
        session.client(data.directory()).send(ApiClient.Request.get(target, options.patience()));
    if (!answer.isOk()) {
      throw answer.failure();
    }
    if (output != null) {
      Files.write(output, answer.body().toByteArray());
    } else {
      session.streams().out().write(answer.body().toByteArray());
      if (session.streams().isInteractive()) {
        session.streams().out().println();
      }
      session.streams().out().flush();
    }
    return ExitCode.DONE;
  }
}
