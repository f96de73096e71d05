package org.finetune4j.text;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Names of classes as they come from outside. */
public final class ClassNames {
  private static final char REPLACEMENT = '\uFFFD';

  /** What to do in a process that cannot read all names. */
  public static final String REMEDY =
      "This process reads file names as "
          + System.getProperty("sun.jnu.encoding", "?")
          + ". Start it with a UTF-8 locale, for example with the environment variable"
          + " LC_ALL=C.UTF-8.";

  private ClassNames() {}

  /** Returns the composed form: macOS gives out file names decomposed. */
  public static String normalized(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** Refuses a folder whose name this process cannot read: two such names could fall together. */
  public static void requireReadable(String name, Path directory) {
    if (name.indexOf(REPLACEMENT) >= 0) {
      throw new IllegalArgumentException(
          "The name of the class folder '"
              + name
              + "' in "
              + directory
              + " holds characters that cannot be read. "
              + REMEDY);
    }
  }

  /**
   * Returns names that nobody takes for one another.
   *
   * @param source where they are from, for messages
   * @throws IllegalArgumentException if two differ in letter case or blanks only
   */
  public static List<String> distinct(Collection<String> names, Path source) {
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.put(normalized(name).strip().toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw new IllegalArgumentException(
            "The classes '"
                + other
                + "' and '"
                + name
                + "' in "
                + source
                + " differ only in letter case, blanks or the form of their accents. Make them one"
                + " or, if they are two classes, say so by giving the labels.");
      }
    }
    return names.stream().toList();
  }

  /** Returns {@code " (U+0065 U+0301)"} for names that look alike and are not; mostly nothing. */
  public static String codePoints(String name) {
    return name.chars().allMatch(c -> c < 128)
        ? ""
        : name.codePoints()
            .mapToObj(point -> String.format(Locale.ROOT, "U+%04X", point))
            .collect(Collectors.joining(" ", " (", ")"));
  }
}
