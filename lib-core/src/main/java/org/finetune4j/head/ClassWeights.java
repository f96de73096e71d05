package org.finetune4j.head;

import java.util.Arrays;
import java.util.List;
import org.finetune4j.feature.FeatureSet;

/** How much the samples of each class count: given, or so that all classes count as much. */
sealed interface ClassWeights {
  /** Returns a weight for each label. */
  double[] of(FeatureSet train);

  /** Returns 1 for each label. */
  static double[] equal(FeatureSet train) {
    double[] weights = new double[train.labels().size()];
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
    public double[] of(FeatureSet train) {
      if (weights.size() != train.labels().size()) {
        throw new IllegalArgumentException(
            "There is one class weight for each of the labels "
                + train.labels()
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
    public double[] of(FeatureSet train) {
      return train.labels().balancedWeights(train.targets());
    }

    @Override
    public String toString() {
      return "balanced";
    }
  }
}
