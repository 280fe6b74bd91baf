/** The HTTP API of one node: raw request targets in, raw values and JSON out. */
@NullMarked
package io.aitta.http;

import org.jspecify.annotations.NullMarked;
