package io.aitta.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** What a node's process answers. */
sealed interface NodeAnswer {

  /** Nothing but that it is done. */
  record Done() implements NodeAnswer {}

  /** It runs, and can be joined. */
  record Started(String address) implements NodeAnswer {}

  /** How often what went wrong. */
  record Failures(Map<String, Long> counts) implements NodeAnswer {}

  /**
   * What ended in a span of time.
   *
   * @param nanos how long it was
   * @param gets their latencies in nanoseconds, as HdrHistogram compresses them
   * @param puts the same
   * @param resources what the process used
   */
  record Window(
      long nanos, String gets, String puts, Resources resources, Map<String, Long> failures)
      implements NodeAnswer {

    static String encode(Histogram histogram) {
      ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
      int length = histogram.encodeIntoCompressedByteBuffer(buffer);
      byte[] bytes = new byte[length];
      buffer.get(0, bytes);
      return Base64.getEncoder().encodeToString(bytes);
    }

    static Histogram decode(String encoded) {
      try {
        return Histogram.decodeFromCompressedByteBuffer(
            ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), 0);
      } catch (DataFormatException e) {
        throw new IllegalArgumentException("not a histogram", e);
      }
    }
  }

  /** For each watched key, the puts that a read may return. */
  record Writes(Map<Integer, List<Write>> possible) implements NodeAnswer {}

  /** For each watched key that was read, the stamp of its value. */
  record Stamps(Map<Integer, Long> stamps, Map<String, Long> failures) implements NodeAnswer {}
}
