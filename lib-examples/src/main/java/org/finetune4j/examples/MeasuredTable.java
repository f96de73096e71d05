package org.finetune4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Numbers of a run on photos that may not lie in this repository, from which the pages' charts are
 * drawn: a CSV file among the resources.
 *
 * @param header the names of the columns
 * @param rows as many fields each; the first names the row
 */
record MeasuredTable(List<String> header, List<List<String>> rows) {
  /** Whether somebody has measured it yet. */
  static boolean exists(String name) {
    return MeasuredTable.class.getResource("measured/" + name + ".csv") != null;
  }

  /** Reads {@code measured/<name>.csv}. */
  static MeasuredTable read(String name) throws IOException {
    try (InputStream in = MeasuredTable.class.getResourceAsStream("measured/" + name + ".csv")) {
      if (in == null) {
        throw new IOException("There is no table of measured numbers named '" + name + "'.");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Reads a table from the text of a CSV file without quotes. */
  static MeasuredTable of(String csv) {
    List<List<String>> lines = csv.lines().map(line -> List.of(line.split(",", -1))).toList();
    return new MeasuredTable(lines.get(0), lines.subList(1, lines.size()));
  }

  /** Returns the numbers of the column of this name. */
  double[] column(String name) {
    return column(header.indexOf(name));
  }

  /** Returns the numbers of a column. */
  double[] column(int index) {
    return rows.stream().mapToDouble(row -> Double.parseDouble(row.get(index))).toArray();
  }
}
