package io.aitta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HybridClockTest {
  private static final long BOUND = 100;

  @Test
  void issuesNothingUntilACeilingIsDurable() {
    HybridClock clock = clock(HybridTime.ZERO);
    assertFalse(clock.canIssue(1_000));
    assertThrows(IllegalStateException.class, () -> clock.issue(1_000));
    clock.raiseCeiling(HybridTime.ofMillis(2_000));
    assertTrue(clock.canIssue(1_000));
    assertEquals(HybridTime.ofMillis(1_000), clock.issue(1_000));
  }

  @Test
  void neverReachesTheCeiling() {
    HybridClock clock = clock(HybridTime.ZERO);
    clock.raiseCeiling(HybridTime.ofMillis(1_000));
    assertTrue(clock.canIssue(999));
    assertFalse(clock.canIssue(1_000));
    assertThrows(IllegalStateException.class, () -> clock.issue(1_000));
    clock.raiseCeiling(HybridTime.ofMillis(500));
    assertEquals(HybridTime.ofMillis(1_000), clock.ceiling(), "never lowered");
  }

  @Test
  void aStartBeginsAboveTheCeilingOfThePreviousRunThoughItsClockWasSetBack() {
    HybridTime floor = HybridTime.ofMillis(5_000);
    HybridClock clock = clock(floor);
    clock.raiseCeiling(HybridTime.ofMillis(6_000));
    assertTrue(clock.issue(10).isAfter(floor));
  }

  @Test
  void readingsOfOneMillisecondRise() {
    HybridClock clock = raised();
    HybridTime first = clock.issue(1_000);
    HybridTime second = clock.issue(1_000);
    assertTrue(second.isAfter(first));
    assertEquals(1_000, second.millis());
  }

  @Test
  void aReadingForMessagesFollowsTheClockAndNeverGoesBack() {
    HybridClock clock = raised();
    assertEquals(HybridTime.ofMillis(1_000), clock.read(1_000));
    assertEquals(HybridTime.ofMillis(1_000), clock.read(900));
    assertEquals(HybridTime.ofMillis(1_000), clock.last());
  }

  @Test
  void aReadingForMessagesIsNeverAboveTheCeiling() {
    HybridClock clock = raised();
    assertEquals(clock.ceiling(), clock.read(2_500));
    HybridClock restarted = clock(clock.ceiling());
    assertEquals(clock.ceiling(), restarted.read(10), "a later run does not read earlier");
  }

  @Test
  void thePresentGoesOnThoughNoCeilingCanBeStored() {
    HybridClock clock = raised();
    assertEquals(HybridTime.ofMillis(2_500), clock.now(2_500));
    assertEquals(clock.ceiling(), clock.read(2_500), "what is said to others does not");
    assertEquals(HybridTime.ofMillis(2_500), clock.now(900), "never goes back");
    clock.observe(HybridTime.ofMillis(2_600), 2_500);
    assertEquals(HybridTime.ofMillis(2_600), clock.now(2_500), "follows what it observed");
  }

  @Test
  void issuesAboveWhatItObserved() {
    HybridClock clock = raised();
    HybridTime remote = HybridTime.ofMillis(1_050).next().next().next();
    assertTrue(clock.observe(remote, 1_000));
    assertTrue(clock.issue(1_000).isAfter(remote));
  }

  @Test
  void ignoresWhatIsFurtherAheadThanTheBound() {
    HybridClock clock = raised();
    assertTrue(clock.observe(HybridTime.ofMillis(1_100), 1_000), "at the bound");
    assertFalse(clock.observe(HybridTime.ofMillis(1_101), 1_000));
    assertEquals(HybridTime.ofMillis(1_100), clock.last());
    assertTrue(clock.isBeyondBound(HybridTime.ofMillis(1_101), 1_000));
  }

  @Test
  void exemptReadingsSucceedWhatIsFarAheadAndLeaveTheClockWhereItIs() {
    HybridClock clock = raised();
    HybridTime far = HybridTime.ofMillis(3_600_000);
    assertNull(clock.issueExempt(far), "above the ceiling of exempt readings");
    clock.raiseExemptCeiling(HybridTime.ofMillis(3_700_000));
    HybridTime first = clock.issueExempt(far);
    assertNotNull(first);
    assertTrue(first.isAfter(far));
    HybridTime second = clock.issueExempt(far);
    assertNotNull(second);
    assertTrue(second.isAfter(first), "never twice the same");
    assertEquals(1_000, clock.issue(1_000).millis());
    assertEquals(HybridTime.ofMillis(3_700_000), clock.exemptCeiling());
  }

  @Test
  void theTwoSequencesNeverMeet() {
    HybridClock clock = raised();
    clock.raiseExemptCeiling(HybridTime.ofMillis(3_000));
    HybridTime exempt = clock.issueExempt(HybridTime.ofMillis(1_000));
    assertNotNull(exempt);
    assertEquals(1, exempt.packed() & 1);
    clock.observe(exempt, 1_000);
    assertEquals(0, clock.issue(1_000).packed() & 1);
  }

  @Test
  void exemptReadingsBeginAboveThoseOfThePreviousRun() {
    HybridTime floor = HybridTime.ofMillis(9_000);
    HybridClock clock = new HybridClock(HybridTime.ZERO, floor, BOUND);
    clock.raiseExemptCeiling(HybridTime.ofMillis(10_000));
    HybridTime exempt = clock.issueExempt(HybridTime.ofMillis(1));
    assertNotNull(exempt);
    assertTrue(exempt.isAfter(floor));
  }

  private static HybridClock clock(HybridTime floor) {
    return new HybridClock(floor, HybridTime.ZERO, BOUND);
  }

  private static HybridClock raised() {
    HybridClock clock = clock(HybridTime.ZERO);
    clock.raiseCeiling(HybridTime.ofMillis(2_000));
    return clock;
  }

  @Test
  void waitsForAnothersTimeNoLongerThanTenBounds() {
    HybridClock clock = new HybridClock(HybridTime.ZERO, HybridTime.ZERO, 100);
    HybridTime near = new HybridTime(HybridTime.ofMillis(1_999).packed() | 5);
    assertEquals(near, clock.awaited(near, 1_000));
    assertEquals(HybridTime.ofMillis(2_000), clock.awaited(HybridTime.ofMillis(2_001), 1_000));
  }
}
