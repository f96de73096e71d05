package org.finetune4j.doctor.part;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.doctor.part.Places.Grid;
import org.finetune4j.doctor.part.Places.Place;
import org.finetune4j.image.ImageSize;

/**
 * Looks for pictures among the parts of another: at all places and in all sizes in which they may
 * be in there, by the correlation of brightness, whatever the exposure. What it saw of the whole it
 * keeps for other parts of the same shape. For one thread.
 */
public final class PartSearch {
  /** A part is compared with places in the whole by the means of so many fields squared. */
  private static final int FIELDS = 8;

  /** With the best place once more by so many, which simple shapes do not pass by chance. */
  private static final int FINE_FIELDS = Windows.MOST_FIELDS;

  /** Before all of it, at fewer places, by so few: most other pictures fail at once. */
  static final int FEW_FIELDS = 4;

  /** What is less alike than this by few fields is no part: of 376 parts the least had 0.87. */
  private static final double UNLIKE = 0.8;

  /** The smallest part, as a share of the longer side. */
  private static final double SMALLEST = 0.55;

  /** Pixels from place to place. */
  private static final int STEP = 2;

  private static final int FAST_STEP = 3;

  private static final double SHRINK = 0.96;
  private static final double SHRINK_FAST = 0.92;

  private final Windows whole;
  private final Map<ImageSize, Places> roughly = new HashMap<>();
  private final Map<ImageSize, Places> closely = new HashMap<>();

  /** Looks for parts of a picture. */
  public PartSearch(Luma whole) {
    this.whole = new Windows(whole);
  }

  /**
   * Returns how alike a picture or its mirror image is to the part of the whole that it is most
   * alike to: the correlation of brightness, -1 to 1, whatever the exposure; below 0.8, where a
   * rougher look says that much, what that look says.
   */
  public double likeness(Part part) {
    return Math.max(likeness(part, false), likeness(part, true));
  }

  private double likeness(Part part, boolean mirrored) {
    Places places =
        roughly.computeIfAbsent(
            part.size(),
            it -> new Places(whole, it, FEW_FIELDS, everywhere(it, FAST_STEP, SHRINK_FAST)));
    double likeness = places.best(part.few(mirrored)).likeness();
    return likeness < UNLIKE ? likeness : closely(part, mirrored);
  }

  /** Looks for one face of a part again, by more fields at more places. */
  private double closely(Part part, boolean mirrored) {
    Windows windows = part.windows();
    double[] face = windows.standardized(FIELDS, mirrored);
    Place best =
        closely
            .computeIfAbsent(
                part.size(), it -> new Places(whole, it, FIELDS, everywhere(it, STEP, SHRINK)))
            .best(face);
    Place nearby = new Places(whole, part.size(), FIELDS, around(best)).best(face);
    best = nearby.likeness() > best.likeness() ? nearby : best;
    Grid exactly = new Grid(best.scale(), best.left(), best.top(), 0, 1, 1);
    Place finely =
        new Places(whole, part.size(), FINE_FIELDS, List.of(exactly))
            .best(windows.standardized(FINE_FIELDS, mirrored));
    return Math.min(best.likeness(), finely.likeness());
  }

  /**
   * Returns all places in the whole.
   *
   * @param step pixels from place to place
   * @param shrink what a size is of the one before
   */
  private List<Grid> everywhere(ImageSize part, int step, double shrink) {
    double width = whole.size().width();
    double height = whole.size().height();
    List<Grid> grids = new ArrayList<>();
    for (double share = 1; share >= SMALLEST; share *= shrink) {
      // As large as the part can be: as wide or as high as the whole.
      double scale = share * Math.min(width / part.width(), height / part.height());
      int across = (int) ((width + 0.5 - scale * part.width()) / step) + 1;
      int down = (int) ((height + 0.5 - scale * part.height()) / step) + 1;
      grids.add(new Grid(scale, 0, 0, step, across, down));
    }
    return grids;
  }

  /** Returns places half a pixel and a hundredth of the size apart. */
  private static List<Grid> around(Place place) {
    List<Grid> grids = new ArrayList<>();
    for (double finer = 0.98; finer < 1.03; finer += 0.01) {
      grids.add(new Grid(place.scale() * finer, place.left() - 1, place.top() - 1, 0.5, 5, 5));
    }
    return grids;
  }
}
