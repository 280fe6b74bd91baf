package io.aitta.multijvm;

import io.aitta.model.Bytes;

/** Bytes that pretend to be a message of the frames' serializer. */
record RawMessage(String manifest, Bytes content) {}
