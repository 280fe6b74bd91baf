/**
 * Where a node keeps its copies, hints and metadata: the engine interface and the in-memory engine.
 */
@NullMarked
package io.aitta.storage;

import org.jspecify.annotations.NullMarked;
