package io.aitta.cli;

import io.aitta.http.FakeNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process of a node whose store is a map. A file {@code broken} in its folder breaks it. */
final class FakeNodeMain {
  private FakeNodeMain() {}

  public static void main(String[] arguments) {
    Session session =
        new Session(Streams.ofProcess(), new NodeLauncher(FakeNodeMain.class.getName()));
    System.exit(
        AittaCommand.commandLine(
                session,
                system -> {
                  if (Files.exists(Path.of("broken"))) {
                    throw new IllegalStateException("this node\nis broken");
                  }
                  write(Path.of("written"));
                  return new FakeNode();
                })
            .execute(arguments));
  }

  /** As a storage engine does, which asks for no permissions of its own. */
  private static void write(Path file) {
    try {
      Files.writeString(file, "values");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
