package io.aitta.model;

/**
 * What one node sends to another. Everything that crosses the network is one of these, and each has
 * a stored form in the tests that every later version must still read.
 */
public sealed interface WireMessage
    permits RequestFrame,
        ReplyFrame,
        FramePiece,
        CopyRequest,
        CopyPage,
        AntiEntropyMessage,
        TombstoneMessage,
        ControlMessage {}
