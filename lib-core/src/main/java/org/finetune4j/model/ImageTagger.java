package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Unreadable;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.image.Image;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Weights;

/**
 * Says which tags a picture has: any number of them, each with a probability and a threshold of its
 * own. Threads, memory and life are those of every {@link ImageModel}.
 *
 * <pre>{@code
 * try (ImageTagger tagger = ImageTagger.load(Path.of("scenes.zip"))) {
 *   List<String> tags = tagger.predict(Path.of("beach.jpg")).tags();
 * }
 * }</pre>
 */
public final class ImageTagger extends ImageModel<TagPrediction, ImageTagger> {
  ImageTagger(ModelParts parts) {
    super(parts);
  }

  /**
   * Makes a tagger of a whole network.
   *
   * @param definition what it computes; its task is tags
   * @param weights at least the network's tensors
   * @throws IllegalArgumentException if the task is another, or a tensor is missing, of another
   *     shape, or holds NaN or infinite numbers
   */
  public static ImageTagger of(ClassifierDefinition definition, Weights weights) {
    definition.require(Task.Tags.class, "ImageTagger");
    return new ImageTagger(ModelParts.of(definition, weights));
  }

  /** Makes one whose network is rounded to eight bits; for other packages of the library. */
  public static ImageTagger rounded(
      ClassifierDefinition definition, Weights weights, EightBits how) {
    definition.require(Task.Tags.class, "ImageTagger");
    return new ImageTagger(ModelParts.rounded(definition, weights, how));
  }

  /**
   * Reads a tagger that {@link #save} wrote, as {@link ImageClassifier#load} reads classifiers.
   *
   * @throws IOException if the file cannot be read, is damaged, was written by a newer version, is
   *     no tagger, or gives other answers here than where it was saved
   */
  public static ImageTagger load(Path file) throws IOException {
    return loader().load(Objects.requireNonNull(file, "file"));
  }

  /** Starts to read a tagger with other options than {@link #load} has. */
  public static ModelLoader<ImageTagger> loader() {
    return new ModelLoader<>(Task.Tags.class, ImageTagger::new);
  }

  /**
   * Returns this tagger with other thresholds, which are saved with it. It shares the native
   * memory: closing one closes both.
   *
   * <pre>{@code
   * Thresholds best = Thresholds.bestF1(tagger.evaluate(split.validation()));
   * tagger.withThresholds(best).save(Path.of("scenes.zip"));
   * }</pre>
   *
   * @throws IllegalArgumentException if they belong to other tags
   */
  public ImageTagger withThresholds(Thresholds thresholds) {
    return new ImageTagger(parts().with(definition().with(thresholds)));
  }

  @Override
  ImageTagger with(ModelParts others) {
    return new ImageTagger(others);
  }

  @Override
  Optional<List<Prediction>> set(float[] outputs) {
    return uncertainty().tags().map(it -> predictions(it.of(outputs), outputs));
  }

  @Override
  TagPrediction answer(float[] outputs) {
    List<Prediction> all =
        IntStream.range(0, outputs.length)
            .mapToObj(i -> new Prediction(tags().name(i), i, outputs[i]))
            .sorted(Comparator.comparing(Prediction::probability).reversed())
            .toList();
    Thresholds thresholds = thresholds();
    return new TagPrediction(
        all,
        all.stream().filter(it -> thresholds.reached(it.index(), it.probability())).toList(),
        set(outputs));
  }

  /** Returns the probability of every tag for each picture. */
  public float[][] probabilities(List<Image> images) {
    return outputs(images);
  }

  /**
   * Tags all pictures of a data set and compares with its tags. With test-time augmentation each is
   * decoded once per view.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the data set has no tags, or others; {@link
   *     ImageDataset#withLabels} matches them by name
   */
  public TagEvaluation evaluate(ImageDataset images) throws IOException {
    return evaluate(images, Unreadable.STOP);
  }

  /**
   * Tags all pictures of a data set and compares with its tags, and with {@link Unreadable#SKIP}
   * goes on without pictures that cannot be read: the figures are those of the others, and {@code
   * warnings()} says how many were left out and why. Numbers of pictures in the result count those
   * that were read; sheets of mistakes want {@code images.readable(decoder)}.
   *
   * @param policy what becomes of a picture that cannot be read
   * @throws IOException if a picture cannot be read and none may be skipped, or no picture at all
   *     can be read
   * @throws IllegalArgumentException as {@link #evaluate(ImageDataset)}
   */
  public TagEvaluation evaluate(ImageDataset images, Unreadable policy) throws IOException {
    requireTask(images);
    AnsweredPictures read = answered(images, policy);
    return TagEvaluation.of(read.images().targets(), read.outputs(), thresholds())
        .withWarnings(read.warnings(about(read.images())));
  }

  /** Returns the tags, in the order of the outputs. */
  public Labels tags() {
    return task().labels();
  }

  /** Returns from which probability on a picture has a tag, and how that was chosen. */
  public Thresholds thresholds() {
    return definition().thresholds().orElseThrow();
  }
}
