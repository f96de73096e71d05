package org.finetune4j.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.random.CounterRandom;

/**
 * Divides samples with any number of properties each (tags, a quantile, a class) so that every part
 * has its share of every property: iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011,
 * <i>On the Stratification of Multi-Label Data</i>). The rarest property is dealt out first, each
 * sample to the part that lacks most of it.
 *
 * <p>Samples of one group go together: what is dealt out is the group, with the sums of its
 * samples' properties, the group with most of the property first.
 */
public final class IterativeStratification {
  private final int[][] counts;
  private final int[] sizes;
  private final double[] missing;
  private final double[][] missingOf;
  private final int[] left;
  private final int[] parts;

  /**
   * @param counts for each item (a sample or a group), how often it has each property
   * @param sizes how many samples each item has
   */
  private IterativeStratification(int[][] counts, int[] sizes, double[] shares, int properties) {
    this.counts = counts;
    this.sizes = sizes;
    this.left = new int[properties];
    this.parts = new int[counts.length];
    int samples = 0;
    for (int item = 0; item < counts.length; item++) {
      parts[item] = -1;
      samples += sizes[item];
      for (int p = 0; p < properties; p++) {
        left[p] += counts[item][p];
      }
    }
    this.missing = new double[shares.length];
    this.missingOf = new double[properties][shares.length];
    for (int part = 0; part < shares.length; part++) {
      missing[part] = shares[part] * samples;
      for (int p = 0; p < properties; p++) {
        missingOf[p][part] = shares[part] * left[p];
      }
    }
  }

  /**
   * Returns the part of each sample.
   *
   * @param properties for each sample, which of the properties it has
   * @param count how many properties there are
   * @param groups for each sample the name of its group; empty if it stands alone
   * @param seed decides between what is as good
   * @throws IllegalArgumentException if there are fewer samples or groups than parts
   */
  public static int[] parts(
      int[][] properties, int count, List<String> groups, Fractions fractions, long seed) {
    int[] itemOf = items(groups);
    int items = 1 + Arrays.stream(itemOf).max().orElse(-1);
    if (items < fractions.count()) {
      throw new IllegalArgumentException(
          "Each of the "
              + fractions.count()
              + " parts needs at least one picture, and pictures of one group stay together, but"
              + " there are "
              + properties.length
              + " pictures in "
              + items
              + " groups.");
    }
    int[][] counts = new int[items][count];
    int[] sizes = new int[items];
    for (int i = 0; i < properties.length; i++) {
      sizes[itemOf[i]]++;
      for (int property : properties[i]) {
        counts[itemOf[i]][property]++;
      }
    }
    IterativeStratification deal =
        new IterativeStratification(counts, sizes, fractions.shares(), count);
    deal.run(order(items, seed));
    deal.fillEmptyParts();
    int[] parts = new int[properties.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = deal.parts[itemOf[i]];
    }
    return parts;
  }

  private static int[] items(List<String> groups) {
    Map<String, Integer> known = new HashMap<>();
    int[] itemOf = new int[groups.size()];
    int next = 0;
    for (int i = 0; i < itemOf.length; i++) {
      String group = groups.get(i);
      Integer before = group.isEmpty() ? null : known.putIfAbsent(group, next);
      itemOf[i] = before == null ? next++ : before;
    }
    return itemOf;
  }

  private static List<Integer> order(int size, long seed) {
    CounterRandom random = CounterRandom.of(seed);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(random.nextInt(i + 1), i);
    }
    return order;
  }

  private void run(List<Integer> order) {
    while (true) {
      int rarest = rarest();
      if (rarest < 0) {
        break;
      }
      order.stream()
          .filter(item -> parts[item] < 0 && counts[item][rarest] > 0)
          .sorted(Comparator.comparing((Integer item) -> -counts[item][rarest]))
          .toList()
          .forEach(item -> assign(item, wanting(missingOf[rarest])));
    }
    order.stream()
        .filter(item -> parts[item] < 0)
        .sorted(Comparator.comparing((Integer item) -> -sizes[item]))
        .toList()
        .forEach(item -> assign(item, wanting(missing)));
  }

  private int rarest() {
    int rarest = -1;
    for (int p = 0; p < left.length; p++) {
      if (left[p] > 0 && (rarest < 0 || left[p] < left[rarest])) {
        rarest = p;
      }
    }
    return rarest;
  }

  /**
   * Returns the part that lacks most of a property; of equal ones, that which lacks most samples.
   */
  private int wanting(double[] lack) {
    int best = 0;
    for (int part = 1; part < lack.length; part++) {
      if (lack[part] > lack[best] || (lack[part] == lack[best] && missing[part] > missing[best])) {
        best = part;
      }
    }
    return best;
  }

  private void assign(int item, int part) {
    parts[item] = part;
    missing[part] -= sizes[item];
    for (int p = 0; p < left.length; p++) {
      left[p] -= counts[item][p];
      missingOf[p][part] -= counts[item][p];
    }
  }

  /** A small share of few samples may get none: it takes the smallest item of the fullest part. */
  private void fillEmptyParts() {
    for (int part = 0; part < missing.length; part++) {
      int[] items = new int[missing.length];
      for (int it : parts) {
        items[it]++;
      }
      if (items[part] == 0) {
        int smallest = -1;
        for (int item = 0; item < parts.length; item++) {
          boolean canGo = items[parts[item]] > 1;
          if (canGo && (smallest < 0 || sizes[item] < sizes[smallest])) {
            smallest = item;
          }
        }
        parts[smallest] = part;
      }
    }
  }
}
