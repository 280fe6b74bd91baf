package io.aitta.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The lines between the benchmark and its nodes: an answer is marked, and is JSON or a problem. */
final class Lines {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String ANSWER = "@answer ";
  static final String PROBLEM = "@problem ";

  private Lines() {}

  static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  static <T> T read(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + json, e);
    }
  }
}
