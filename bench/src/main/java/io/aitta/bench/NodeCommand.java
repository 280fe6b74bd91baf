package io.aitta.bench;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * What a node's process is told, one per line on its standard input. Each is answered by one line.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(NodeCommand.Join.class),
  @JsonSubTypes.Type(NodeCommand.Preload.class),
  @JsonSubTypes.Type(NodeCommand.Begin.class),
  @JsonSubTypes.Type(NodeCommand.OpenWindow.class),
  @JsonSubTypes.Type(NodeCommand.CloseWindow.class),
  @JsonSubTypes.Type(NodeCommand.End.class),
  @JsonSubTypes.Type(NodeCommand.Written.class),
  @JsonSubTypes.Type(NodeCommand.ReadBack.class),
  @JsonSubTypes.Type(NodeCommand.Quit.class)
})
sealed interface NodeCommand {

  /** Join, and wait until the cluster is ready; answered with nothing. */
  record Join(List<String> addresses) implements NodeCommand {}

  /** Put this driver's share of the keys; answered with {@link NodeAnswer.Failures}. */
  record Preload() implements NodeCommand {}

  /** Begin the load; answered with nothing. */
  record Begin(Workload workload, KeyChoice choice, int inFlight) implements NodeCommand {}

  /** Measure from now on; answered with {@link NodeAnswer.Window}, of what came before. */
  record OpenWindow() implements NodeCommand {}

  /** Answered with {@link NodeAnswer.Window}, of what came since the last. */
  record CloseWindow() implements NodeCommand {}

  /** End the load; answered with {@link NodeAnswer.Failures}. */
  record End() implements NodeCommand {}

  /** Answered with {@link NodeAnswer.Writes}: what reads of the watched keys may return. */
  record Written() implements NodeCommand {}

  /** Read the watched keys; answered with {@link NodeAnswer.Stamps}. */
  record ReadBack() implements NodeCommand {}

  /** Close the store and end; not answered. */
  record Quit() implements NodeCommand {}
}
