/**
 * Clusters under control, in one ActorSystem and without a network, and the judges of what clients
 * saw: for users' tests and ours.
 */
@NullMarked
package io.aitta.testkit;

import org.jspecify.annotations.NullMarked;
