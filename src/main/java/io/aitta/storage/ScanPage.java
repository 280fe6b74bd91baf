package io.aitta.storage;

import io.aitta.model.Key;
import io.aitta.model.KeyedEntry;
import java.util.List;

/**
 * A part of a partition's entries.
 *
 * @param entries intact entries in the order of their keys
 * @param corrupt keys within the same range whose records failed their checksum
 * @param isLast whether nothing follows
 */
public record ScanPage(List<KeyedEntry> entries, List<Key> corrupt, boolean isLast) {

  public ScanPage {
    entries = List.copyOf(entries);
    corrupt = List.copyOf(corrupt);
  }
}
