package io.aitta.cli;

import io.aitta.model.Bytes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Deletes a key. One that is not there is deleted all the same.")
final class DeleteCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();
  @Mixin private RequestOptions options = new RequestOptions();

  @Parameters(index = "0", paramLabel = "STORE", description = "The store's name.")
  private String store = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Option(names = "--json", description = "Prints the receipt as JSON.")
  private boolean json;

  DeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String target = ApiClient.entry(store, key) + options.query();
    session.stores().add(store);
    ApiAnswer answer =
        session
            .client(data.directory())
            .send(new ApiClient.Request("DELETE", target, Bytes.EMPTY, "", options.patience()));
    return Receipts.print(answer, json, "deleted", session.streams());
  }
}
