package io.aitta.model;

/** A node's report, in answer to a {@link ReportRequest} of the same id. */
public record ReportReply(long id, NodeId from, NodeId to, NodeReport report)
    implements ControlMessage {}
