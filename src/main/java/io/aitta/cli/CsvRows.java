package io.aitta.cli;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.aitta.model.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of CSV with a header, quoted as RFC 4180 says: a quoted field holds commas, line breaks and
 * doubled quotes.
 *
 * <p>A record ends where its quotes are even. One wrong quote would so swallow lines up to the next
 * one; what does not parse is therefore taken apart again: its first line is bad, and reading goes
 * on with the second.
 */
final class CsvRows implements Rows {
  private static final int MAX_RECORD_CHARS = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader FIELDS =
      new CsvMapper()
          .readerForListOf(String.class)
          .with(CsvParser.Feature.WRAP_AS_ARRAY)
          .without(CsvParser.Feature.TRIM_SPACES);

  private final Lines lines;
  private final List<String> header;
  private final int keyColumn;

  /**
   * Reads the header.
   *
   * @throws CommandFailure if there is none, or it has no such column
   */
  CsvRows(Lines lines, String keyColumn) throws IOException {
    this.lines = lines;
    Lines.Line first = lines.next();
    List<String> names = first == null ? null : fields(first.text());
    if (first == null || names == null || first.problem() != null) {
      throw CommandFailure.usage("line 1 must be a CSV header");
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw CommandFailure.usage("the CSV header must name each column once, was " + names);
    }
    this.header = names;
    this.keyColumn = names.indexOf(keyColumn);
    if (this.keyColumn < 0) {
      throw CommandFailure.usage(
          "--key must be one of the columns " + names + ", was [" + keyColumn + "]");
    }
  }

  @Override
  public @Nullable Row next() throws IOException {
    Lines.Line first = lines.next();
    while (first != null && first.problem() == null && first.text().isBlank()) {
      first = lines.next();
    }
    if (first == null) {
      return null;
    }
    if (first.problem() != null) {
      return Row.bad(first.number(), first.problem());
    }
    List<Lines.Line> more = new ArrayList<>();
    String text = record(first, more);
    List<String> fields = text == null ? null : fields(text);
    if (fields != null && fields.size() == header.size()) {
      return row(first.number(), fields);
    }
    lines.giveBack(more);
    String problem;
    if (text == null || !more.isEmpty()) {
      problem = "a quote is not closed";
    } else if (fields == null) {
      problem = "not CSV: a quote is not where RFC 4180 allows it";
    } else {
      problem = "has " + fields.size() + " columns, the header has " + header.size();
    }
    return Row.bad(first.number(), problem);
  }

  /** The text up to where quotes are even; null if they never are. */
  private @Nullable String record(Lines.Line first, List<Lines.Line> more) throws IOException {
    StringBuilder text = new StringBuilder(first.text());
    boolean isOpen = isOdd(first.text());
    while (isOpen) {
      Lines.Line line = lines.next();
      if (line == null) {
        return null;
      }
      more.add(line);
      text.append(line.text());
      if (line.problem() != null || text.length() > MAX_RECORD_CHARS) {
        return null;
      }
      isOpen ^= isOdd(line.text());
    }
    return text.toString();
  }

  private static boolean isOdd(String text) {
    return text.chars().filter(c -> c == '"').count() % 2 == 1;
  }

  private static @Nullable List<String> fields(String record) {
    try (MappingIterator<List<String>> records = FIELDS.readValues(record)) {
      List<String> fields = records.hasNextValue() ? records.nextValue() : null;
      return records.hasNextValue() ? null : fields;
    } catch (IOException e) {
      return null;
    }
  }

  private Row row(long number, List<String> fields) throws IOException {
    String key = fields.get(keyColumn);
    if (key.isEmpty()) {
      return Row.bad(number, "column [" + header.get(keyColumn) + "] is empty");
    }
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < fields.size(); i++) {
      object.put(header.get(i), fields.get(i));
    }
    return Row.good(number, key, Bytes.wrap(JSON.writeValueAsBytes(object)));
  }
}
