package org.finetune4j.preprocess;

/** In which order a network reads the channels of a picture. */
public enum ChannelOrder {
  /** Red, green, blue: nearly all networks. */
  RGB,
  /** Blue, green, red: networks that were first trained with Caffe. */
  BGR;

  /** Returns which channel of an RGB picture comes at this place. */
  int source(int place) {
    return this == RGB ? place : 2 - place;
  }
}
