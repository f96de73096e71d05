package org.example;

import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** Rows one by one: a partition may be larger than memory. */
final class Rows {
  private Rows() {}

  static Iterator<Row> map(Iterator<Row> rows, Function<Row, Row> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return function.apply(rows.next());
      }
    };
  }
}
