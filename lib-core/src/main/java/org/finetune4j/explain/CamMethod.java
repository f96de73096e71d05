package org.finetune4j.explain;

/** How a class activation map is computed. */
public enum CamMethod {
  /**
   * The head's weights over the channels (Zhou et al. 2016, <i>Learning Deep Features for
   * Discriminative Localization</i>). For a linear head behind an average pooling; one run of the
   * network.
   */
  CAM,

  /**
   * Channels weighted by the mean gradient of the class's score before softmax (Selvaraju et al.
   * 2017, <i>Grad-CAM</i>). For any head and layer. Needs {@code finetune4j-core}.
   */
  GRAD_CAM,

  /**
   * Channels weighted by the probability that is left when only what they show is seen (Wang et al.
   * 2020, <i>Score-CAM</i>). For any head and layer, without gradients; runs the network once per
   * channel.
   */
  SCORE_CAM
}
