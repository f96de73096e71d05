package org.finetune4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text: the first column flush left, the others flush right. Not thread-safe. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** Starts with the header alone. */
  public TextTable(List<String> header) {
    rows.add(List.copyOf(header));
  }

  /** Adds a row of as many cells as the header. */
  public void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  /** Returns the table as Markdown. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      text.append(
          rows.get(i).stream()
              .map(cell -> cell.replace("|", "\\|"))
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      if (i == 0) {
        text.append("| --- |").append(" ---: |".repeat(rows.get(0).size() - 1)).append('\n');
      }
    }
    return text.toString();
  }

  /** Returns the table with columns filled up by blanks. */
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        line.append(column == 0 ? cell + padding : "  " + padding + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
