package org.finetune4j.head;

import java.util.Arrays;
import java.util.Optional;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * The class whose mean is nearest (nearest class mean; Mensink et al. 2013, <i>Distance-Based Image
 * Classification</i>; the prototypes of Snell et al. 2017). There is nothing to choose, so one
 * picture a class is enough to begin with. As a network it is a softmax of scaled correlations:
 * each row of features is centred and brought to length 1, and so is each mean. Its probabilities
 * are good for ranking, not calibrated.
 *
 * <p>A tag is a question with two answers, and each has a mean: that of the pictures with the tag
 * and that of those without. The softmax over the two is a sigmoid of the difference of their
 * correlations, one per tag. Numbers have no classes, and are refused.
 */
public final class ClassMeanHead implements ClassifierHead {
  private static final String DIRECTION = "head_direction";
  private static final String PREDICTIONS = "head_predictions";
  private static final double EPSILON = 1e-12;

  /**
   * Makes differences of correlations into differences of probability, as in CLIP's classifiers.
   */
  private static final double SCALE = 20;

  ClassMeanHead() {}

  @Override
  public TrainedHead fit(FeatureSet train) {
    HeadInput.check(train);
    return fit(train, Optional.empty());
  }

  /** Nothing is chosen, so that validation features are only looked at for pictures of train. */
  @Override
  public TrainedHead fit(FeatureSet train, FeatureSet validation) {
    HeadInput.check(train, validation);
    return fit(train, Optional.of(validation));
  }

  private static TrainedHead fit(FeatureSet train, Optional<FeatureSet> validation) {
    if (train.task() instanceof Task.Numbers) {
      throw new IllegalArgumentException(
          "Means are taken of classes or tags, but the features are for "
              + train.task()
              + ". Use ridgeRegression() or nearestNeighbors() for numbers.");
    }
    return new TrainedHead(
        network(train),
        weights(train),
        train.task(),
        train.fingerprint(),
        TrainingHistory.none(),
        Optional.empty(),
        Provenance.unknown()
            .with("head", "nearest class mean")
            .with("head_training_data", train.toString()),
        HeadInput.warnings(train, validation, true),
        true);
  }

  private static Network network(FeatureSet train) {
    NetworkBuilder network = Network.builder("features", train.shape());
    if (!train.shape().isVector()) {
      network.flatten("head_flatten");
    }
    return HeadOutputs.end(network.layerNormalization(DIRECTION, EPSILON), train.task());
  }

  private static Weights weights(FeatureSet train) {
    int size = train.dimension();
    int outputs = train.task().outputs();
    float[] kernel = new float[size * outputs];
    float[] bias = new float[outputs];
    double[][] with = new double[outputs][size];
    double[][] without = new double[train.task() instanceof Task.Tags ? outputs : 0][size];
    addDirections(train, with, without);
    for (int c = 0; c < outputs; c++) {
      add(unit(with[c]), SCALE, kernel, c);
      if (without.length > 0) {
        add(unit(without[c]), -SCALE, kernel, c);
      } else if (length(with[c]) == 0) {
        // A class without samples is never the nearest.
        bias[c] = (float) (-4 * SCALE);
      }
    }
    float[] gamma = new float[size];
    Arrays.fill(gamma, (float) (1 / Math.sqrt(size)));
    return Weights.builder()
        .put(DIRECTION + "/gamma", Tensor.of(gamma, size))
        .put(DIRECTION + "/beta", Tensor.of(new float[size], size))
        .put(PREDICTIONS + "/kernel", Tensor.of(kernel, size, outputs))
        .put(PREDICTIONS + "/bias", Tensor.of(bias, outputs))
        .build();
  }

  /** Adds the directions of the samples that have an output, and, for tags, of those without. */
  private static void addDirections(FeatureSet train, double[][] with, double[][] without) {
    for (int i = 0; i < train.size(); i++) {
      double[] direction = unit(centered(train.features(i)));
      for (int c = 0; c < with.length; c++) {
        double[][] sums = has(train.answers().get(i), c) ? with : without;
        if (c < sums.length) {
          add(direction, sums[c]);
        }
      }
    }
  }

  private static void add(double[] direction, double[] sum) {
    for (int j = 0; j < direction.length; j++) {
      sum[j] += direction[j];
    }
  }

  private static boolean has(Target target, int output) {
    return target instanceof Target.Tags tags
        ? tags.indices().contains(output)
        : target instanceof Target.Label label && label.index() == output;
  }

  /** Adds a direction to the weights of one output. */
  private static void add(double[] direction, double scale, float[] kernel, int output) {
    int outputs = kernel.length / direction.length;
    for (int j = 0; j < direction.length; j++) {
      kernel[j * outputs + output] += (float) (scale * direction[j]);
    }
  }

  private static double[] centered(float[] row) {
    double mean = 0;
    for (float value : row) {
      mean += value / (double) row.length;
    }
    double[] centered = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      centered[j] = row[j] - mean;
    }
    return centered;
  }

  /** Returns the vector with length 1; zeros stay. */
  private static double[] unit(double[] values) {
    double length = length(values);
    return length == 0 ? values : Arrays.stream(values).map(it -> it / length).toArray();
  }

  private static double length(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
