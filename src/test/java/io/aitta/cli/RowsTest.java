package io.aitta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowsTest {

  @Test
  void readsQuotedFieldsAsRfc4180SaysThem() throws Exception {
    List<String> rows =
        csv(
            "id,text\r\n"
                .concat("1,plain\r\n2,\"a, b\"\r\n3,\"he said \"\"no\"\"\"\r\n4,\"two\nlines\"\r\n")
                .concat("5,\r\n6,\" spaced \"\r\n\r\n7,last"));
    assertEquals(
        List.of(
            "2 1 {\"id\":\"1\",\"text\":\"plain\"}",
            "3 2 {\"id\":\"2\",\"text\":\"a, b\"}",
            "4 3 {\"id\":\"3\",\"text\":\"he said \\\"no\\\"\"}",
            "5 4 {\"id\":\"4\",\"text\":\"two\\nlines\"}",
            "7 5 {\"id\":\"5\",\"text\":\"\"}",
            "8 6 {\"id\":\"6\",\"text\":\" spaced \"}",
            "10 7 {\"id\":\"7\",\"text\":\"last\"}"),
        rows);
  }

  @Test
  void namesBadLinesAndGoesOn() throws Exception {
    List<String> rows = csv("id,text\n1,a\n2\n3,b,c\n,empty\n4,\"x\"y\n5,z\n");
    assertEquals(6, rows.size(), rows.toString());
    assertTrue(rows.get(0).startsWith("2 1 "));
    assertEquals("3 bad: has 1 columns, the header has 2", rows.get(1));
    assertEquals("4 bad: has 3 columns, the header has 2", rows.get(2));
    assertEquals("5 bad: column [id] is empty", rows.get(3));
    assertTrue(rows.get(4).startsWith("6 bad: not CSV"), rows.get(4));
    assertTrue(rows.get(5).startsWith("7 5 "));
  }

  @Test
  void aLostQuoteCostsItsOwnLineAlone() throws Exception {
    List<String> rows = csv("id,text\n1,\"open\n2,b\n3,c\n4,\"open too\n5,e\n6,\"f\"\n");
    assertEquals(6, rows.size(), rows.toString());
    assertTrue(rows.get(0).startsWith("2 bad: a quote is not closed"), rows.get(0));
    assertTrue(rows.get(1).startsWith("3 2 "), rows.get(1));
    assertTrue(rows.get(2).startsWith("4 3 "));
    assertTrue(rows.get(3).startsWith("5 bad: a quote is not closed"), rows.get(3));
    assertTrue(rows.get(4).startsWith("6 5 "));
    assertTrue(rows.get(5).startsWith("7 6 "));
  }

  @Test
  void aLineThatIsNotUtf8IsBad() throws Exception {
    byte[] text = "id,t\n1,a\n2,X\n3,c\n".getBytes(StandardCharsets.ISO_8859_1);
    text[11] = (byte) 0xE4;
    List<String> rows = all(new CsvRows(lines(text), "id"));
    assertEquals("3 bad: line is not UTF-8", rows.get(1));
    assertEquals(3, rows.size());
  }

  @Test
  void theHeaderMustHaveTheKey() {
    for (String text : List.of("", "a,b\n1,2\n", "id,id\n1,2\n", "\"id,b\n1,2\n")) {
      CommandFailure failure = assertThrows(CommandFailure.class, () -> csv(text));
      assertEquals(2, failure.exitCode());
    }
  }

  @Test
  void skipsAByteOrderMark() throws Exception {
    assertEquals(List.of("2 1 {\"id\":\"1\"}"), csv("\uFEFFid\n1\n"));
  }

  @Test
  void keepsNdjsonAsItIsWritten() throws Exception {
    List<String> rows =
        all(
            new NdjsonRows(
                lines(
                    """
                    {"id": 1, "n": 1.10000000000000000001}

                    {"id": "b"}
                    {"id": 2
                    [1]
                    {"no": 1}
                    {"id": null}
                    {"id": 3} {"id": 4}
                    {"id": {"x": 1}}
                    {"id": 5}\
                    """
                        .getBytes(StandardCharsets.UTF_8)),
                "id"));
    assertEquals("1 1 {\"id\": 1, \"n\": 1.10000000000000000001}", rows.get(0));
    assertEquals("3 b {\"id\": \"b\"}", rows.get(1));
    for (int i = 2; i <= 7; i++) {
      assertTrue(rows.get(i).startsWith((i + 2) + " bad: "), rows.get(i));
    }
    assertEquals("10 5 {\"id\": 5}", rows.get(8));
  }

  private static List<String> csv(String text) throws IOException {
    return all(new CsvRows(lines(text.getBytes(StandardCharsets.UTF_8)), "id"));
  }

  private static Lines lines(byte[] text) {
    return new Lines(new ByteArrayInputStream(text));
  }

  private static List<String> all(Rows rows) throws IOException {
    List<String> all = new ArrayList<>();
    for (Row row = rows.next(); row != null; row = rows.next()) {
      all.add(
          row.isBad()
              ? row.line() + " bad: " + row.problem()
              : row.line() + " " + row.goodKey() + " " + row.goodValue().utf8());
    }
    return all;
  }
}
