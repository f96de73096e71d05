package org.finetune4j.explain;

import java.nio.FloatBuffer;
import java.util.List;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageModel;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Task;

/**
 * Shows which parts of a picture speak for a class or tag, or for a larger number: the channels of
 * a feature map, weighted by what they mean to it and summed up. {@link CamMethod} says how the
 * weights come about.
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
  private final Shape shape;
  private final PixelBatches batches;
  private final OnnxSession trunk;
  private final ChannelWeights weights;

  private ClassActivationMaps(Builder builder, Network.Cut cut, ChannelWeights weights) {
    this.model = builder.model;
    this.layer = builder.layer;
    this.shape = cut.trunk().outputShape();
    this.batches = new PixelBatches(model.preprocessing(), model.network());
    this.weights = weights;
    this.trunk = OnnxSession.open(cut.trunk(), model.weights(), RuntimeOptions.standard());
  }

  /** Starts with Grad-CAM at the last feature map. */
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
    int area = shape.height() * shape.width();
    double[] evidence = new double[area];
    for (int i = 0; i < features.length; i++) {
      evidence[i % area] += ofChannel[i / area] * features[i];
    }
    return HeatMap.ofEvidence(shape.width(), shape.height(), evidence);
  }

  /** Returns the layer whose feature map is looked at. */
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
      this.layer = lastFeatureMap(model.network());
    }

    private static String lastFeatureMap(Network network) {
      if (network.layerNames().stream().anyMatch(name -> network.shape(name).isTokens())) {
        throw new IllegalArgumentException(
            "Class activation maps need a layer that gives a feature map; this network computes with"
                + " tokens, each of which sees the whole picture.");
      }
      List<String> maps =
          network.layerNames().stream()
              .filter(name -> !(network.layer(name) instanceof Input))
              .filter(name -> !(network.layer(name) instanceof Dropout))
              .filter(name -> isMap(network.shape(name)))
              .toList();
      if (maps.isEmpty()) {
        throw new IllegalArgumentException(
            "Class activation maps need a layer that gives a feature map; this network has none.");
      }
      return maps.get(maps.size() - 1);
    }

    private static boolean isMap(Shape shape) {
      return shape.isMap() && shape.height() * shape.width() > 1;
    }

    /**
     * Sets the layer whose feature map is looked at; default is the last one. Earlier ones are
     * finer and say less.
     *
     * @throws IllegalArgumentException if there is no such layer
     */
    public Builder layer(String name) {
      this.layer = model.network().layer(name).name();
      return this;
    }

    /** Sets how channels are weighted; default {@link CamMethod#GRAD_CAM}. */
    public Builder method(CamMethod newMethod) {
      this.method = newMethod;
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
     * @throws IllegalArgumentException if the layer gives no feature map, what follows reads other
     *     layers too, or the head does not fit the method
     */
    public ClassActivationMaps build() {
      if (method == CamMethod.SCORE_CAM && model.task() instanceof Task.Numbers) {
        throw new IllegalArgumentException(
            "Score-CAM weighs by probabilities, but numbers have none. Use CamMethod.GRAD_CAM or"
                + " CAM.");
      }
      Network.Cut cut = cut();
      // One unit tells two labels apart: it speaks for the second, and so against the first.
      boolean oneUnit =
          model.task() instanceof Task.OneLabel && model.network().outputShape().elements() == 1;
      ChannelWeights weights =
          switch (method) {
            case CAM -> LinearWeights.of(cut.tail(), model.weights(), oneUnit);
            case GRAD_CAM -> new GradientWeights(cut.tail(), model.weights(), oneUnit);
            case SCORE_CAM -> new ScoreWeights(model, cut.trunk().outputShape(), channels, oneUnit);
          };
      return new ClassActivationMaps(this, cut, weights);
    }

    private Network.Cut cut() {
      Network network = model.network();
      List<String> names = network.layerNames();
      int next = names.indexOf(layer) + 1;
      if (!isMap(network.shape(layer))
          || next == names.size()
          || !network.boundary(names.get(next)).equals(List.of(layer))) {
        throw new IllegalArgumentException(
            "Class activation maps need a layer that gives a feature map and is all that later"
                + " layers read; '"
                + layer
                + "' gives "
                + network.shape(layer)
                + ". The last one that fits is '"
                + lastFeatureMap(network)
                + "'.");
      }
      return network.cut(names.get(next));
    }
  }
}
