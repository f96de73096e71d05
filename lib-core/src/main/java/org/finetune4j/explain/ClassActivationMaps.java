package org.finetune4j.explain;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageModel;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Input;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Network;
import org.finetune4j.target.Task;

/**
 * Shows which parts of a picture speak for a class or tag, or for a larger number: the channels of
 * a feature map or of a transformer's patches, weighted by what they mean to it and summed up.
 * {@link CamMethod} says how the weights come about.
 *
 * <p>Thread-safe. It owns what it needs, native memory included, until it is closed; closing the
 * classifier changes nothing.
 *
 * <pre>{@code
 * try (ClassActivationMaps maps =
 *     ClassActivationMaps.builder(classifier).method(CamMethod.GRAD_CAM).build()) {
 *   Image why = maps.of(photo, "cats").overlay(photo);
 * }
 * }</pre>
 */
public final class ClassActivationMaps implements AutoCloseable {
  private final ImageModel<?, ?> model;
  private final String layer;
  private final Places places;
  private final PixelBatches batches;
  private final OnnxSession trunk;
  private final ChannelWeights weights;

  private ClassActivationMaps(
      Builder builder, Network.Cut cut, Places places, ChannelWeights weights) {
    this.model = builder.model;
    this.layer = builder.layer;
    this.places = places;
    this.batches = new PixelBatches(model.preprocessing(), model.network());
    this.weights = weights;
    this.trunk = OnnxSession.open(cut.trunk(), model.weights(), RuntimeOptions.standard());
  }

  /** Starts with Grad-CAM at the last feature map, or at what a last block of patches reads. */
  public static Builder builder(ImageModel<?, ?> model) {
    return new Builder(model);
  }

  /**
   * Returns where in a picture the evidence for a class or tag lies, or what makes a number large.
   *
   * @param label one of the model's labels or tags, likely or not, or the name of a quantity
   * @throws IllegalArgumentException if there is none of this name
   * @throws IllegalStateException if the maps are closed
   */
  public HeatMap of(Image image, String label) {
    int index = model.task().indexOf(label);
    FloatBuffer pixels = Activations.pixels(batches, image).pixels();
    float[] features = trunk.run(1, pixels.duplicate())[0];
    double[] ofChannel = weights.of(features, pixels, index);
    double[] evidence = new double[places.area()];
    for (int channel = 0; channel < ofChannel.length; channel++) {
      for (int place = 0; place < evidence.length; place++) {
        evidence[place] += ofChannel[channel] * features[places.index(channel, place)];
      }
    }
    return HeatMap.ofEvidence(places.width(), places.height(), evidence);
  }

  /** Returns the layer whose feature map, or whose patches, are looked at. */
  public String layer() {
    return layer;
  }

  /** Gives the native memory back; does nothing the second time. */
  @Override
  public void close() {
    trunk.close();
    weights.close();
  }

  /** Options of class activation maps; not thread-safe. */
  public static final class Builder {
    private final ImageModel<?, ?> model;
    private String layer;
    private CamMethod method = CamMethod.GRAD_CAM;
    private int channels = Integer.MAX_VALUE;

    private Builder(ImageModel<?, ?> model) {
      this.model = model;
      this.layer = lastWithPlaces(model.network());
    }

    /**
     * Where a class token is all that is read in the end, patches have no say behind the last
     * attention: of tokens, the last layer before it is taken.
     */
    private static String lastWithPlaces(Network network) {
      List<String> names = network.layerNames();
      int attention = 0;
      for (int i = 0; i < names.size(); i++) {
        attention = network.layer(names.get(i)) instanceof MultiHeadAttention ? i : attention;
      }
      int end = attention == 0 ? names.size() : attention;
      List<String> fitting =
          IntStream.range(0, end)
              .filter(i -> attentionFree(network) || standsAlone(network, i))
              .mapToObj(names::get)
              .filter(name -> !(network.layer(name) instanceof Input))
              .filter(name -> !(network.layer(name) instanceof Dropout))
              .filter(name -> Places.of(network, name).isPresent())
              .toList();
      if (fitting.isEmpty()) {
        throw new IllegalArgumentException(
            "Class activation maps need a layer that gives a feature map, or tokens of patches; this"
                + " network has none.");
      }
      return fitting.get(fitting.size() - 1);
    }

    private static boolean attentionFree(Network network) {
      return network.layers().stream().noneMatch(MultiHeadAttention.class::isInstance);
    }

    /** Returns whether a layer is all of what came before that later layers read. */
    private static boolean standsAlone(Network network, int index) {
      List<String> names = network.layerNames();
      return index + 1 < names.size()
          && network.boundary(names.get(index + 1)).equals(List.of(names.get(index)));
    }

    /**
     * Sets the layer that is looked at. Default is the last feature map, or of a transformer what
     * its last attention's block reads: {@code blocks.10.add2}. Earlier ones are finer and say
     * less.
     *
     * @throws IllegalArgumentException if there is no such layer
     */
    public Builder layer(String name) {
      this.layer = model.network().layer(Objects.requireNonNull(name, "name")).name();
      return this;
    }

    /** Sets how channels are weighted; default {@link CamMethod#GRAD_CAM}. */
    public Builder method(CamMethod newMethod) {
      this.method = Objects.requireNonNull(newMethod, "newMethod");
      return this;
    }

    /**
     * Sets to how many channels Score-CAM looks, those that vary most over the picture; default
     * all. It runs the network once for each.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder channels(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("Score-CAM looks at 1 channel or more, not " + most);
      }
      this.channels = most;
      return this;
    }

    /**
     * Returns the maps, ready to run.
     *
     * @throws IllegalArgumentException if the layer gives neither a feature map nor tokens of
     *     patches, what follows reads other layers too, or the method does not fit
     */
    public ClassActivationMaps build() {
      if (method == CamMethod.SCORE_CAM && model.task() instanceof Task.Numbers) {
        throw new IllegalArgumentException(
            "Score-CAM weighs by probabilities, but numbers have none. Use CamMethod.GRAD_CAM or"
                + " CAM.");
      }
      Network.Cut cut = cut();
      Places places = Places.of(model.network(), layer).orElseThrow();
      if (method == CamMethod.SCORE_CAM && places.tokens()) {
        throw new IllegalArgumentException(
            "Score-CAM shows the network what feature maps let through, but layer '"
                + layer
                + "' gives tokens. Use CamMethod.GRAD_CAM.");
      }
      // One unit tells two labels apart: it speaks for the second, and so against the first.
      boolean oneUnit =
          model.task() instanceof Task.OneLabel && model.network().outputShape().elements() == 1;
      ChannelWeights weights =
          switch (method) {
            case CAM -> LinearWeights.of(cut.tail(), model.weights(), oneUnit);
            case GRAD_CAM -> new GradientWeights(cut.tail(), model.weights(), places, oneUnit);
            case SCORE_CAM -> new ScoreWeights(model, cut.trunk().outputShape(), channels, oneUnit);
          };
      return new ClassActivationMaps(this, cut, places, weights);
    }

    private Network.Cut cut() {
      Network network = model.network();
      List<String> names = network.layerNames();
      int next = names.indexOf(layer) + 1;
      if (Places.of(network, layer).isEmpty() || !standsAlone(network, next - 1)) {
        throw new IllegalArgumentException(
            "Class activation maps need a layer that gives a feature map, or tokens of patches, and"
                + " is all that later layers read; '"
                + layer
                + "' gives "
                + network.shape(layer)
                + ". The last one that fits is '"
                + lastWithPlaces(network)
                + "'.");
      }
      return network.cut(names.get(next));
    }
  }
}
