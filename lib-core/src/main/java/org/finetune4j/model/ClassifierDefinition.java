package org.finetune4j.model;

import java.util.Arrays;
import org.finetune4j.data.Labels;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;

/**
 * What a classifier computes and what it means, all but the numbers.
 *
 * @param network from pixels (RGB planes, 0 to 255) to one probability per label, or to one for the
 *     second of two labels; channel order, mean and scale are layers of it
 * @param preprocessing how pictures are fitted to the input size; its channel order, mean and scale
 *     say what the network's first layers do
 * @param labels what the outputs mean
 * @param provenance where it all comes from
 */
public record ClassifierDefinition(
    Network network, Preprocessing preprocessing, Labels labels, Provenance provenance) {
  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if the network does not read RGB or gray pictures, or its
   *     outputs do not fit the labels
   */
  public ClassifierDefinition {
    Shape input = network.inputs().get(0).shape();
    boolean isPicture = input.isMap() && (input.channels() == 3 || input.channels() == 1);
    if (network.inputs().size() != 1 || !isPicture) {
      throw new IllegalArgumentException(
          "A classifier reads one RGB or gray picture, but its network reads "
              + network.inputs()
              + ".");
    }
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "A classifier tells at least two labels apart, but there is only " + labels + ".");
    }
    int outputs = network.outputShape().elements();
    if (outputs != labels.size() && !(outputs == 1 && labels.size() == 2)) {
      throw new IllegalArgumentException(
          "A classifier has one output per label, or a single one for two labels, but "
              + outputs
              + " outputs for "
              + labels
              + ".");
    }
  }

  /** Returns the pictures that the network reads: three channels, or one for gray ones. */
  public Shape input() {
    return network.inputs().get(0).shape();
  }

  /** Returns the size of the pictures that the network reads. */
  public ImageSize inputSize() {
    Shape input = input();
    return new ImageSize(input.width(), input.height());
  }

  /** Returns the probability of every label for one sample of a batch of outputs. */
  float[] probabilities(float[] outputs, int sample) {
    int size = network.outputShape().elements();
    if (size == 1) {
      return new float[] {1 - outputs[sample], outputs[sample]};
    }
    return Arrays.copyOfRange(outputs, sample * size, (sample + 1) * size);
  }
}
