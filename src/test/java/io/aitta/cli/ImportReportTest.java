package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ImportReportTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void showsRateAndTimeLeftOnATerminal() {
    report(true, false).show(500, 250, 5 * SECOND);
    assertEquals(
        "\r[#######-----------------------]  25%  500 rows, 100 rows/s, 0:15 left\u001B[K",
        shown());
  }

  @Test
  void timeLeftCountsOnlyWhatThisRunRead() {
    ImportReport report = report(true, false);
    report.begin(500, 10 * SECOND);
    report.show(100, 600, 20 * SECOND);
    assertEquals(
        "\r[##################------------]  60%  100 rows, 10 rows/s, 0:40 left\u001B[K", shown());
  }

  @Test
  void drawsNothingElsewhereButSaysWhatIsBad() {
    ImportReport report = report(false, false);
    report.show(500, 250, 60 * SECOND);
    report.say("aitta: line 3 is bad");
    report.end();
    assertEquals("aitta: line 3 is bad\n", shown());
  }

  @Test
  void drawsNothingWhenItShallBeQuiet() {
    report(true, true).show(500, 250, 60 * SECOND);
    assertEquals("", shown());
  }

  private ImportReport report(boolean isTerminal, boolean isQuiet) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Streams streams =
        new Streams(InputStream.nullInputStream(), stream, stream, isTerminal, isTerminal);
    return new ImportReport(streams, isQuiet, 1_000, 0);
  }

  private String shown() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
