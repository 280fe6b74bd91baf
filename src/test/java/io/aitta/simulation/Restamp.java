package io.aitta.simulation;

import io.aitta.model.Version;

/**
 * A version for a put whose first one was superseded.
 *
 * @param isExempt whether it is further ahead than the clock bound
 */
record Restamp(Version version, boolean isExempt) {}
