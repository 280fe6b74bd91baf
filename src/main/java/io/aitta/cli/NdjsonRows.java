package io.aitta.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitta.model.Bytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One JSON object a line. It is stored as it is written, so that no number is rounded. */
final class NdjsonRows implements Rows {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Lines lines;
  private final String keyField;

  NdjsonRows(Lines lines, String keyField) {
    this.lines = lines;
    this.keyField = keyField;
  }

  @Override
  public @Nullable Row next() throws IOException {
    for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
      if (line.problem() != null) {
        return Row.bad(line.number(), line.problem());
      }
      String text = line.text().strip();
      if (!text.isEmpty()) {
        return row(line.number(), text);
      }
    }
    return null;
  }

  private Row row(long number, String text) {
    try {
      JsonNode object = MAPPER.readTree(text);
      if (!object.isObject()) {
        return Row.bad(number, "not a JSON object");
      }
      JsonNode key = object.path(keyField);
      if (!key.isValueNode() || key.isNull() || key.asText().isEmpty()) {
        return Row.bad(number, "field [" + keyField + "] must be a text or a number");
      }
      return Row.good(number, key.asText(), Bytes.ofUtf8(text));
    } catch (JsonProcessingException e) {
      return Row.bad(number, "not JSON: " + withoutContent(e));
    }
  }

  /** Jackson's messages quote the input, and values stay out of what is printed. */
  private static String withoutContent(JsonProcessingException e) {
    return e.getLocation() == null
        ? "malformed"
        : "malformed at column " + e.getLocation().getColumnNr();
  }
}
