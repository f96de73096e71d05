package org.finetune4j.train.input;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune4j.random.CounterRandom;

/**
 * Orders in which every class is seen as often as the largest one. The samples of a smaller class
 * come again, each as often as the others of its class or once more; which ones once more is drawn
 * in each epoch.
 */
final class Oversampling {
  /** Names the random numbers of repetitions among those of an epoch; steps never are negative. */
  private static final long STREAM = -2;

  private Oversampling() {}

  static int[] order(SampleSource samples, long seed, int stage, int epoch) {
    int[] targets = samples.targets().labelIndices();
    int classes = Arrays.stream(targets).max().orElse(-1) + 1;
    int[][] ofClass = new int[classes][];
    int largest = 0;
    for (int c = 0; c < classes; c++) {
      int label = c;
      ofClass[c] = IntStream.range(0, targets.length).filter(i -> targets[i] == label).toArray();
      largest = Math.max(largest, ofClass[c].length);
    }
    int[] repeated = new int[0];
    for (int c = 0; c < classes; c++) {
      if (ofClass[c].length > 0) {
        int[] once = shuffled(ofClass[c], seed, stage, epoch, STREAM, c);
        int[] often = new int[largest];
        Arrays.setAll(often, i -> once[i % once.length]);
        int before = repeated.length;
        repeated = Arrays.copyOf(repeated, before + largest);
        System.arraycopy(often, 0, repeated, before, largest);
      }
    }
    return shuffled(repeated, seed, stage, epoch);
  }

  private static int[] shuffled(int[] values, long seed, long... path) {
    int[] shuffled = values.clone();
    CounterRandom random = CounterRandom.of(seed, path);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = value;
    }
    return shuffled;
  }
}
