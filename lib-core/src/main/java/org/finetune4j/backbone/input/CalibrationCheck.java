package org.finetune4j.backbone.input;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * Finds out whether pictures that calibrate are of the kind that a network learned from. Ranges
 * from others are too wide or too narrow, and accuracy is just worse.
 *
 * <p>The moving statistics of a network's first batch normalisation are what it saw while it
 * learned. Where there is none, a published backbone is taken to have learned from photos like
 * ImageNet's. The limits lie between what was measured on 32 pictures each with ResNet50 and
 * MobileNetV2: cats and dogs, and enlarged CIFAR-10, on the one side; inverted pictures, half the
 * light, pixels scaled to 1, blank pictures, noise and line drawings on the other.
 */
public final class CalibrationCheck {
  /** Of ImageNet's pixels, over the three channels. */
  private static final double PHOTO_MEAN = 114.5;

  private static final double PHOTO_DEVIATION = 57.8;

  /**
   * Mean distance of the channels' means in deviations: photos 0.04 to 0.08, gray ones 0.12,
   * inverted 0.2 to 0.3.
   */
  private static final double NORM_LIMIT = 0.18;

  /** Distance of means in deviations: real up to 0.12, inverted 0.37 and 0.55. */
  private static final double PIXEL_LIMIT = 0.3;

  /** Levels inside of one picture: blank 0, real 50 and more. */
  private static final double FLAT = 4;

  /** Real up to 0.26, line drawings and noise from 0.85. */
  private static final double ROUGH = 0.6;

  /** Between the pictures that calibrate and those that check. */
  private static final double RATIO = 2.5;

  private final List<String> warnings = new ArrayList<>();
  private final PictureStatistics seen;

  private CalibrationCheck(PictureStatistics seen) {
    this.seen = seen;
  }

  /**
   * Looks at pictures.
   *
   * @param network reads RGB, 0 to 255
   * @param weights at least its tensors
   * @param published whether the network was published, and so learned from photos
   * @return what is wrong; empty if nothing is
   * @throws IOException if a picture cannot be read
   */
  public static List<String> of(
      Network network, Weights weights, Calibrator.Pictures pictures, boolean published)
      throws IOException {
    return examined(network, weights, pictures, published).warnings;
  }

  /**
   * Looks at pictures, and, if nothing is wrong with them alone, beside others.
   *
   * @param network reads RGB, 0 to 255
   * @param weights at least its tensors
   * @param published whether the network was published, and so learned from photos
   * @param others that check what these calibrate
   * @return what is wrong; empty if nothing is
   * @throws IOException if a picture cannot be read
   */
  public static List<String> of(
      Network network,
      Weights weights,
      Calibrator.Pictures pictures,
      boolean published,
      Calibrator.Pictures others)
      throws IOException {
    CalibrationCheck check = examined(network, weights, pictures, published);
    if (check.warnings.isEmpty()) {
      check.beside(statistics(network, others));
    }
    return check.warnings;
  }

  /** Reads each picture once, for both what it looks like and what the network makes of it. */
  private static CalibrationCheck examined(
      Network network, Weights weights, Calibrator.Pictures pictures, boolean published)
      throws IOException {
    PictureStatistics statistics = new PictureStatistics(network.inputs().get(0).shape());
    OptionalDouble distance = OptionalDouble.empty();
    Optional<FirstNormalization> norm = FirstNormalization.of(network, weights);
    if (norm.isPresent()) {
      try (FirstNormalization open = norm.get()) {
        for (int i = 0; i < pictures.count(); i++) {
          FloatBuffer picture = pictures.get(i);
          statistics.add(picture);
          open.add(picture);
        }
        distance = open.distance();
      }
    } else {
      statistics = statistics(network, pictures);
    }
    CalibrationCheck check = new CalibrationCheck(statistics);
    check.pixels();
    if (!check.warnings.isEmpty()) {
      return check; // whatever the network learned from
    }
    if (norm.isPresent()) {
      distance.ifPresent(check::norm);
    } else if (published && network.inputs().get(0).shape().channels() == 3) {
      check.photos();
    }
    return check;
  }

  private static PictureStatistics statistics(Network network, Calibrator.Pictures pictures)
      throws IOException {
    PictureStatistics statistics = new PictureStatistics(network.inputs().get(0).shape());
    for (int i = 0; i < pictures.count(); i++) {
      statistics.add(pictures.get(i));
    }
    return statistics;
  }

  private void pixels() {
    if (seen.contrast() < FLAT) {
      warn(
          "the pictures are blank or nearly so, as if pixels had been scaled to 1 before they"
              + " were stored (%s)",
          seen);
    } else if (seen.roughness() > ROUGH) {
      warn("neighbouring pixels differ as in noise or line drawings, not as in photos (%s)", seen);
    }
  }

  private void photos() {
    double distance = Math.abs(seen.mean() - PHOTO_MEAN) / PHOTO_DEVIATION;
    if (distance > PIXEL_LIMIT) {
      warn(
          "they are %.2f deviations %s than the photos of ImageNet that the weights were published"
              + " for (%s)",
          distance, seen.mean() > PHOTO_MEAN ? "brighter" : "darker", seen);
    }
  }

  private void norm(double distance) {
    if (distance > NORM_LIMIT) {
      warn(
          "behind the first convolution they lie %.2f deviations from what the network learned from"
              + " (%s)",
          distance, seen);
    }
  }

  private void beside(PictureStatistics others) {
    double distance = Math.abs(seen.mean() - others.mean()) / Math.max(FLAT, others.deviation());
    if (distance > PIXEL_LIMIT
        || differs(seen.deviation(), others.deviation())
        || differs(seen.roughness(), others.roughness())) {
      warn("they differ from those that check: %s against %s", seen, others);
    }
  }

  private static boolean differs(double first, double second) {
    return first > RATIO * second || second > RATIO * first;
  }

  private void warn(String what, Object... values) {
    warnings.add(
        "The pictures that calibrate eight bits seem to be of another kind: "
            + String.format(Locale.ROOT, what, values)
            + ". Calibrate with pictures like those that will be predicted; if these are, all is"
            + " well.");
  }
}
