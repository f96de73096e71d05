package org.finetune4j.text;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the name that somebody most likely meant, for error messages. */
public final class NearestName {
  private static final int NAMES_IN_HINT = 4;

  /** Comparing takes the product of two lengths: a file must not decide how long that is. */
  private static final int LONGEST = 200;

  private static final int MOST_NAMES = 5000;

  private NearestName() {}

  /**
   * Returns the valid names with the fewest edits (insert, delete, replace; Levenshtein distance)
   * from a mistyped one, in their order, if they are near enough to be meant: at most a third of
   * the longer name's letters differ. Upper and lower case count as equal. There are several where
   * several are as near.
   *
   * @return nothing for a name longer than 200 letters, or among more than 5,000; longer ones are
   *     not proposed
   */
  public static List<String> of(String typed, Collection<String> valid) {
    if (typed.length() > LONGEST || valid.size() > MOST_NAMES) {
      return List.of();
    }
    String wanted = typed.toLowerCase(Locale.ROOT);
    List<Candidate> near =
        valid.stream()
            .filter(name -> name.length() <= LONGEST)
            .distinct()
            .map(name -> new Candidate(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
            .filter(it -> it.distance * 3 <= Math.max(typed.length(), it.name.length()))
            .toList();
    int fewest = near.stream().mapToInt(Candidate::distance).min().orElse(0);
    return near.stream().filter(it -> it.distance == fewest).map(Candidate::name).toList();
  }

  /** Returns {@code " Did you mean 'conv1'?"}, or nothing where no name is near. */
  public static String hint(String typed, Collection<String> valid) {
    List<String> nearest = of(typed, valid);
    if (nearest.isEmpty()) {
      return "";
    }
    String names =
        nearest.stream()
            .limit(NAMES_IN_HINT)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(" or "));
    return " Did you mean " + names + (nearest.size() > NAMES_IN_HINT ? " or ..." : "") + "?";
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
