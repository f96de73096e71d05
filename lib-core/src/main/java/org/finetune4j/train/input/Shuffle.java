package org.finetune4j.train.input;

import org.finetune4j.random.CounterRandom;

/** Random orders that depend on nothing but their numbers. */
public final class Shuffle {
  private Shuffle() {}

  /** Returns the numbers 0 to {@code size - 1} in the order of a seed and a path (Fisher-Yates). */
  public static int[] order(int size, long seed, long... path) {
    CounterRandom random = CounterRandom.of(seed, path);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
