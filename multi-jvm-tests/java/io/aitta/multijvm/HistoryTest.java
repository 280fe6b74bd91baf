package io.aitta.multijvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.HybridTime;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.multijvm.NodeClient.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The judge of the other tests sees each fault that they look for. */
final class HistoryTest {
  private final History history = new History();

  @Test
  void findsNothingWrongWithWhatAnAtomicRegisterDoes() {
    read(null, 0, 1, 0);
    write("a", 2, 5, Outcome.DONE, 1);
    read(null, 3, 4, 0);
    write("b", 6, 7, Outcome.UNKNOWN, 0);
    read("a", 8, 9, 1);
    read("b", 10, 11, 2);
    write("c", 12, 13, Outcome.REFUSED, 0);
    write("d", 14, 15, Outcome.DONE, 3);
    assertEquals(0, history.violations().size(), history.violations().toString());
  }

  @Test
  void findsAnAcknowledgedWriteThatIsLost() {
    write("a", 0, 1, Outcome.DONE, 1);
    write("b", 2, 3, Outcome.DONE, 2);
    read("a", 4, 5, 1);
    assertViolation("lost");
  }

  @Test
  void findsAKeyThatIsGone() {
    write("a", 0, 1, Outcome.DONE, 1);
    read(null, 2, 3, 0);
    assertViolation("lost");
  }

  @Test
  void findsReadsThatGoBackInTime() {
    write("a", 0, 1, Outcome.DONE, 1);
    write("b", 2, 3, Outcome.UNKNOWN, 0);
    read("b", 4, 5, 2);
    read("a", 6, 7, 1);
    assertViolation("went back");
  }

  @Test
  void findsARefusedWriteThatIsVisible() {
    write("a", 0, 1, Outcome.REFUSED, 0);
    read("a", 2, 3, 1);
    assertViolation("refused");
  }

  @Test
  void findsAValueThatNobodyPut() {
    read("a", 0, 1, 1);
    assertViolation("nobody put");
  }

  @Test
  void findsAPutThatTookEffectTwice() {
    write("a", 0, 1, Outcome.DONE, 1);
    read("a", 2, 3, 2);
    assertViolation("another version");
  }

  @Test
  void findsALaterPutWithAnOlderVersion() {
    write("a", 0, 1, Outcome.DONE, 2);
    write("b", 2, 3, Outcome.DONE, 1);
    assertViolation("not newer");
  }

  private void write(String value, long start, long end, Outcome outcome, long version) {
    history.add(
        new History.Written(
            "k", value, start, end, outcome, outcome == Outcome.DONE ? version(version) : null));
  }

  private void read(@Nullable String value, long start, long end, long version) {
    history.add(
        new History.Read(
            "k", value, start, end, version == 0 ? Version.NONE : version(version), "node-1"));
  }

  private static Version version(long millis) {
    return new Version(HybridTime.ofMillis(millis), new NodeId(1));
  }

  private void assertViolation(String part) {
    assertEquals(1, history.violations().size(), history.violations().toString());
    assertTrue(history.violations().get(0).contains(part), () -> history.violations().toString());
  }
}
