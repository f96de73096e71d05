package org.finetune4j.doctor.part;

import java.util.List;
import org.finetune4j.feature.row.FourRows;
import org.finetune4j.image.ImageSize;

/**
 * Places in one picture where parts of one shape may lie, seen by fields. Fields lie by number and
 * then by place, so that a part is compared with all places by loops along whole arrays, four
 * fields at a time, which Java's compiler makes vector instructions of; and places that were looked
 * at serve for every part of the shape. Immutable.
 */
final class Places {
  private static final int AT_ONCE = 4;

  private final double[] left;
  private final double[] top;
  private final double[] scale;

  /** Of each field, what it is at all places, divided by the deviation of the place's fields. */
  private final double[][] fields;

  /**
   * Places of one size, evenly apart.
   *
   * @param scale of the part
   * @param left where the first column of places begins
   * @param top where the first row of places begins
   * @param step pixels from place to place
   * @param across places of a row
   * @param down rows
   */
  record Grid(double scale, double left, double top, double step, int across, int down) {}

  /**
   * A place and how alike the part is to it.
   *
   * @param likeness the correlation of brightness, -1 to 1; 0 where the place is flat
   */
  record Place(double left, double top, double scale, double likeness) {}

  /**
   * Looks at places.
   *
   * @param part its size
   * @param count by so many fields squared
   * @param grids where they lie; what lies outside of the whole is moved inside
   */
  Places(Windows whole, ImageSize part, int count, List<Grid> grids) {
    int places = grids.stream().mapToInt(grid -> grid.across * grid.down).sum();
    this.left = new double[places];
    this.top = new double[places];
    this.scale = new double[places];
    this.fields = new double[count * count][places];
    int first = 0;
    for (Grid grid : grids) {
      look(whole, part, count, grid, first);
      first += grid.across * grid.down;
    }
  }

  private void look(Windows whole, ImageSize part, int count, Grid grid, int first) {
    double w = Math.min(grid.scale * part.width(), whole.size().width());
    double h = Math.min(grid.scale * part.height(), whole.size().height());
    int[] columns = new int[grid.across * (count + 1)];
    double[] inColumn = new double[columns.length];
    for (int i = 0; i < grid.across; i++) {
      double x = inside(grid.left + i * grid.step, w, whole.size().width());
      whole.borders(x, w, count, columns, inColumn, i * (count + 1));
      for (int j = 0; j < grid.down; j++) {
        left[first + j * grid.across + i] = x;
      }
    }
    for (int j = 0; j < grid.down; j++) {
      double y = inside(grid.top + j * grid.step, h, whole.size().height());
      whole.between(y, h, count);
      for (int i = 0; i < grid.across; i++) {
        int at = first + j * grid.across + i;
        top[at] = y;
        scale[at] = grid.scale;
        double deviation = whole.look(count, columns, inColumn, i * (count + 1));
        double factor = deviation > 0 ? 1 / deviation : 0;
        for (int field = 0; field < fields.length; field++) {
          fields[field][at] = factor * whole.field(field);
        }
      }
    }
  }

  private static double inside(double at, double length, int end) {
    return Math.max(0, Math.min(at, end - length));
  }

  /**
   * Returns the place that a part is most alike to, of equal ones the first.
   *
   * @param part its fields, standardized, as many as places are seen by
   */
  Place best(double[] part) {
    double[] likeness = new double[left.length];
    for (int field = 0; field < fields.length; field += AT_ONCE) {
      FourRows.add(
          fields[field],
          fields[field + 1],
          fields[field + 2],
          fields[field + 3],
          part[field],
          part[field + 1],
          part[field + 2],
          part[field + 3],
          likeness);
    }
    int best = 0;
    for (int i = 1; i < likeness.length; i++) {
      best = likeness[i] > likeness[best] ? i : best;
    }
    return new Place(left[best], top[best], scale[best], likeness[best]);
  }
}
