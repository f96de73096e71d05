package org.finetune4j.doctor;

/** What can be wrong with pictures, the worst first. */
public enum Problem {
  /** A file cannot be read as a picture. */
  UNREADABLE("Broken files", "Nothing is learned from them. Export them again, or delete them."),
  /** The same or nearly the same picture stands in two parts of a split. */
  LEAK(
      "Leaks between parts",
      "What was learned from is asked for again, so the result looks better than it is. Keep such pictures in one part."),
  /** The same or nearly the same picture stands in two classes. */
  TWO_CLASSES("Same picture in two classes", "At most one of the two is right."),
  /** Files hold the same bytes. */
  EXACT_DUPLICATE("Byte-identical pictures", "Copies teach nothing new. Keep one of each."),
  /** Pictures look the same: scaled, compressed again, slightly changed. */
  NEAR_DUPLICATE(
      "Near-duplicates",
      "The same moment, or one picture scaled or cut. Keep them in one part, or keep one of each."),
  /** A classifier that did not see the picture is sure of another class. */
  WRONG_LABEL(
      "Probably wrong labels",
      "A classifier that never saw them is sure of another class. Look: some are only hard."),
  /** The features are far from those of all classes. */
  OUTLIER("Outliers", "They are unlike all others. Do they belong here?"),
  /** Next to no sharp edge. */
  BLURRED("Blurred", "There is hardly a sharp edge. Keep them if such pictures will be asked for."),
  /** Nearly black. */
  DARK("Nearly black", "There is next to nothing to see."),
  /** Nearly white. */
  BRIGHT("Nearly white", "There is next to nothing to see."),
  /** Few pixels. */
  TINY("Tiny", "There are few pixels. They will be enlarged, and nothing comes from that."),
  /** Much longer than wide, or the other way round. */
  EXTREME_ASPECT(
      "Extreme aspect ratio", "They are squeezed into the square that the network sees."),
  /** EXIF says that the stored pixels are turned or mirrored; programs that ignore it see that. */
  TURNED(
      "Turned by EXIF",
      "They are turned upright here; a program that does not do so sees them lying."),
  /** Without color, among pictures that mostly have some. */
  GRAY(
      "Gray among colored",
      "If one class is grayer than the others, its color may be learned instead of what it shows.");

  private final String title;
  private final String meaning;

  Problem(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  /** Returns the name for people. */
  public String title() {
    return title;
  }

  /** Returns why it matters and what to do, in a sentence or two. */
  String meaning() {
    return meaning;
  }
}
