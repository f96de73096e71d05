package org.finetune4j.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody most likely meant, for error messages. */
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the valid name with the fewest edits (insert, delete, replace; Levenshtein distance)
   * from a mistyped one, if it is near enough to be meant: at most a third of the longer name's
   * letters differ. Upper and lower case count as equal.
   */
  public static Optional<String> of(String typed, Collection<String> valid) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    return valid.stream()
        .map(name -> new Candidate(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
        .filter(it -> it.distance * 3 <= Math.max(typed.length(), it.name.length()))
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::name);
  }

  /** Returns {@code " Did you mean 'conv1'?"}, or nothing where no name is near. */
  public static String hint(String typed, Collection<String> valid) {
    return of(typed, valid).map(name -> " Did you mean '" + name + "'?").orElse("");
  }

  private record Candidate(String name, int distance) {}

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
