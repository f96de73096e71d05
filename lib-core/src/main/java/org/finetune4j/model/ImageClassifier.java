package org.finetune4j.model;

import com.google.common.collect.Comparators;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.Unreadable;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.image.Image;
import org.finetune4j.keras.KerasModel;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Weights;

/**
 * Says what a picture shows. It knows its labels and its preprocessing, runs on ONNX Runtime alone
 * (no Deeplearning4j, no ND4J) and owns what it needs: closing the backbone it was trained from
 * changes nothing.
 *
 * <p>Thread-safe: any number of threads may predict at once, and get the same bits as one. Where
 * files, streams or their bytes are given, pictures that would not fit into half of the heap
 * together wait for each other ({@link ImageDecoder.Builder#memory}). It holds native memory until
 * it is closed.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("cats-vs-dogs.zip"))) {
 *   List<Prediction> top = classifier.predict(Path.of("my-cat.jpg"), 3);
 * }
 * }</pre>
 */
public final class ImageClassifier extends ImageModel<List<Prediction>, ImageClassifier> {
  ImageClassifier(ModelParts parts) {
    super(parts);
  }

  /**
   * Makes a classifier of a whole network.
   *
   * @param definition what it computes and means
   * @param weights at least the network's tensors
   * @throws IllegalArgumentException if a tensor is missing, of another shape, or holds NaN or
   *     infinite numbers, a variance is negative, the network does not end in probabilities ({@link
   *     ClassifierDefinition#withSoftmax}), or its first layers contradict the preprocessing
   */
  public static ImageClassifier of(ClassifierDefinition definition, Weights weights) {
    definition.require(Task.OneLabel.class, "ImageClassifier");
    return new ImageClassifier(ModelParts.of(definition, weights));
  }

  /**
   * Makes a classifier of a backbone with its original top: it predicts out of the box.
   *
   * @param backbone built with {@code includeTop(true)}; may be closed afterwards
   * @param labels the names of its classes, see {@link
   *     org.finetune4j.backbone.ImageNetLabels#fetch}
   * @throws IllegalArgumentException if the backbone has no top, or not one output per label
   */
  public static ImageClassifier of(PretrainedBackbone backbone, Labels labels) {
    Objects.requireNonNull(labels, "labels");
    if (!backbone.network().outputShape().isVector()) {
      throw new IllegalArgumentException(
          "The backbone "
              + backbone.name()
              + " has no classifier. Build it with includeTop(true), or train a head.");
    }
    Provenance provenance =
        Provenance.unknown()
            .with("backbone", backbone.name())
            .with("backbone_weights_sha256", backbone.fingerprint());
    return of(
        new ClassifierDefinition(
            backbone.pixelNetwork(), backbone.preprocessing(), labels, provenance),
        backbone.weights());
  }

  /**
   * Makes a classifier of a whole Keras model that has one, for example a Teachable Machine export.
   *
   * @param model reads pictures and ends in softmax, or in one sigmoid unit for two labels; one
   *     that ends in logits needs {@link KerasModel#withSoftmax}
   * @param preprocessing what the model's author did to pictures before the model saw them, which
   *     the file does not say: {@link Preprocessing#NONE} if its first layers do all, {@code
   *     Preprocessing.TF.withResize(ResizeRule.CROP)} for Teachable Machine
   * @param labels what its outputs mean, in order, which the file does not say either
   * @throws IllegalArgumentException if the model does not end in one probability per label
   */
  public static ImageClassifier of(KerasModel model, Preprocessing preprocessing, Labels labels) {
    Objects.requireNonNull(labels, "labels");
    return of(
        new ClassifierDefinition(
            PixelInput.before(model.network(), preprocessing),
            preprocessing,
            labels,
            Provenance.unknown().with("keras_weights_sha256", model.weights().sha256())),
        model.weights());
  }

  /**
   * Reads a classifier that {@link #save} wrote. The file may come from anywhere: it is checked
   * before anything runs, and can at worst be refused. Then it is tried, as {@link Replay#CHECK}
   * says.
   *
   * @throws IOException if the file cannot be read, is damaged, was written by a newer version, is
   *     no classifier, or gives other answers here than where it was saved
   */
  public static ImageClassifier load(Path file) throws IOException {
    return loader().load(Objects.requireNonNull(file, "file"));
  }

  /** Starts to read a classifier with other options than {@link #load} has. */
  public static ModelLoader<ImageClassifier> loader() {
    return new ModelLoader<>(Task.OneLabel.class, ImageClassifier::new);
  }

  /**
   * Classifies a picture file.
   *
   * @param topK how many answers are wanted, at least 1; not more than there are labels are given
   * @return the most probable classes, the best first
   * @throws IOException if the file is no picture or cannot be read
   */
  public List<Prediction> predict(Path file, int topK) throws IOException {
    return parts().decoder().decode(file, image -> predict(image, topK));
  }

  /**
   * Classifies the picture in a stream, which is read to its end and stays open. It is read when
   * its turn has come, and others may wait for it: better read slow clients into memory or a file
   * first.
   *
   * @throws IOException if it is no picture or cannot be read
   */
  public List<Prediction> predict(InputStream in, int topK) throws IOException {
    return parts().decoder().decode(in, image -> predict(image, topK));
  }

  /**
   * Classifies the bytes of a picture file.
   *
   * @throws IOException if they are no picture
   */
  public List<Prediction> predict(byte[] encoded, int topK) throws IOException {
    return parts().decoder().decode(encoded, image -> predict(image, topK));
  }

  /** Classifies a picture of Java's own kind. */
  public List<Prediction> predict(BufferedImage picture, int topK) {
    return predict(parts().decoder().decode(picture), topK);
  }

  /** Classifies a picture. */
  public List<Prediction> predict(Image image, int topK) {
    return predictAll(List.of(Objects.requireNonNull(image, "image")), topK).get(0);
  }

  /** Classifies pictures, in batches; the answers are in the order of the pictures. */
  public List<List<Prediction>> predictAll(List<Image> images, int topK) {
    requireAnswers(topK);
    List<List<Prediction>> answers = new ArrayList<>();
    for (float[] row : probabilities(images)) {
      answers.add(best(row, topK));
    }
    return answers;
  }

  /**
   * Classifies any number of pictures: takes some, classifies them as a batch, takes the next when
   * their answers were taken. At most 32 pictures are held at a time.
   *
   * <pre>{@code
   * try (Stream<List<Prediction>> answers = classifier.predictAll(photos.map(this::decode), 1)) {
   *   answers.forEach(System.out::println);
   * }
   * }</pre>
   *
   * @param images read once, in order, in the thread that takes the answers; closed with the result
   * @return the answers in the order of the pictures, lazily
   */
  public Stream<List<Prediction>> predictAll(Stream<Image> images, int topK) {
    requireAnswers(topK);
    return batched(images, group -> predictAll(group, topK));
  }

  private static void requireAnswers(int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("At least 1 answer can be asked for, not " + topK + ".");
    }
  }

  private List<Prediction> best(float[] probabilities, int topK) {
    Comparator<Integer> likelierFirst =
        Comparator.comparingDouble((Integer i) -> -probabilities[i])
            .thenComparing(Comparator.naturalOrder());
    // Sorting a thousand classes for the sake of five takes as long as a small network.
    return IntStream.range(0, probabilities.length)
        .boxed()
        .collect(Comparators.least(topK, likelierFirst))
        .stream()
        .map(i -> new Prediction(labels().name(i), i, probabilities[i]))
        .toList();
  }

  @Override
  ImageClassifier with(ModelParts others) {
    return new ImageClassifier(others);
  }

  @Override
  Optional<List<Prediction>> set(float[] outputs) {
    return uncertainty().sets().map(it -> predictions(it.of(outputs), outputs));
  }

  @Override
  List<Prediction> answer(float[] outputs) {
    return best(outputs, outputs.length);
  }

  /**
   * Returns the probability of every label for each picture.
   *
   * @throws IllegalStateException if the classifier is closed, or its numbers overflow
   */
  public float[][] probabilities(List<Image> images) {
    return outputs(images);
  }

  /**
   * Classifies all pictures of a data set and compares with its labels. With test-time augmentation
   * each is decoded once per view.
   *
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the data set has other labels; {@link
   *     ImageDataset#withLabels} matches them by name
   */
  public Evaluation evaluate(ImageDataset images) throws IOException {
    return evaluate(images, Unreadable.STOP);
  }

  /**
   * Classifies all pictures of a data set and compares with its labels, and with {@link
   * Unreadable#SKIP} goes on without pictures that cannot be read: the figures are those of the
   * others, and {@code warnings()} says how many were left out and why. Numbers of pictures in the
   * result count those that were read; sheets of mistakes want {@code images.readable(decoder)}.
   *
   * @param policy what becomes of a picture that cannot be read
   * @throws IOException if a picture cannot be read and none may be skipped, or no picture at all
   *     can be read
   * @throws IllegalArgumentException as {@link #evaluate(ImageDataset)}
   */
  public Evaluation evaluate(ImageDataset images, Unreadable policy) throws IOException {
    Objects.requireNonNull(policy, "policy");
    if (images.task() instanceof Task.OneLabel && !images.labels().equals(labels())) {
      throw new IllegalArgumentException(
          "The pictures have the labels "
              + images.labels()
              + ", but the classifier knows "
              + labels()
              + ". Read them with ImageDataset.fromDirectory(path, classifier.labels()).");
    }
    requireTask(images);
    AnsweredPictures read = answered(images, policy);
    return Evaluation.of(labels(), read.images().labelIndices(), read.outputs())
        .withWarnings(read.warnings(about(read.images())));
  }

  /** Returns what the outputs mean, in order. */
  public Labels labels() {
    return task().labels();
  }

  /**
   * Makes a classifier whose network is rounded to eight bits; for other packages of the library,
   * users have {@code quantize.Quantizer}.
   */
  public static ImageClassifier rounded(
      ClassifierDefinition definition, Weights weights, EightBits how) {
    return new ImageClassifier(ModelParts.rounded(definition, weights, how));
  }
}
