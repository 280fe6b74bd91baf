/**
 * The course of one request: what is sent to which replica, counted against what the request needs.
 */
@NullMarked
package io.aitta.quorum;

import org.jspecify.annotations.NullMarked;
