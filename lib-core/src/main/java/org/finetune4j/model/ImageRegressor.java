package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Unreadable;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Task;
import org.finetune4j.uncertainty.ConformalIntervals;
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
public final class ImageRegressor extends ImageModel<NumberPrediction, ImageRegressor> {
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
  public static ModelLoader<ImageRegressor> loader() {
    return new ModelLoader<>(Task.Numbers.class, ImageRegressor::new);
  }

  @Override
  ImageRegressor with(ModelParts others) {
    return new ImageRegressor(others);
  }

  @Override
  NumberPrediction answer(float[] outputs) {
    List<ConformalIntervals.Range> intervals = intervals(outputs);
    List<Estimate> all = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      Optional<ConformalIntervals.Range> interval =
          intervals.isEmpty() ? Optional.empty() : Optional.of(intervals.get(i));
      all.add(new Estimate(quantities().get(i), outputs[i], interval));
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
    return evaluate(images, Unreadable.STOP);
  }

  /**
   * Estimates the numbers of all pictures of a data set and compares, and with {@link
   * Unreadable#SKIP} goes on without pictures that cannot be read: the figures are those of the
   * others, and {@code warnings()} says how many were left out and why. Numbers of pictures in the
   * result count those that were read; sheets of mistakes want {@code images.readable(decoder)}.
   *
   * @param policy what becomes of a picture that cannot be read
   * @throws IOException if a picture cannot be read and none may be skipped, or no picture at all
   *     can be read
   * @throws IllegalArgumentException as {@link #evaluate(ImageDataset)}
   */
  public RegressionEvaluation evaluate(ImageDataset images, Unreadable policy) throws IOException {
    requireTask(images);
    AnsweredPictures read = answered(images, policy);
    return RegressionEvaluation.of(read.images().targets(), read.outputs())
        .withWarnings(read.warnings(about(read.images())));
  }

  /** Returns what is estimated, in the order of the outputs. */
  public List<Quantity> quantities() {
    return ((Task.Numbers) task()).quantities();
  }
}
