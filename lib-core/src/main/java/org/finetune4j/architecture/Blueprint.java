package org.finetune4j.architecture;

import org.finetune4j.network.NetworkBuilder;

/** Writes the network of one architecture, in two parts. */
public interface Blueprint {
  /**
   * Adds everything up to the last feature map, as Keras's {@code include_top=False}.
   *
   * @param net holds the input, nothing else
   * @param alpha how many times as wide as published; 1 where the family has one width only
   */
  void trunk(NetworkBuilder net, double alpha);

  /** Adds the classifier for the 1000 classes of ImageNet. */
  void top(NetworkBuilder net);
}
