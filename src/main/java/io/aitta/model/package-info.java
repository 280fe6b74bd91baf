/**
 * Keys, versions and their clock, values, tombstones, and the messages, replies and outcomes that
 * the other packages exchange: immutable values without Pekko, clocks or randomness.
 */
@NullMarked
package io.aitta.model;

import org.jspecify.annotations.NullMarked;
