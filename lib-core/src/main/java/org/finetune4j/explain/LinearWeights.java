package org.finetune4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.PoolingType;
import org.finetune4j.weights.Weights;

/** The weights of a linear head behind an average pooling, standardisation multiplied in. */
final class LinearWeights implements ChannelWeights {
  private static final double SMALLEST_DEVIATION = 1e-7; // as Keras's normalization layer

  private final double[][] ofClass;

  private final boolean oneUnit;

  private LinearWeights(double[][] ofClass, boolean oneUnit) {
    this.ofClass = ofClass;
    this.oneUnit = oneUnit;
  }

  /** Reads the weights off what stands behind the feature map. */
  static LinearWeights of(Network tail, Weights weights, boolean oneUnit) {
    double[] scale = new double[tail.inputs().get(0).shape().channels()];
    Arrays.fill(scale, 1);
    boolean pooled = false;
    double[][] found = {};
    for (Layer layer : tail.layers()) {
      if (layer instanceof GlobalPooling pooling && pooling.pooling() == PoolingType.AVERAGE) {
        pooled = true;
      } else if (pooled && found.length == 0 && layer instanceof Normalization) {
        float[] variance = weights.get(layer.name() + "/variance").toArray();
        for (int k = 0; k < scale.length; k++) {
          scale[k] /= Math.max(Math.sqrt(variance[k]), SMALLEST_DEVIATION);
        }
      } else if (pooled && found.length == 0 && layer instanceof Dense dense && ends(dense)) {
        found = kernel(dense, weights, scale);
      } else if (!harmless(layer, found.length > 0)) {
        throw refused(layer);
      }
    }
    return new LinearWeights(found, oneUnit);
  }

  private static boolean ends(Dense dense) {
    return dense.activation() == Activation.SOFTMAX
        || dense.activation() == Activation.SIGMOID
        || dense.activation() == Activation.LINEAR;
  }

  private static boolean harmless(Layer layer, boolean atTheEnd) {
    return layer instanceof Input
        || layer instanceof Dropout
        // Numbers get their units at the end, by a factor above 0.
        || (atTheEnd && layer instanceof Normalization)
        || (atTheEnd && layer instanceof ActivationLayer activation && isLast(activation));
  }

  private static boolean isLast(ActivationLayer layer) {
    return layer.activation() == Activation.SOFTMAX || layer.activation() == Activation.SIGMOID;
  }

  private static double[][] kernel(Dense dense, Weights weights, double[] scale) {
    float[] kernel = weights.get(dense.name() + "/kernel").toArray();
    double[][] ofClass = new double[dense.units()][scale.length];
    for (int k = 0; k < scale.length; k++) {
      for (int c = 0; c < dense.units(); c++) {
        ofClass[c][k] = kernel[k * dense.units() + c] * scale[k];
      }
    }
    return ofClass;
  }

  private static IllegalArgumentException refused(Layer layer) {
    return new IllegalArgumentException(
        "CAM reads the weights of one dense layer behind a global average pooling, but here stands "
            + layer
            + ". Use CamMethod.GRAD_CAM or SCORE_CAM.");
  }

  @Override
  public double[] of(float[] features, FloatBuffer pixels, int label) {
    if (!oneUnit) {
      return ofClass[label].clone();
    }
    // One sigmoid unit speaks for the second label, and so against the first.
    return Arrays.stream(ofClass[0]).map(weight -> label == 1 ? weight : -weight).toArray();
  }

  @Override
  public void close() {}
}
