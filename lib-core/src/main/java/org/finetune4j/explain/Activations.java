package org.finetune4j.explain;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.pixel.PixelBatch;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.model.ImageModel;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.text.NearestName;

/**
 * What chosen layers make of one picture, as numbers and as pictures: every channel a small tile
 * (Chollet, <i>Deep Learning with Python</i>, section 5.4.1). Immutable, without native memory.
 *
 * <pre>{@code
 * Activations activations = Activations.of(backbone, photo, "conv1_relu", "conv2_block3_out");
 * Image tiles = activations.grid("conv1_relu");
 * }</pre>
 */
public final class Activations {
  private static final int COLUMNS = 16;
  private static final int VISIBLE = 32;

  private final Map<String, Shape> shapes;
  private final Map<String, float[]> values;

  private Activations(Map<String, Shape> shapes, Map<String, float[]> values) {
    this.shapes = shapes;
    this.values = values;
  }

  /**
   * Runs a backbone up to some layers.
   *
   * @param layers at least one, as in {@link PretrainedBackbone#layers}; older names allowed
   * @throws IllegalArgumentException if there is no such layer
   * @throws IllegalStateException if the backbone is closed
   */
  public static Activations of(PretrainedBackbone backbone, Image image, String... layers) {
    Objects.requireNonNull(backbone, "backbone");
    Objects.requireNonNull(image, "image");
    List<String> names = List.of(layers).stream().map(backbone::resolve).distinct().toList();
    Network network = backbone.pixelNetwork().upTo(names);
    PixelBatches batches = new PixelBatches(backbone.preprocessing(), network);
    return collect(network, backbone.run(network, 1, pixels(batches, image).pixels()));
  }

  /**
   * Runs a classifier, tagger or regressor up to some layers, those of its head included.
   *
   * @param layers at least one of {@code classifier.network().layerNames()}
   * @throws IllegalArgumentException if there is no such layer
   */
  public static Activations of(ImageModel<?, ?> classifier, Image image, String... layers) {
    Objects.requireNonNull(image, "image");
    Network network = classifier.network().upTo(List.of(layers).stream().distinct().toList());
    PixelBatches batches = new PixelBatches(classifier.preprocessing(), network);
    try (OnnxSession session =
        OnnxSession.open(network, classifier.weights(), RuntimeOptions.standard())) {
      return collect(network, session.run(1, pixels(batches, image).pixels()));
    }
  }

  static PixelBatch pixels(PixelBatches batches, Image image) {
    try {
      return batches.prepare(1, index -> image);
    } catch (IOException e) {
      throw new AssertionError("A picture in memory needs no reading.", e);
    }
  }

  private static Activations collect(Network network, float[][] outputs) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, float[]> values = new LinkedHashMap<>();
    for (int i = 0; i < outputs.length; i++) {
      String name = network.outputs().get(i);
      shapes.put(name, network.shape(name));
      values.put(name, outputs[i]);
    }
    return new Activations(shapes, values);
  }

  /** Returns the layers, as they were asked for. */
  public List<String> layers() {
    return List.copyOf(shapes.keySet());
  }

  /**
   * Returns the shape of a layer's activation.
   *
   * @throws IllegalArgumentException if the layer was not asked for
   */
  public Shape shape(String layer) {
    if (!shapes.containsKey(layer)) {
      throw new IllegalArgumentException(
          "No activations of '"
              + layer
              + "', only of "
              + layers()
              + "."
              + NearestName.hint(layer, layers()));
    }
    return Objects.requireNonNull(shapes.get(layer));
  }

  /**
   * Returns a layer's activation, in channel, row, column order.
   *
   * @throws IllegalArgumentException if the layer was not asked for
   */
  public float[] values(String layer) {
    shape(layer);
    return Objects.requireNonNull(values.get(layer)).clone();
  }

  /**
   * Returns the channels of a layer as tiles, 16 in a row, in viridis, enlarged by whole pixels to
   * a side of at least 32.
   *
   * @throws IllegalArgumentException if the layer was not asked for, or gives a vector
   */
  public Image grid(String layer) {
    Image grid = grid(layer, COLUMNS, ColorMap.VIRIDIS);
    int side = Math.max(shape(layer).width(), shape(layer).height());
    int times = (VISIBLE + side - 1) / side;
    return Resize.squash(
        grid, new ImageSize(grid.width() * times, grid.height() * times), Interpolation.NEAREST);
  }

  /**
   * Returns the channels of a layer as tiles, with one pixel between them. Each channel is
   * normalised by itself: its mean becomes 128 of 255, its standard deviation 64. Those that say
   * nothing, with one value everywhere, stay black.
   *
   * @param columns tiles in a row, at least 1
   * @throws IllegalArgumentException if the layer was not asked for, gives a vector, or there is no
   *     column
   */
  public Image grid(String layer, int columns, ColorMap colors) {
    Shape shape = shape(layer);
    if (!shape.isMap() || columns < 1) {
      throw new IllegalArgumentException(
          "Tiles are made of feature maps, in at least 1 column; layer '"
              + layer
              + "' gives "
              + shape
              + ", the columns are "
              + columns
              + ".");
    }
    return ChannelGrid.draw(shape, Objects.requireNonNull(values.get(layer)), columns, colors);
  }
}
