package io.aitta.model;

import java.util.UUID;

/** The identity of one Aitta cluster's data, decided once at bootstrap and stored by every node. */
public record ClusterId(UUID value) {

  /** Reads the text form of a UUID. */
  public static ClusterId parse(String text) {
    return new ClusterId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
