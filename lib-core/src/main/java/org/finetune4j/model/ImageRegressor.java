package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Task;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.finetune4j.weights.Weights;

/**
 * Estimates numbers from a picture: how full a bin is, how far a gauge is turned. Threads, memory
 * and life are those of every {@link ImageModel}.
 *
 * <pre>{@code
 * try (ImageRegressor regressor = ImageRegressor.load(Path.of("bins.zip"))) {
 *   float fill = regressor.predict(Path.of("bin.jpg")).value("fill");
 * }
 * }</pre>
 */
public final class ImageRegressor extends ImageModel<NumberPrediction> {
  ImageRegressor(ModelParts parts) {
    super(parts);
  }

  /**
   * Makes a regressor of a whole network.
   *
   * @param definition what it computes; its task is numbers
   * @param weights at least the network's tensors
   * @throws IllegalArgumentException if the task is another, or a tensor is missing, of another
   *     shape, or holds NaN or infinite numbers
   */
  public static ImageRegressor of(ClassifierDefinition definition, Weights weights) {
    definition.require(Task.Numbers.class, "ImageRegressor");
    return new ImageRegressor(ModelParts.of(definition, weights));
  }

  /** Makes one whose network is rounded to eight bits; for other packages of the library. */
  public static ImageRegressor rounded(
      ClassifierDefinition definition, Weights weights, EightBits how) {
    definition.require(Task.Numbers.class, "ImageRegressor");
    return new ImageRegressor(ModelParts.rounded(definition, weights, how));
  }

  /**
   * Reads a regressor that {@link #save} wrote, as {@link ImageClassifier#load} reads classifiers.
   *
   * @throws IOException if the file cannot be read, is damaged, was written by a newer version, is
   *     no regressor, or gives other answers here than where it was saved
   */
  public static ImageRegressor load(Path file) throws IOException {
    return loader().load(Objects.requireNonNull(file, "file"));
  }

  /** Starts to read a regressor with other options than {@link #load} has. */
  public static RegressorLoader loader() {
    return new RegressorLoader();
  }

  /**
   * Returns this regressor, with every picture looked at in several ways; the numbers are averaged.
   * Views that change a number (a flip changes an angle) are the caller's to leave out. It shares
   * the native memory: closing one closes both. What is saved is the regressor without it.
   */
  public ImageRegressor withTestTimeAugmentation(TestTimeAugmentation views) {
    return new ImageRegressor(parts().with(views));
  }

  /**
   * Returns this regressor, calibrated: {@link #assess} says for each number an interval that holds
   * the true one at the chosen rate ({@link ConformalIntervals}). The calibration is saved along.
   * It shares the native memory: closing one closes both.
   *
   * @param validation pictures it did not learn from, and of which nothing was chosen on
   * @param coverage for example 0.9, which needs at least 9 pictures
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the coverage is out of range, there are too few pictures,
   *     it learned from them, or they have other numbers
   * @throws IllegalStateException if it has test-time augmentation
   */
  public ImageRegressor calibrated(ImageDataset validation, double coverage) throws IOException {
    requireTask(validation);
    requireUnseen(validation);
    parts().requireOneView();
    float[][] truth = new float[validation.size()][];
    Arrays.setAll(truth, validation.targets()::row);
    ConformalIntervals intervals =
        ConformalIntervals.calibrate(outputs(validation), truth, coverage);
    return new ImageRegressor(parts().with(definition().with(uncertainty().with(intervals))));
  }

  @Override
  List<ConformalIntervals.Range> intervals(float[] outputs) {
    return uncertainty().intervals().stream()
        .flatMap(it -> IntStream.range(0, outputs.length).mapToObj(i -> it.around(i, outputs[i])))
        .toList();
  }

  /**
   * Returns this regressor with a detector of pictures that are unlike anything it learned from;
   * {@link #assess} asks it. It is saved along. The result has native memory of its own: both are
   * to be closed.
   *
   * @param known what it learned from
   * @param validation others of their kind, at least 20; 95 % of them are called familiar
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few, or the features are too many
   * @throws IllegalStateException if it is in eight bits, or has test-time augmentation
   */
  public ImageRegressor withNoveltyDetector(ImageDataset known, ImageDataset validation)
      throws IOException {
    return withNoveltyDetector(noveltyDetector(known, validation));
  }

  /**
   * Returns this regressor with a detector that was fitted on its features. It is saved along. The
   * result has native memory of its own: both are to be closed.
   *
   * @throws IllegalArgumentException if the detector reads another number of features
   * @throws IllegalStateException if it is in eight bits
   */
  public ImageRegressor withNoveltyDetector(NoveltyDetector detector) {
    return new ImageRegressor(parts().with(detector));
  }

  @Override
  NumberPrediction answer(float[] outputs) {
    List<Estimate> all = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      all.add(new Estimate(quantities().get(i), outputs[i]));
    }
    return new NumberPrediction(all);
  }

  /** Returns one value per quantity for each picture. */
  public float[][] values(List<Image> images) {
    return outputs(images);
  }

  /**
   * Estimates the numbers of all pictures of a data set and compares with the true ones. With
   * test-time augmentation each is decoded once per view.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the data set has no numbers, or other quantities or units
   */
  public RegressionEvaluation evaluate(ImageDataset images) throws IOException {
    requireTask(images);
    return RegressionEvaluation.of(images.targets(), outputs(images)).withWarnings(about(images));
  }

  /** Returns what is estimated, in the order of the outputs. */
  public List<Quantity> quantities() {
    return ((Task.Numbers) task()).quantities();
  }
}
