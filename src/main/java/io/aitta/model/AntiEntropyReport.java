package io.aitta.model;

/**
 * What a node says of the comparisons of its replicas with others', since it started.
 *
 * @param sinceComparedMillis how long ago the replica was compared for which that was longest ago;
 *     -1 if one was not compared yet, or there is none to compare with
 * @param comparisons that this node began and came to their end
 * @param repairedEntries that it pushed to others, or fetched from them
 * @param bytesSent encoded, entries included
 * @param bytesReceived encoded, entries included
 */
public record AntiEntropyReport(
    long sinceComparedMillis,
    long comparisons,
    long repairedEntries,
    long bytesSent,
    long bytesReceived) {

  /** Nothing was compared yet. */
  public static final AntiEntropyReport NONE = new AntiEntropyReport(-1, 0, 0, 0, 0);
}
