package org.finetune4j.backbone;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.ChannelOrder;
import org.finetune4j.preprocess.Preprocessing;

/**
 * Puts channel order, mean and scale into the network, so that nobody can get them wrong: what it
 * reads then is a picture as it is, RGB, 0 to 255.
 */
public final class PixelInput {
  /** The name of the input that reads pixels. */
  public static final String NAME = "pixels";

  private PixelInput() {}

  /**
   * Returns the network behind layers that do what {@code preprocessing} says about values; its
   * rule of resizing stays with the caller.
   *
   * @param network reads one picture of three channels, or of one: then pixels are gray
   * @throws IllegalArgumentException if the network has several inputs, or reads gray pictures and
   *     the channels have different means or scales
   */
  public static Network before(Network network, Preprocessing preprocessing) {
    if (network.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "Pixels are read by a network with one input, but this one has "
              + network.inputs().stream().map(Input::name).toList()
              + ".");
    }
    Shape input = network.inputs().get(0).shape();
    boolean gray = input.channels() == 1;
    NetworkBuilder pixels = Network.builder(NAME, input);
    if (preprocessing.channelOrder() == ChannelOrder.BGR && !gray) {
      pixels.layer(new ReverseChannels(NAME + "_bgr", pixels.last()));
    }
    List<Double> scales = new ArrayList<>();
    List<Double> offsets = new ArrayList<>();
    for (int i = 0; i < preprocessing.scale().size(); i++) {
      double scale = preprocessing.scale().get(i);
      scales.add(scale);
      offsets.add(-scale * preprocessing.mean().get(i));
    }
    if (gray) {
      scales = requireOne("scale", scales);
      offsets = requireOne("offset", offsets);
    }
    if (scales.stream().anyMatch(s -> s != 1) || offsets.stream().anyMatch(o -> o != 0)) {
      pixels.layer(new Rescale(NAME + "_scaled", pixels.last(), scales, offsets));
    }
    return pixels.build().then(network);
  }

  private static List<Double> requireOne(String what, List<Double> ofChannels) {
    List<Double> distinct = ofChannels.stream().distinct().toList();
    if (distinct.size() > 1) {
      throw new IllegalArgumentException(
          "A network that reads gray pictures has one "
              + what
              + " for them, but the preprocessing has "
              + ofChannels
              + ".");
    }
    return distinct;
  }
}
