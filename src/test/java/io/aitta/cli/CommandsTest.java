package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.FreePorts;
import io.aitta.http.FakeNode;
import io.aitta.http.HttpServerFixture;
import io.aitta.model.Entry;
import io.aitta.model.GetOutcome;
import io.aitta.model.Key;
import io.aitta.model.PutOutcome;
import io.aitta.model.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsTest {
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
    server.node.reset();
    Cli.writeCluster(directory, server.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "a/b", "..", "ä ö+%", "日本?&="})
  void putsGetsAndDeletesAnyKeyThroughTheNodeThatAnswers(String key) {
    assertEquals(0, run("put", "s", key, "välue"), cli.err());
    assertEquals("välue", entry("s", key).value().utf8());
    assertEquals("string", entry("s", key).codec());
    assertEquals(0, run("get", "s", key));
    assertEquals("välue", cli.out());
    assertEquals(0, run("delete", "s", key));
    assertEquals(1, run("get", "s", key));
    assertEquals("", cli.out());
  }

  @Test
  void putsAFileAndTheInput() throws Exception {
    Path file = Files.write(directory.resolve("in"), new byte[] {0, 1, (byte) 0xFF});
    assertEquals(0, run("put", "s", "f", "--file", file.toString()));
    assertEquals("bytes", entry("s", "f").codec());
    Path output = directory.resolve("out");
    assertEquals(0, run("get", "s", "f", "--output", output.toString()));
    assertEquals(-1, Files.mismatch(file, output));
    cli.input("from the input");
    assertEquals(0, run("put", "s", "i", "-"));
    assertEquals("from the input", entry("s", "i").value().utf8());
    assertEquals(2, run("put", "s", "i"));
    assertEquals(2, run("put", "s", "i", "v", "--file", file.toString()));
    assertEquals(2, run("put", "s", "i", "--file", "/no/such/file"));
    assertEquals(0, run("put", "s", "i", "--", "-5"));
    assertEquals("-5", entry("s", "i").value().utf8());
  }

  @Test
  void handsOptionsOn() {
    run("put", "s", "k", "v", "--ttl", "7d", "--consistency", "all", "--timeout", "2s");
    var options = Objects.requireNonNull(server.node.lastWrite);
    assertEquals(Duration.ofDays(7), options.timeToLive());
    assertEquals(Duration.ofSeconds(2), options.timeout());
    assertEquals("ALL", options.consistency().name());
  }

  @Test
  void tellsOutcomesApart() {
    server.node.putScript = key -> FakeNode.maybeApplied();
    assertEquals(4, run("put", "s", "k", "v"));
    assertTrue(cli.err().contains("may have been applied: 1 of 2"), cli.err());
    assertEquals(4, run("delete", "s", "k", "--json"));
    assertTrue(cli.out().contains("MAYBE_APPLIED"), cli.out());
    server.node.putScript =
        key -> new PutOutcome.Refused(FakeNode.refusal(Refusal.Code.TOO_FEW_REPLICAS));
    assertEquals(3, run("put", "s", "k", "v"));
    assertEquals("aitta: needs 2 replicas, 1 is alive\n", cli.err());
    server.node.getScript =
        key -> new GetOutcome.Unavailable(FakeNode.refusal(Refusal.Code.OVERLOADED));
    assertEquals(3, run("get", "s", "k"));
    assertEquals(3, run("put", "s", "k", "x".repeat(70_000)));
    assertEquals(2, run("put", "Bad_Store", "k", "v"));
    assertEquals(2, run("put", "s", "k".repeat(1_025), "v"));
    assertEquals(2, run("get", "s", ""));
  }

  @Test
  void saysThatNoNodeAnswers() throws Exception {
    Cli.writeCluster(directory, FreePorts.next(1));
    assertEquals(3, run("get", "s", "k"));
    assertTrue(cli.err().startsWith("aitta: no node answers"), cli.err());
    assertEquals(3, run("put", "s", "k", "v"));
    assertEquals(3, run("status"));
    assertTrue(cli.out().contains("stopped"), cli.out());
  }

  @Test
  void saysThatThereIsNoCluster() throws Exception {
    Files.delete(directory.resolve("cluster.json"));
    assertEquals(3, run("get", "s", "k"));
    assertTrue(cli.err().contains("no cluster in " + directory), cli.err());
    Files.writeString(directory.resolve("cluster.json"), "{nonsense");
    assertEquals(3, run("get", "s", "k"));
    assertTrue(cli.err().contains("is not readable"), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @Test
  void printsAReceiptAsJson() throws Exception {
    assertEquals(0, run("put", "s", "k", "v", "--json"));
    assertEquals("WRITTEN", new ObjectMapper().readTree(cli.out()).get("outcome").asText());
  }

  @Test
  void showsTheStatusOfEveryNode() throws Exception {
    assertEquals(0, run("status"), cli.err());
    String[] lines = cli.out().split("\n", -1);
    assertTrue(lines[1].matches("node-1 +00000000000000a1 +stopped .*"), lines[1]);
    assertTrue(lines[2].startsWith("node-2"), lines[2]);
    assertTrue(
        cli.out()
            .contains(
                "256 under-replicated: 256 have too few members, 255 have members that are not"
                    + " alive\n"),
        cli.out());
    assertTrue(cli.out().contains("\n254 without a majority of members that are alive\n"));
    assertTrue(
        cli.out().contains("\n2 lost their majority and were recovered from what was left\n"));
    assertTrue(cli.out().contains("last anti-entropy: 1 of 256 partitions, the longest "));
    assertTrue(cli.out().contains(" h ago, 3 records mended\n"), cli.out());
    assertTrue(cli.out().lines().allMatch(line -> line.length() <= 120), cli.out());
    assertEquals(0, run("status", "--json"));
    JsonNode status = new ObjectMapper().readTree(cli.out());
    assertEquals("stopped", status.at("/nodes/0/liveness").asText());
    assertEquals("node-2", status.at("/nodes/1/name").asText());
    assertEquals(256, status.get("underReplicated").asInt());
  }

  private int times(String text) {
    return cli.out().split(java.util.regex.Pattern.quote(text), -1).length - 1;
  }

  @Test
  void watchesWhatMoves() throws Exception {
    server.node.settled = false;
    server.node.leaving = true;
    server.node.othersAlive = true;
    assertEquals(0, run("status", "--watch", "--times", "2", "--interval", "1ms"), cli.err());
    assertEquals(2, times("256 partitions, replication factor 3, epochs 0.1 to 0.2, 16 moving\n"));
    assertEquals(
        2,
        times(
            """
            6 hints waiting
              node-1 keeps 3 for node-2, 1.5 KiB, for 13 s
              00000000000000c3 keeps 3 for node-2, 1.5 KiB, for 13 s
            """));
    assertEquals(
        2,
        times(
            """

            00000000000000c3 takes over 1 partition: 24.0 KiB to come, 4.0 KiB/s, time left 6 s
            node-1 takes over 1 partition: at least 0 B to come, 4.0 KiB/s, time left unknown
            partition  epoch  to                for   sources  entries      size       rate   to come  time left
                    1    0.2  00000000000000c3  load  0 of 2        40  16.0 KiB  4.0 KiB/s  24.0 KiB        6 s
                    1    0.2  node-1            load  0 of 1         0       0 B      0 B/s   unknown    unknown

            partition 1, epoch 0.2: node-1 node-2 to 00000000000000c3 node-1
            """));
    assertTrue(cli.out().lines().allMatch(line -> line.length() <= 120), cli.out());
    assertEquals(0, run("status", "--watch", "--times", "2", "--interval", "1ms", "--json"));
    assertEquals(2, cli.out().lines().count(), cli.out());
    JsonNode status = new ObjectMapper().readTree(cli.out().lines().findFirst().orElseThrow());
    assertEquals("0.2", status.at("/epochs/1").asText());
    assertEquals(16, status.get("joint").asInt());
    assertEquals(6, status.get("hints").asInt());
    assertEquals("00000000000000c3", status.at("/nodes/2/id").asText());
    assertEquals(6.0, status.at("/transfers/0/secondsLeft").asDouble());
    assertEquals(1, status.at("/transfers/0/partition").asInt());
    assertTrue(status.at("/transfers/1/remainingBytes").isNull());
    assertEquals(1, status.at("/lastAntiEntropy/partitions").asInt());
    assertEquals("2023-11-14T22:13:20Z", status.at("/lastAntiEntropy/oldest").asText());
    assertTrue(status.at("/nodes/2/name").isNull(), "a member that is no node of the file");
  }

  @Test
  void explainsWithoutTheValue() throws Exception {
    run("put", "s", "k", "secret");
    assertEquals(0, run("explain", "s", "k"), cli.err());
    assertTrue(cli.out().contains("node-1  00000000000000a1  a     value"), cli.out());
    assertTrue(cli.out().contains("unreachable"), cli.out());
    assertTrue(!cli.out().contains("secret"), cli.out());
    assertEquals(0, run("explain", "s", "k", "--json"));
    assertEquals(17, new ObjectMapper().readTree(cli.out()).get("partition").asInt());
  }

  @Test
  void aShellGoesOnAfterErrors() {
    cli.input(
        """
        # a comment
        put s 'a key' "a \\"value\\""
        put s
        bogus
        get s "unclosed
        put s b -
        get s 'a key'
        help
        help explain
        exit
        put s never v
        """);
    assertEquals(3, run("shell"), cli.err());
    assertEquals("a \"value\"", entry("s", "a key").value().utf8());
    assertTrue(cli.out().contains("a \"value\""), cli.out());
    assertTrue(cli.out().contains("Usage: aitta [-hV]"), cli.out());
    assertTrue(cli.out().contains("Usage: aitta explain"), cli.out());
    assertTrue(cli.err().contains("Missing required"), cli.err());
    assertTrue(cli.err().contains("'bogus'"), cli.err());
    assertTrue(!server.node.entries.containsKey(Key.of("s", "b")));
    assertTrue(!server.node.entries.containsKey(Key.of("s", "never")));
  }

  @Test
  void completesCommandsAndStores() {
    Streams streams =
        new Streams(java.io.InputStream.nullInputStream(), System.out, System.err, false, false);
    ShellCompleter completer =
        new ShellCompleter(
            java.util.Set.of("users"),
            AittaCommand.shellLine(new Session(streams, new NodeLauncher("none"))));
    assertTrue(completer.words(java.util.List.of(""), 0).toString().contains("explain"));
    assertEquals("[users]", completer.words(java.util.List.of("get", ""), 1).toString());
    assertEquals("[]", completer.words(java.util.List.of("status", ""), 1).toString());
    assertTrue(
        completer.words(java.util.List.of("get", "s", "--"), 2).toString().contains("--timeout"));
    assertTrue(completer.words(java.util.List.of("help", ""), 1).toString().contains("import"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus",
        "get s",
        "get s k more",
        "get s k --nosuch",
        "get s k --consistency SOME",
        "get s k --timeout 5",
        "put s k v --ttl forever",
        "up --nodes 0",
        "up --nodes x",
        "up --nodes 3 --engine paper",
        "up --nodes 3 --fsync maybe",
        "up --nodes 3 --heap lots",
        "up --nodes 3 --replication-factor 0",
        "up --nodes 3 --port 25601 --http-port 25602",
        "up --nodes 3 --config /no/such/file",
        "start node-9",
        "start",
        "stop node-9",
        "leave",
        "leave node-9",
        "leave node-1 --wait long",
        "restart",
        "restart --rolling node-1",
        "add --port x",
        "add node-4",
        "status --times 2",
        "status --watch --interval soon",
        "import",
        "import /no/such/file --store s --key k",
        "import - --store S --key k",
        "import - --store s --key k --concurrency 0",
        "import - --store s --key k --format xml"
      })
  void wrongArgumentsAreOneLineAndCode2(String line) throws Exception {
    if (line.startsWith("up")) {
      Files.delete(directory.resolve("cluster.json"));
    }
    String[] words = line.split(" ", -1);
    assertEquals(2, line.equals("bogus") ? cli.run(words) : run(words), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("aitta: "), cli.err());
    assertEquals("", cli.out());
  }

  @Test
  void namesWhatIsUnknown() {
    cli.run("bogus");
    assertEquals("aitta: unknown command 'bogus' (see 'aitta --help')\n", cli.err());
    run("get", "s", "k", "--nosuch");
    assertEquals("aitta: unknown option '--nosuch' (see 'aitta get --help')\n", cli.err());
    run("get", "s", "k", "more");
    assertEquals("aitta: one argument too many: 'more' (see 'aitta get --help')\n", cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {"./a-b/c_1, ./a-b/c_1", "/a b, '/a b'", "it's, 'it'\\''s'", "$x, '$x'"})
  void quotesWhatShallBePasted(String word, String quoted) {
    assertEquals(quoted, ShellWords.quoted(word));
  }

  @Test
  void saysWhetherAKeyWasPutOrDeleted() {
    run("put", "s", "k", "v");
    assertTrue(cli.out().startsWith("written: version 100"), cli.out());
    run("delete", "s", "k");
    assertTrue(cli.out().startsWith("deleted: version 100"), cli.out());
  }

  @Test
  void noCommandAtAllIsOneLineAndCode2() {
    assertEquals(2, cli.run());
    assertEquals("aitta: Missing command (see 'aitta --help')\n", cli.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up", "import", "get", "put", "delete", "status", "explain", "shell", "stop", "start",
        "add", "leave", "restart", "node"
      })
  void everyCommandHasHelpAndVersion(String command) {
    assertEquals(0, cli.run(command, "--help"));
    assertTrue(cli.out().startsWith("Usage: aitta " + command), cli.out());
    assertEquals(0, cli.run(command, "--version"));
    assertTrue(cli.out().startsWith("aitta "), cli.out());
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = arguments[0];
    all[1] = "--data";
    all[2] = directory.toString();
    System.arraycopy(arguments, 1, all, 3, arguments.length - 1);
    return cli.run(all);
  }

  private static Entry entry(String store, String key) {
    return Objects.requireNonNull(server.node.entries.get(Key.of(store, key)));
  }
}
