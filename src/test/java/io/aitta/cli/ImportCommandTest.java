package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.http.FakeNode;
import io.aitta.http.HttpServerFixture;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandTest {
  private static HttpServerFixture server;

  @TempDir private Path directory;
  private final Cli cli = new Cli();

  @BeforeAll
  static void start() throws Exception {
    server = new HttpServerFixture("aitta.max-value-size = 64 KiB");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() throws Exception {
    server.node.putScript = null;
    server.node.entries.clear();
    server.node.puts.clear();
    Cli.writeCluster(directory, server.port());
  }

  @Test
  void putsEveryRowOfACsvFileThoughANodeIsGone() throws Exception {
    StringBuilder text = new StringBuilder("id,name\n");
    for (int i = 0; i < 2_000; i++) {
      text.append(i).append(",\"name, ").append(i).append("\"\n");
    }
    Path file = write("rows.csv", text.toString());
    assertEquals(0, importing(file), cli.err());
    assertEquals(2_000, server.node.entries.size());
    assertEquals(
        "{\"id\":\"7\",\"name\":\"name, 7\"}",
        Objects.requireNonNull(server.node.entries.get(Key.of("s", "7"))).value().utf8());
    assertEquals("json", Objects.requireNonNull(server.node.entries.get(Key.of("s", "7"))).codec());
    assertTrue(cli.out().startsWith("2000 rows put, 0 bad, 0 not acknowledged, "), cli.out());
    assertEquals(0, sidecars());
  }

  @Test
  void reportsBadLinesWithTheirNumbersAndExitsWith1() throws Exception {
    String large = "x".repeat(70_000);
    Path file =
        write(
            "rows.csv",
            "id,name\n1,a\nbad\n2,\"two\nlines\"\n"
                + "3,"
                + large
                + "\n"
                + "k".repeat(1_025)
                + ",long key\n4,d\n");
    assertEquals(1, importing(file));
    assertEquals(3, server.node.entries.size());
    assertTrue(cli.err().contains("line 3 is bad: has 1 columns"), cli.err());
    assertTrue(cli.err().contains("line 6 is bad: value must have at most 65536"), cli.err());
    assertTrue(cli.err().contains("line 7 is bad: key must have 1 to 1024"), cli.err());
    assertTrue(cli.out().startsWith("3 rows put, 3 bad"), cli.out());
    assertFalse(cli.err().contains("xxxx"));
  }

  @Test
  void repeatsWhatWasRefusedOrMayHaveBeenApplied() throws Exception {
    Map<Key, Integer> attempts = new ConcurrentHashMap<>();
    server.node.putScript =
        key ->
            switch (attempts.merge(key, 1, Integer::sum)) {
              case 1 -> new PutOutcome.Refused(FakeNode.refusal(Refusal.Code.OVERLOADED));
              case 2 -> FakeNode.maybeApplied();
              case 3 -> new PutOutcome.Refused(FakeNode.refusal(Refusal.Code.TOO_FEW_REPLICAS));
              default -> null;
            };
    Path file = write("rows.ndjson", "{\"id\":1}\n{\"id\":2}\n");
    assertEquals(0, importing(file), cli.err());
    assertEquals(2, server.node.entries.size());
  }

  @Test
  void goesOnWhereItWasBrokenOff() throws Exception {
    StringBuilder text = new StringBuilder("bad line\n");
    for (int i = 0; i < 500; i++) {
      text.append("{\"id\":").append(i).append("}\n");
    }
    Path file = write("rows.ndjson", text.toString());
    server.node.putScript = key -> key.name().equals("300") ? FakeNode.maybeApplied() : null;
    assertEquals(3, importing(file, "--retry-for", "300ms", "--concurrency", "8"));
    assertTrue(cli.err().contains("line 302 was not acknowledged"), cli.err());
    assertEquals(1, sidecars());
    server.node.putScript = null;
    server.node.puts.clear();
    assertEquals(1, importing(file), "the bad line before the break still counts");
    assertTrue(cli.err().contains("goes on after row 301"), cli.err());
    assertEquals(500, server.node.entries.size());
    assertFalse(server.node.puts.containsKey(Key.of("s", "299")));
    assertTrue(server.node.puts.containsKey(Key.of("s", "300")));
    assertTrue(cli.out().contains(" 1 bad"), cli.out());
    assertEquals(0, sidecars());
  }

  @Test
  void aChangedFileOrARestartBeginsAtTheFirstRow() throws Exception {
    Path file = write("rows.ndjson", "{\"id\":1}\n{\"id\":2}\n");
    server.node.putScript = key -> key.name().equals("2") ? FakeNode.maybeApplied() : null;
    assertEquals(3, importing(file, "--retry-for", "1ms", "--concurrency", "1"));
    server.node.putScript = null;
    server.node.puts.clear();
    assertEquals(0, importing(file, "--restart"));
    assertTrue(server.node.puts.containsKey(Key.of("s", "1")));
  }

  @Test
  void saysThatItWasInterrupted() throws Exception {
    Path file = write("rows.ndjson", "{\"id\":1}\n{\"id\":2}\n");
    Thread.currentThread().interrupt();
    assertEquals(3, importing(file));
    assertEquals("aitta: interrupted\n", cli.err());
  }

  @Test
  void readsTheInputAndGuessesItsForm() throws Exception {
    cli.input("id,v\n1,a\n2,b\n");
    assertEquals(0, run("-"));
    cli.input("{\"id\":3}\n");
    assertEquals(0, run("-"));
    assertEquals(3, server.node.entries.size());
    cli.input("no,such,column\n");
    assertEquals(2, run("-"));
  }

  @Test
  void settlesRowsInOrderWhateverOrderTheyAreAcknowledgedIn() throws Exception {
    Path sidecar = directory.resolve("imports/x.json");
    ImportProgress progress = new ImportProgress(sidecar);
    progress.settle(2, false);
    progress.settle(1, true);
    assertEquals(0, progress.settled());
    progress.settle(0, false);
    progress.settle(4, true);
    progress.save();
    ImportProgress again = new ImportProgress(sidecar);
    assertEquals(3, again.settled());
    assertEquals(1, again.settledBad());
    Files.writeString(sidecar, "{half");
    assertEquals(0, new ImportProgress(sidecar).settled());
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private int importing(Path file, String... more) {
    String[] all = new String[more.length + 1];
    all[0] = file.toString();
    System.arraycopy(more, 0, all, 1, more.length);
    return run(all);
  }

  private int run(String... more) {
    return cli.run(
        Stream.concat(
                Stream.of("import", "--data", directory.toString(), "--store", "s", "--key", "id"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private long sidecars() throws Exception {
    Path folder = directory.resolve("imports");
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
