package io.aitta.cli;

import io.aitta.model.Bytes;
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
    name = "put",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Stores a value: VALUE, a file's bytes, or with - the standard input's.",
      "A VALUE that starts with a dash comes after --."
    })
final class PutCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private DataOption data = new DataOption();
  @Mixin private RequestOptions options = new RequestOptions();

  @Parameters(index = "0", paramLabel = "STORE", description = "The store: [a-z0-9-]{1,64}.")
  private String store = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "The key: 1 to 1,024 bytes of UTF-8.")
  private String key = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "The value as text, or - to read the standard input.")
  private @Nullable String value;

  @Option(names = "--file", paramLabel = "FILE", description = "Stores a file's bytes.")
  private @Nullable Path file;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long the value is visible: 30s, 2m, 7d (default: for ever).")
  private @Nullable String ttl;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "application/json, text/plain or any other (default: text/plain for VALUE).")
  private @Nullable String contentType;

  @Option(names = "--json", description = "Prints the receipt as JSON.")
  private boolean json;

  PutCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if ((value == null) == (file == null)) {
      throw CommandFailure.usage("put needs one of VALUE, --file FILE and -");
    }
    String target =
        ApiClient.entry(store, key)
            + options.query()
            + (ttl == null ? "" : "&ttl=" + RequestOptions.checkedDuration("--ttl", ttl));
    session.stores().add(store);
    String type = contentType != null ? contentType : isText() ? "text/plain" : "";
    ApiAnswer answer =
        session
            .client(data.directory())
            .send(new ApiClient.Request("PUT", target, body(), type, options.patience()));
    return Receipts.print(answer, json, "written", session.streams());
  }

  private boolean isText() {
    return value != null && !value.equals("-");
  }

  private Bytes body() throws IOException {
    if (file != null) {
      if (!Files.isRegularFile(file)) {
        throw CommandFailure.usage("no file [" + file + "]");
      }
      return Bytes.wrap(Files.readAllBytes(file));
    }
    return isText()
        ? Bytes.ofUtf8(String.valueOf(value))
        : Bytes.wrap(session.streams().in().readAllBytes());
  }
}
