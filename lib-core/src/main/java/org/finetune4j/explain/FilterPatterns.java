package org.finetune4j.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.engine.TrainingEngine;
import org.finetune4j.image.Image;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.random.CounterRandom;

/**
 * The pattern that excites a filter most, found by gradient ascent on the picture itself (Erhan et
 * al. 2009; Chollet, <i>Deep Learning with Python</i>, section 5.4.2): from gray with a little
 * noise, the picture follows the gradient of the filter's mean activation, 40 steps of one level of
 * 255 in root mean square. Needs {@code finetune4j-core}. Confined to one thread at a time.
 *
 * <pre>{@code
 * try (FilterPatterns patterns = FilterPatterns.of(backbone, "conv3_block4_out")) {
 *   Image pattern = patterns.pattern(0);
 * }
 * }</pre>
 */
public final class FilterPatterns implements AutoCloseable {
  private static final int STEPS = 40;
  private static final double GRAY = 128;
  private static final double NOISE = 20;
  private static final double CONTRAST = 25.5;
  private static final double TINY = 1e-12;

  private final Shape picture;
  private final Shape map;
  private final TrainingEngine.Slopes slopes;

  private FilterPatterns(Shape picture, Shape map, TrainingEngine.Slopes slopes) {
    this.picture = picture;
    this.map = map;
    this.slopes = slopes;
  }

  /**
   * Prepares a layer. Patterns have the backbone's input size: a small one, 64 or 128, is quick and
   * shows as much.
   *
   * @param backbone its weights may be released afterwards
   * @param layer one of {@link PretrainedBackbone#layers} that gives feature maps; older names
   *     allowed
   * @throws IllegalArgumentException if there is no such layer, or it gives no feature maps
   * @throws IllegalStateException if the backbone is closed, or {@code finetune4j-core} is missing
   */
  public static FilterPatterns of(PretrainedBackbone backbone, String layer) {
    String name = backbone.resolve(Objects.requireNonNull(layer, "layer"));
    Network network = backbone.pixelNetwork().upTo(name);
    Shape map = network.outputShape();
    if (!map.isMap()) {
      throw new IllegalArgumentException(
          "Filters have a pattern where a layer gives feature maps; layer '"
              + layer
              + "' gives "
              + map
              + ".");
    }
    Network means =
        network.then(Network.builder("filters", map).globalAveragePool("filter_means").build());
    return new FilterPatterns(
        network.inputs().get(0).shape(),
        map,
        TrainingEngine.find("Gradient ascent").slopes(means, backbone.weights()));
  }

  /** Returns how many filters the layer has. */
  public int filters() {
    return map.channels();
  }

  /**
   * Returns the pattern of one filter, an RGB picture whose mean is middle gray; the same in every
   * run. A filter that nothing excites at the start, dead or behind a ReLU, stays noise.
   *
   * @param filter 0 to {@link #filters()} - 1
   * @throws IllegalArgumentException if there is no such filter
   */
  public Image pattern(int filter) {
    if (filter < 0 || filter >= filters()) {
      throw new IllegalArgumentException(
          "Filters are 0 to " + (filters() - 1) + ", not " + filter + ".");
    }
    return toImage(ascend(filter));
  }

  /**
   * Returns the patterns of the first filters of the layer, in order.
   *
   * @param most at least 1; fewer if the layer has fewer
   */
  public List<Image> first(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("At least 1 pattern is drawn, not " + most + ".");
    }
    List<Image> patterns = new ArrayList<>();
    for (int filter = 0; filter < Math.min(most, filters()); filter++) {
      patterns.add(pattern(filter));
    }
    return List.copyOf(patterns);
  }

  /** The picture after all steps: channel, row, column; RGB, about 0 to 255. */
  private float[] ascend(int filter) {
    CounterRandom random = CounterRandom.of(filter);
    float[] pixels = new float[picture.channels() * picture.height() * picture.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (GRAY + NOISE * random.nextDouble());
    }
    for (int step = 0; step < STEPS; step++) {
      float[] gradient = slopes.of(pixels, filter);
      double scale = 1 / (Math.sqrt(meanSquare(gradient, 0)) + TINY);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += (float) (scale * gradient[i]);
      }
    }
    return pixels;
  }

  /** The book's rule: mean to middle gray, standard deviation to a tenth of the range. */
  private Image toImage(float[] pixels) {
    double mean = 0;
    for (float pixel : pixels) {
      mean += pixel / pixels.length;
    }
    double contrast = CONTRAST / (Math.sqrt(meanSquare(pixels, mean)) + TINY);
    int area = picture.height() * picture.width();
    byte[] rgb = new byte[3 * area];
    for (int i = 0; i < rgb.length; i++) {
      // A gray network reads one channel, which is shown three times.
      double value = pixels[i % 3 % picture.channels() * area + i / 3];
      rgb[i] = (byte) Math.round(Math.max(0, Math.min(255, (value - mean) * contrast + GRAY)));
    }
    return Image.of(picture.width(), picture.height(), rgb);
  }

  private static double meanSquare(float[] values, double mean) {
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares / values.length;
  }

  /** Releases native memory. */
  @Override
  public void close() {
    slopes.close();
  }
}
