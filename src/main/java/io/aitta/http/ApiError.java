package io.aitta.http;

import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is an error.
 *
 * @param code what kind of error, in upper case, never translated
 * @param message one sentence for people
 * @param value what was wrong: a text or a number; null if no single value was
 * @param bound what it is held against: a text or a number; null if there is none
 */
record ApiError(String code, String message, @Nullable Object value, @Nullable Object bound) {}
