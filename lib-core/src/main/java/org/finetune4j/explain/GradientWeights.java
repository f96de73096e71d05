package org.finetune4j.explain;

import java.nio.FloatBuffer;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** The mean over the places of each channel of the gradient of a class's score. */
final class GradientWeights implements ChannelWeights {
  private final Places places;
  private final boolean oneUnit;
  private final TrainingEngine.Slopes gradient;

  GradientWeights(Network tail, Weights weights, Places places, boolean oneUnit) {
    this.places = places;
    this.oneUnit = oneUnit;
    this.gradient = TrainingEngine.find("Grad-CAM").slopes(tail, weights);
  }

  @Override
  public double[] of(float[] features, FloatBuffer pixels, int label) {
    float[] slopes = slopes(features, label);
    double share = (oneUnit && label == 0 ? -1.0 : 1) / places.area();
    double[] weights = new double[places.channels()];
    for (int channel = 0; channel < weights.length; channel++) {
      for (int place = 0; place < places.area(); place++) {
        weights[channel] += slopes[places.index(channel, place)] * share;
      }
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
