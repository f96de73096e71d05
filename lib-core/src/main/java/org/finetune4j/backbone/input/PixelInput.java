package org.finetune4j.backbone.input;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
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

  private static final double NEAR = 1e-6;

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
    return layers(network.inputs().get(0).shape(), preprocessing).then(network);
  }

  /** Returns the input and the layers behind it. */
  private static Network layers(Shape input, Preprocessing preprocessing) {
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
    return pixels.build();
  }

  /**
   * Compares the first layers of a network that reads pixels with what {@link #before} puts there.
   *
   * @return what differs, if anything
   * @throws IllegalArgumentException as {@link #before} does
   */
  public static Optional<String> contradiction(Network network, Preprocessing preprocessing) {
    Input input = network.inputs().get(0);
    String last = input.name();
    Set<String> expected = new HashSet<>();
    for (Layer layer : layers(input.shape(), preprocessing).layers()) {
      if (layer instanceof Input) {
        continue;
      }
      String reads = last;
      List<Layer> readers =
          network.layers().stream().filter(it -> it.inputs().contains(reads)).toList();
      if (readers.size() != 1 || !isSame(layer, readers.get(0))) {
        return Optional.of("it asks for " + described(layer) + ", but there is " + readers);
      }
      last = readers.get(0).name();
      expected.add(last);
    }
    return network.layers().stream()
        .filter(it -> it.name().startsWith(NAME + "_") && !expected.contains(it.name()))
        .filter(it -> it instanceof Rescale || it instanceof ReverseChannels)
        .findFirst()
        .map(layer -> "it asks for no " + described(layer) + ", but there is one");
  }

  private static boolean isSame(Layer wanted, Layer found) {
    if (wanted instanceof Rescale a && found instanceof Rescale b) {
      return isNear(a.scale(), b.scale()) && isNear(a.offset(), b.offset());
    }
    return wanted instanceof ReverseChannels && found instanceof ReverseChannels;
  }

  private static boolean isNear(List<Double> a, List<Double> b) {
    return a.size() == b.size()
        && IntStream.range(0, a.size())
            .allMatch(i -> Math.abs(a.get(i) - b.get(i)) <= NEAR * (1 + Math.abs(a.get(i))));
  }

  private static String described(Layer layer) {
    return layer instanceof Rescale it
        ? "scale " + it.scale() + " and offset " + it.offset()
        : "channels in BGR order";
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
