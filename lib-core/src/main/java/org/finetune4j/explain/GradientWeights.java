package org.finetune4j.explain;

import java.nio.FloatBuffer;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Weights;

/** The mean over each channel of the gradient of a class's score by the feature map. */
final class GradientWeights implements ChannelWeights {
  private final Shape shape;
  private final boolean oneUnit;
  private final TrainingEngine.Slopes gradient;

  GradientWeights(Network tail, Weights weights, boolean oneUnit) {
    this.shape = tail.inputs().get(0).shape();
    this.oneUnit = oneUnit;
    this.gradient = TrainingEngine.find("Grad-CAM").slopes(tail, weights);
  }

  @Override
  public double[] of(float[] features, FloatBuffer pixels, int label) {
    float[] slopes = slopes(features, label);
    int area = shape.height() * shape.width();
    double[] weights = new double[shape.channels()];
    for (int i = 0; i < slopes.length; i++) {
      weights[i / area] += slopes[i] / (double) area * (oneUnit && label == 0 ? -1 : 1);
    }
    return weights;
  }

  private synchronized float[] slopes(float[] features, int label) {
    return gradient.of(features, oneUnit ? 0 : label);
  }

  @Override
  public synchronized void close() {
    gradient.close();
  }
}
