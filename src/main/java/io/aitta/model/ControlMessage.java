package io.aitta.model;

/** A message of the rare kind: small, self-describing, and written by Jackson. */
public sealed interface ControlMessage extends WireMessage
    permits Greeting,
        FoundingMessage,
        SuccessionMessage,
        TableMessage,
        LoadingMessage,
        ReportRequest,
        ReportReply {}
