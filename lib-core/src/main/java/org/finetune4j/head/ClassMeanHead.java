package org.finetune4j.head;

import java.util.Arrays;
import java.util.Optional;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.provenance.Provenance;
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
    if (!(train.task() instanceof Task.OneLabel)) {
      throw new IllegalArgumentException(
          "Means are taken of classes, but the features are for "
              + train.task()
              + ". Use logisticRegression() for tags and ridgeRegression() for numbers.");
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
    return network
        .layerNormalization(DIRECTION, EPSILON)
        .dense(PREDICTIONS, train.labels().size(), Activation.SOFTMAX)
        .build();
  }

  private static Weights weights(FeatureSet train) {
    int size = train.dimension();
    int classes = train.labels().size();
    double[][] sums = new double[classes][size];
    for (int i = 0; i < train.size(); i++) {
      double[] direction = direction(train.features(i));
      for (int j = 0; j < size; j++) {
        sums[train.target(i)][j] += direction[j];
      }
    }
    float[] kernel = new float[size * classes];
    float[] bias = new float[classes];
    for (int c = 0; c < classes; c++) {
      double length = length(sums[c]);
      // A class without samples is never the nearest.
      bias[c] = length == 0 ? (float) (-4 * SCALE) : 0;
      for (int j = 0; j < size && length > 0; j++) {
        kernel[j * classes + c] = (float) (SCALE * sums[c][j] / length);
      }
    }
    float[] gamma = new float[size];
    Arrays.fill(gamma, (float) (1 / Math.sqrt(size)));
    return Weights.builder()
        .put(DIRECTION + "/gamma", Tensor.of(gamma, size))
        .put(DIRECTION + "/beta", Tensor.of(new float[size], size))
        .put(PREDICTIONS + "/kernel", Tensor.of(kernel, size, classes))
        .put(PREDICTIONS + "/bias", Tensor.of(bias, classes))
        .build();
  }

  private static double[] direction(float[] row) {
    double mean = 0;
    for (float value : row) {
      mean += value / (double) row.length;
    }
    double[] direction = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      direction[j] = row[j] - mean;
    }
    double length = length(direction);
    for (int j = 0; j < row.length && length > 0; j++) {
      direction[j] /= length;
    }
    return direction;
  }

  private static double length(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
