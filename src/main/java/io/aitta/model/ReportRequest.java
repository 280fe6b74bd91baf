package io.aitta.model;

/**
 * Asks a node for its report.
 *
 * @param id chosen by the sender; comes back in the reply
 */
public record ReportRequest(long id, NodeId from, NodeId to) implements ControlMessage {}
