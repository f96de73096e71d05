package org.finetune4j.explain;

import org.finetune4j.network.Shape;

/** One channel, bilinearly enlarged to the size of the picture and brought to 0 to 1. */
final class Enlarged {
  private final float[] shares;

  private Enlarged(float[] shares) {
    this.shares = shares;
  }

  static Enlarged of(Shape from, float[] channel, Shape to) {
    float[] values = new float[to.height() * to.width()];
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      int column = i % to.width();
      int row = i / to.width();
      double x = (column + 0.5) / to.width();
      double y = (row + 0.5) / to.height();
      values[i] = (float) Bilinear.at(channel, from.width(), from.height(), x, y);
      smallest = Math.min(smallest, values[i]);
      largest = Math.max(largest, values[i]);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = largest > smallest ? (values[i] - smallest) / (largest - smallest) : 0;
    }
    return new Enlarged(values);
  }

  float share(int pixel) {
    return shares[pixel];
  }
}
