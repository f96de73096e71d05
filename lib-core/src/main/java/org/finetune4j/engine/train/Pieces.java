package org.finetune4j.engine.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.engine.train.parameter.Parameter;

/** A step that goes through the network in several batches, whose gradients add up. */
final class Pieces {
  private final List<Parameter> parameters;
  private final float[][] sums;

  Pieces(List<Parameter> parameters) {
    this.parameters = parameters.stream().filter(p -> p.trainable).toList();
    this.sums = new float[this.parameters.size()][];
    Arrays.setAll(sums, i -> new float[this.parameters.get(i).values.length]);
  }

  /**
   * Returns how many samples each piece has.
   *
   * @param n samples of the step
   * @param most samples of a piece
   * @param loneAllowed whether a last piece of one sample stays; else it goes with the one before
   */
  static int[] sizes(int n, int most, boolean loneAllowed) {
    List<Integer> sizes = new ArrayList<>();
    for (int left = n; left > 0; ) {
      int size = left == most + 1 && !loneAllowed ? left : Math.min(most, left);
      sizes.add(size);
      left -= size;
    }
    return sizes.stream().mapToInt(it -> it).toArray();
  }

  /** Adds the gradients that the parameters hold. */
  void add() {
    for (int i = 0; i < sums.length; i++) {
      float[] sum = sums[i];
      float[] gradient = parameters.get(i).gradient;
      for (int k = 0; k < sum.length; k++) {
        sum[k] += gradient[k];
      }
    }
  }

  /** Gives the sums to the parameters and begins anew. */
  void finish() {
    for (int i = 0; i < sums.length; i++) {
      System.arraycopy(sums[i], 0, parameters.get(i).gradient, 0, sums[i].length);
      Arrays.fill(sums[i], 0);
    }
  }
}
