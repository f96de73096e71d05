package org.example;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** Rows some at a time: a partition may be larger than memory. */
final class Rows implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final int batch;
  private final Function<List<Row>, List<Row>> function;
  private Iterator<Row> ready = List.<Row>of().iterator();

  private Rows(Iterator<Row> rows, int batch, Function<List<Row>, List<Row>> function) {
    this.rows = rows;
    this.batch = batch;
    this.function = function;
  }

  /**
   * Returns what a function makes of rows.
   *
   * @param batch how many it is given at once; fewer at the end
   * @param function returns a row for each
   */
  static Iterator<Row> map(Iterator<Row> rows, int batch, Function<List<Row>, List<Row>> function) {
    return new Rows(rows, batch, function);
  }

  @Override
  public boolean hasNext() {
    return ready.hasNext() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (!ready.hasNext()) {
      List<Row> some = new ArrayList<>();
      while (some.size() < batch && rows.hasNext()) {
        some.add(rows.next());
      }
      ready = function.apply(some).iterator();
    }
    return ready.next();
  }
}
