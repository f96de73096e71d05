package org.finetune4j.explain;

import java.nio.FloatBuffer;

/** Says how much each channel of a feature map speaks for a class. */
interface ChannelWeights extends AutoCloseable {
  /**
   * Returns one weight per channel.
   *
   * @param features the feature map, in channel, row, column order
   * @param pixels what the network read: RGB planes, 0 to 255
   * @param label the class
   */
  double[] of(float[] features, FloatBuffer pixels, int label);

  @Override
  void close();
}
