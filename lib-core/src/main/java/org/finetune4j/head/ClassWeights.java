package org.finetune4j.head;

import java.util.Arrays;
import java.util.List;
import org.finetune4j.target.Targets;

/** How much the samples of each class count: given, or so that all classes count as much. */
sealed interface ClassWeights {
  /** Returns a weight for each label. */
  double[] of(Targets train);

  /** Returns 1 for each label. */
  static double[] equal(Targets train) {
    double[] weights = new double[train.task().outputs()];
    Arrays.fill(weights, 1);
    return weights;
  }

  static ClassWeights given(double... weights) {
    if (!Arrays.stream(weights).allMatch(weight -> weight >= 0 && weight < Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "A class weight is a finite number of at least 0, but they are "
              + Arrays.toString(weights)
              + ".");
    }
    return new Given(Arrays.stream(weights).boxed().toList());
  }

  static ClassWeights balanced() {
    return new Balanced();
  }

  record Given(List<Double> weights) implements ClassWeights {
    @Override
    public double[] of(Targets train) {
      if (weights.size() != train.task().outputs()) {
        throw new IllegalArgumentException(
            "There is one class weight for each of the labels "
                + train.task().labels()
                + ", but they are "
                + weights
                + ".");
      }
      return weights.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public String toString() {
      return weights.toString();
    }
  }

  record Balanced() implements ClassWeights {
    @Override
    public double[] of(Targets train) {
      return train.task().labels().balancedWeights(train.labelIndices());
    }

    @Override
    public String toString() {
      return "balanced";
    }
  }
}
