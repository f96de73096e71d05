package org.finetune4j.data;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant, for error messages. */
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the choice with the fewest edits (Levenshtein distance, letter case ignored) from this
   * name; empty if more than half of its letters would have to change.
   */
  public static Optional<String> of(String name, Collection<String> choices) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int fewest = Math.max(1, name.length() / 2) + 1;
    Optional<String> nearest = Optional.empty();
    for (String choice : choices) {
      int edits = distance(wanted, choice.toLowerCase(Locale.ROOT));
      if (edits < fewest) {
        fewest = edits;
        nearest = Optional.of(choice);
      }
    }
    return nearest;
  }

  /** Returns for example {@code " Did you mean 'cats'?"}, or nothing if no choice is near. */
  public static String hint(String name, Collection<String> choices) {
    return of(name, choices).map(nearest -> " Did you mean '" + nearest + "'?").orElse("");
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(diagonal + change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
