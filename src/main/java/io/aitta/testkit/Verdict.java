package io.aitta.testkit;

import io.aitta.model.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a checker found in a history.
 *
 * @param findings what is wrong, or could not be decided; empty if nothing
 */
public record Verdict(List<Finding> findings) {

  public Verdict {
    findings = List.copyOf(findings);
  }

  /** What it comes to. */
  public enum Outcome {
    /** The history is what was promised. */
    PASSED,
    /** The search was given up: nothing wrong was found, nor that all is right. */
    UNDECIDED,
    /** The history breaks the promise. */
    FAILED
  }

  /**
   * One thing that was found.
   *
   * @param outcome {@link Outcome#FAILED} or {@link Outcome#UNDECIDED}
   * @param key of which
   * @param explanation in words, of one or several lines
   * @param operations those at fault, or lost; empty if undecided
   */
  public record Finding(Outcome outcome, Key key, String explanation, List<Operation> operations) {

    public Finding {
      operations = List.copyOf(operations);
    }

    @Override
    public String toString() {
      return key + ": " + explanation;
    }
  }

  /** The worst of the findings. */
  public Outcome outcome() {
    return findings.stream()
        .map(Finding::outcome)
        .max(Comparator.naturalOrder())
        .orElse(Outcome.PASSED);
  }

  /** Both taken together. */
  public Verdict and(Verdict other) {
    return new Verdict(Stream.concat(findings.stream(), other.findings.stream()).toList());
  }

  /**
   * Passes.
   *
   * @throws AssertionError with the findings unless nothing was found
   */
  public void orThrow() {
    if (!findings.isEmpty()) {
      throw new AssertionError(this);
    }
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(outcome().toString());
    findings.forEach(finding -> lines.add(finding.toString()));
    return lines.stream().collect(Collectors.joining("\n"));
  }
}
