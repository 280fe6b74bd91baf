package io.aitta.storage;

import io.aitta.model.Entry;
import io.aitta.model.Key;
import io.aitta.model.NodeId;

/** A write that is kept for a node that did not acknowledge it. */
public record StoredHint(NodeId target, Key key, Entry entry) {}
