package io.aitta.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far an import came: the number of rows, from the first, that are all acknowledged or bad.
 * Kept in a file of its own, which another import of the same file into the same store finds.
 */
final class ImportProgress {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final @Nullable Path sidecar;
  private final Map<Long, Boolean> ahead = new HashMap<>(); // rows above settled; true if bad
  private long settled;
  private long settledBad;

  /**
   * @param sidecar null if progress is not kept
   */
  ImportProgress(@Nullable Path sidecar) {
    this.sidecar = sidecar;
    if (sidecar != null && Files.exists(sidecar)) {
      try {
        JsonNode saved = MAPPER.readTree(sidecar.toFile());
        settled = saved.path("rows").asLong();
        settledBad = saved.path("bad").asLong();
      } catch (IOException e) {
        // Puts are repeatable: beginning again is always right.
        settled = 0;
        settledBad = 0;
      }
    }
  }

  /** Where the progress of a file is kept. A file that changed is another one. */
  static Path sidecar(Path dataDirectory, Path file, String store, String key) throws IOException {
    String identity =
        file.toRealPath()
            + "\n"
            + Files.size(file)
            + "\n"
            + Files.getLastModifiedTime(file).toMillis()
            + "\n"
            + store
            + "\n"
            + key;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
      return dataDirectory
          .resolve("imports")
          .resolve(HexFormat.of().formatHex(hash, 0, 12) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How many rows are settled, from the first. */
  synchronized long settled() {
    return settled;
  }

  /** How many of them are bad. */
  synchronized long settledBad() {
    return settledBad;
  }

  /** Notes that a row, counted from 0, was acknowledged or is bad. */
  synchronized void settle(long row, boolean isBad) {
    ahead.put(row, isBad);
    for (Boolean next = ahead.remove(settled); next != null; next = ahead.remove(settled)) {
      settled++;
      settledBad += next ? 1 : 0;
    }
  }

  /** Writes the progress down. */
  synchronized void save() throws IOException {
    if (sidecar != null) {
      SafeFiles.makeDirectory(SafeFiles.folder(sidecar));
      SafeFiles.replace(
          sidecar, MAPPER.writeValueAsBytes(Map.of("rows", settled, "bad", settledBad)));
    }
  }

  /** Forgets the progress, when all is done. */
  synchronized void forget() throws IOException {
    if (sidecar != null) {
      Files.deleteIfExists(sidecar);
    }
  }
}
