package io.aitta.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aitta.model.HybridTime;
import io.aitta.model.Key;
import io.aitta.model.KeyVersion;
import io.aitta.model.NodeId;
import io.aitta.model.Version;
import io.aitta.repair.TreeComparison.Step;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is sent to find one record among a million of one partition that differs. Keys are those of
 * {@code orders/order-0000042}, and every byte of every message is counted but the remoting's own
 * envelope.
 */
final class ComparisonCostTest {
  private static final int RECORDS = 1_000_000;
  private static final int DIFFERING = 654_321;
  private static final ComparisonLimits LIMITS = new ComparisonLimits(65_536, 1_000);

  private static final DigestTree TREE = DigestTree.deepest();

  /** All records, but one in an older version; computed, since there are many. */
  private static final class Side implements ComparedSide {
    private final DigestTree tree = TREE.fitted();
    private final int older;

    Side(int older) {
      this.older = older;
      if (older >= 0) {
        tree.remove(newest(older));
        tree.add(record(older));
      }
    }

    private KeyVersion record(int number) {
      return number == older
          ? new KeyVersion(key(number), new Version(new HybridTime(1), new NodeId(7)), false)
          : newest(number);
    }

    @Override
    public DigestTree tree() {
      return tree;
    }

    @Override
    public List<KeyVersion> page(@Nullable Key after, int maxRecords) {
      int from = after == null ? 0 : Integer.parseInt(after.name().substring(6)) + 1;
      return IntStream.range(from, Math.min(RECORDS, from + maxRecords))
          .mapToObj(this::record)
          .toList();
    }
  }

  private static Key key(int number) {
    String digits = Integer.toString(number);
    return Key.of("orders", "order-" + "0".repeat(7 - digits.length()) + digits);
  }

  private static KeyVersion newest(int number) {
    HybridTime time = new HybridTime(1_000_000_000L + number);
    return new KeyVersion(key(number), new Version(time, new NodeId(7)), false);
  }

  @BeforeAll
  static void fill() {
    IntStream.range(0, RECORDS).forEach(number -> TREE.add(newest(number)));
  }

  @Test
  void oneDifferenceAmongAMillionIsFoundWithFewBytes() {
    ComparisonRun run = run(Integer.MAX_VALUE);
    assertEquals(List.of(key(DIFFERING)), run.differences().stream().map(Difference::key).toList());
    assertTrue(bytes(run) < 2_048, bytes(run) + " bytes");
  }

  @Test
  void anAnswerThatReadsATenthAtATimeCostsALittleMore() {
    ComparisonRun run = run(RECORDS / 10);
    assertEquals(1, run.differences().size());
    assertTrue(bytes(run) < 5_120, bytes(run) + " bytes");
  }

  @Test
  void aMillionThatAgreeCostOneQuestionAndOneAnswer() {
    ComparisonRun run =
        new ComparisonRun(new Side(-1), new Side(-1), LIMITS, 10_000, Integer.MAX_VALUE);
    assertEquals(Step.DONE, run.run(() -> {}));
    assertEquals(1, run.rounds());
    assertTrue(bytes(run) < 128, bytes(run) + " bytes");
  }

  private static ComparisonRun run(int maxReadRecords) {
    ComparisonRun run =
        new ComparisonRun(new Side(DIFFERING), new Side(-1), LIMITS, 10_000, maxReadRecords);
    assertEquals(Step.DONE, run.run(() -> {}));
    System.out.printf(
        "one difference among %,d: %,d bytes sent, %,d received, in %d rounds%n",
        RECORDS, run.comparison().bytesSent(), run.comparison().bytesReceived(), run.rounds());
    return run;
  }

  private static long bytes(ComparisonRun run) {
    return run.comparison().bytesSent() + run.comparison().bytesReceived();
  }
}
