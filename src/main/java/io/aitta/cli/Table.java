package io.aitta.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text under headings, in columns as wide as they need; numbers and amounts to the right.
 */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  Table row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "row must have " + rows.get(0).size() + " cells, has [" + cells.length + "]");
    }
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < rows.get(0).size(); column++) {
        String cell = rows.get(i).get(column);
        String padding = " ".repeat(width(column) - cell.length());
        line.append(isNumeric(column) ? padding + cell : cell + padding).append("  ");
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    return rows.stream()
            .skip(1)
            .allMatch(row -> row.get(column).matches("[0-9,.]+( [A-Za-z]+(/s)?)?|-|unknown"))
        && rows.size() > 1;
  }
}
