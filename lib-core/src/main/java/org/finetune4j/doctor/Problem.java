package org.finetune4j.doctor;

/** What can be wrong with pictures, the worst first. */
public enum Problem {
  /** A file cannot be read as a picture. */
  UNREADABLE("Broken files"),
  /** The same or nearly the same picture stands in two parts of a split. */
  LEAK("Leaks between parts"),
  /** The same or nearly the same picture stands in two classes. */
  TWO_CLASSES("Same picture in two classes"),
  /** Files hold the same bytes. */
  EXACT_DUPLICATE("Byte-identical pictures"),
  /** Pictures look the same: scaled, compressed again, slightly changed. */
  NEAR_DUPLICATE("Near-duplicates"),
  /** A classifier that did not see the picture is sure of another class. */
  WRONG_LABEL("Probably wrong labels"),
  /** The features are far from those of all classes. */
  OUTLIER("Outliers"),
  /** Next to no sharp edge. */
  BLURRED("Blurred"),
  /** Nearly black. */
  DARK("Nearly black"),
  /** Nearly white. */
  BRIGHT("Nearly white"),
  /** Few pixels. */
  TINY("Tiny"),
  /** Much longer than wide, or the other way round. */
  EXTREME_ASPECT("Extreme aspect ratio"),
  /** EXIF says that the stored pixels are turned or mirrored; programs that ignore it see that. */
  TURNED("Turned by EXIF"),
  /** Without color, among pictures that mostly have some. */
  GRAY("Gray among colored");

  private final String title;

  Problem(String title) {
    this.title = title;
  }

  /** Returns the name for people. */
  public String title() {
    return title;
  }
}
