package org.finetune4j.model;

import com.google.common.collect.Iterators;
import com.google.common.collect.Streams;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Unreadable;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.pixel.ImagePipeline;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.model.bundle.ClassifierBundle;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.model.bundle.FeatureLayer;
import org.finetune4j.network.Network;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Task;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.ConformalSets;
import org.finetune4j.uncertainty.ConformalTags;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.finetune4j.uncertainty.Uncertainty;
import org.finetune4j.weights.Weights;

/**
 * What says something about pictures and lies in one file: an {@link ImageClassifier}, an {@link
 * ImageTagger} or an {@link ImageRegressor}. It knows its preprocessing, runs on ONNX Runtime alone
 * (no Deeplearning4j, no ND4J) and owns what it needs: closing the backbone it was trained from
 * changes nothing.
 *
 * <p>A thread that is interrupted while it evaluates, calibrates or predicts many pictures stops
 * between two batches of 32: with an {@link InterruptedIOException} where pictures are read, with a
 * {@link CancellationException} where they are in memory. It stays interrupted.
 *
 * <p>Thread-safe: any number of threads may predict at once, and get the same bits as one. Where
 * files, streams or their bytes are given, pictures that would not fit into half of the heap
 * together wait for each other ({@link ImageDecoder.Builder#memory}). It holds native memory until
 * it is closed.
 *
 * @param <P> the answer for one picture
 * @param <M> the kind of model itself, which methods that derive another return
 */
public abstract sealed class ImageModel<P, M extends ImageModel<P, M>> implements AutoCloseable
    permits ImageClassifier, ImageTagger, ImageRegressor {
  private static final int BATCH_SIZE = 32;

  private final ModelParts parts;
  private final PixelBatches batches;

  ImageModel(ModelParts parts) {
    this.parts = parts;
    this.batches = new PixelBatches(parts.definition().preprocessing(), network());
  }

  ModelParts parts() {
    return parts;
  }

  /** Returns the answer that a row of outputs is. */
  abstract P answer(float[] outputs);

  /** Returns a model of the same kind with other parts. */
  abstract M with(ModelParts others);

  /** Returns the set of labels or tags for a row of outputs, if one was calibrated. */
  Optional<List<Prediction>> set(float[] outputs) {
    return Optional.empty();
  }

  /** Returns the named probabilities of some labels or tags, in the order of the indices. */
  final List<Prediction> predictions(int[] indices, float[] outputs) {
    return Arrays.stream(indices)
        .mapToObj(i -> new Prediction(task().labels().name(i), i, outputs[i]))
        .toList();
  }

  /** Returns the intervals around a row of outputs, if they were calibrated. */
  final List<ConformalIntervals.Range> intervals(float[] outputs) {
    return uncertainty().intervals().stream()
        .flatMap(it -> IntStream.range(0, outputs.length).mapToObj(i -> it.around(i, outputs[i])))
        .toList();
  }

  /**
   * Returns this model, with every picture looked at in several ways; probabilities and numbers are
   * averaged. Views that change a number (a flip changes an angle) are the caller's to leave out.
   * It shares the native memory: closing one closes both. What is saved is the model without it.
   *
   * <pre>{@code
   * classifier.withTestTimeAugmentation(TestTimeAugmentation.horizontalFlip()).predict(photo, 3);
   * }</pre>
   */
  public final M withTestTimeAugmentation(TestTimeAugmentation views) {
    return with(parts.with(Objects.requireNonNull(views, "views")));
  }

  /**
   * Returns this model, calibrated. A classifier then says for each picture a set of labels that
   * holds the true one at the chosen rate ({@link ConformalSets}), a tagger a set of tags that
   * holds on average this share of the true ones ({@link ConformalTags}), a regressor for each
   * number an interval that holds the true one at this rate ({@link ConformalIntervals}): {@link
   * #assess} says it, and {@link TagPrediction} and {@link NumberPrediction} do. The calibration is
   * saved along. It shares the native memory: closing one closes both.
   *
   * @param validation pictures it did not learn from, and of which nothing was chosen on
   * @param coverage for example 0.9, which needs at least 9 pictures
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if the coverage is out of range, there are too few pictures,
   *     it learned from them, or they have other labels, tags or numbers
   * @throws IllegalStateException if it has test-time augmentation
   */
  public final M calibrated(ImageDataset validation, double coverage) throws IOException {
    requireTask(Objects.requireNonNull(validation, "validation"));
    requireUnseen(validation);
    parts.requireOneView();
    Uncertainty known =
        uncertainty().calibrated(outputs(validation), validation.targets(), coverage);
    return with(parts.with(definition().with(known)));
  }

  /**
   * Returns this model with a detector of pictures that are unlike anything it learned from; {@link
   * #assess} asks it. It is saved along. The result has native memory of its own: both are to be
   * closed.
   *
   * @param known what it learned from
   * @param validation others of their kind, at least 20; 95 % of them are called familiar
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are too few, or the features are too many
   * @throws IllegalStateException if it is in eight bits, or has test-time augmentation
   */
  public final M withNoveltyDetector(ImageDataset known, ImageDataset validation)
      throws IOException {
    return withNoveltyDetector(
        noveltyDetector(
            Objects.requireNonNull(known, "known"),
            Objects.requireNonNull(validation, "validation")));
  }

  /**
   * Returns this model with a detector that was fitted on its features. It is saved along. The
   * result has native memory of its own: both are to be closed.
   *
   * @throws IllegalArgumentException if the detector reads another number of features
   * @throws IllegalStateException if it is in eight bits
   */
  public final M withNoveltyDetector(NoveltyDetector detector) {
    return with(parts.with(Objects.requireNonNull(detector, "detector")));
  }

  /**
   * Says what it has to say about a picture file, and how far that can be trusted.
   *
   * @throws IOException if the file is no picture or cannot be read
   */
  public final Assessment<P> assess(Path file) throws IOException {
    return parts.decoder().decode(file, this::assess);
  }

  /**
   * Says it about the bytes of a picture file.
   *
   * @throws IOException if they are no picture
   */
  public final Assessment<P> assess(byte[] encoded) throws IOException {
    return parts.decoder().decode(encoded, this::assess);
  }

  /** Says it about a picture. */
  public final Assessment<P> assess(Image image) {
    return assessAll(List.of(Objects.requireNonNull(image, "image"))).get(0);
  }

  /** Says it about pictures, in batches; the answers are in the order of the pictures. */
  public final List<Assessment<P>> assessAll(List<Image> images) {
    try {
      List<Assessment<P>> all = new ArrayList<>();
      for (float[][] row : run(images.size(), images::get)) {
        all.add(
            new Assessment<>(
                answer(row[0]),
                set(row[0]),
                intervals(row[0]),
                uncertainty().novelty().map(it -> it.of(row[1]))));
      }
      return all;
    } catch (InterruptedIOException e) {
      throw cancelled(e);
    } catch (IOException e) {
      throw new AssertionError("Pictures in memory need no reading.", e);
    }
  }

  /** Returns what it was told about its own answers. */
  public final Uncertainty uncertainty() {
    return definition().uncertainty();
  }

  /** Fits a detector of new pictures on the features that this model computes. */
  private NoveltyDetector noveltyDetector(ImageDataset known, ImageDataset validation)
      throws IOException {
    parts.requireOneView();
    Network features = network().upTo(FeatureLayer.of(network()));
    try (OnnxSession session = OnnxSession.open(features, weights(), RuntimeOptions.serving())) {
      return NoveltyDetector.builder().fit(features(session, known), features(session, validation));
    }
  }

  private FeatureSet features(OnnxSession session, ImageDataset images) throws IOException {
    List<float[]> rows = new ArrayList<>();
    new ImagePipeline(session::run, batches, BATCH_SIZE)
        .run(
            images.size(),
            i -> images.get(i).decode(parts.decoder()),
            (first, samples, activations) -> {
              int size = activations[0].length / samples;
              for (int i = 0; i < samples; i++) {
                rows.add(Arrays.copyOfRange(activations[0], i * size, (i + 1) * size));
              }
            });
    return FeatureSet.of(rows.toArray(new float[0][]), images.targets());
  }

  /** Refuses pictures that it learned from: its answers there say nothing about others. */
  private void requireUnseen(ImageDataset validation) throws IOException {
    if (!about(validation).isEmpty()) {
      throw new IllegalArgumentException(
          "A model is calibrated on pictures that it did not learn from, but "
              + about(validation).get(0)
              + ".");
    }
  }

  /**
   * Writes everything that prediction needs into one file: a zip with a plain {@code model.onnx},
   * which any ONNX runtime opens, and a {@code manifest.json}.
   *
   * @param file replaced if it exists, at once and whole
   * @throws IOException if it cannot be written; then nothing has changed
   * @throws IllegalStateException if it is closed, or computes NaN or infinite numbers from
   *     synthetic pictures: what is saved would be refused
   */
  public final void save(Path file) throws IOException {
    ClassifierBundle.write(
        definition(),
        parts.parameters(),
        SyntheticPictures.record(parts.session(), definition()),
        file);
  }

  /**
   * Writes the {@code model.onnx} of {@link #save} alone, for other languages: float32, {@code [n,
   * 3, height, width]}, RGB, 0 to 255. Labels, thresholds and how pictures are resized are not in
   * it.
   *
   * @param file replaced if it exists, at once and whole
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public final void exportOnnx(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    AtomicFiles.write(file, out -> parts.parameters().write(definition().running(), out));
  }

  /**
   * Says what it has to say about a picture file.
   *
   * @throws IOException if the file is no picture or cannot be read
   */
  public final P predict(Path file) throws IOException {
    return parts.decoder().decode(file, this::predict);
  }

  /**
   * Says what it has to say about the picture in a stream, which is read to its end and stays open.
   * It is read when its turn has come, and others may wait for it: better read slow clients into
   * memory or a file first.
   *
   * @throws IOException if it is no picture or cannot be read
   */
  public final P predict(InputStream in) throws IOException {
    return parts.decoder().decode(in, this::predict);
  }

  /**
   * Says what it has to say about the bytes of a picture file.
   *
   * @throws IOException if they are no picture
   */
  public final P predict(byte[] encoded) throws IOException {
    return parts.decoder().decode(encoded, this::predict);
  }

  /** Says what it has to say about a picture of Java's own kind. */
  public final P predict(BufferedImage picture) {
    return predict(parts.decoder().decode(picture));
  }

  /** Says what it has to say about a picture. */
  public final P predict(Image image) {
    return predictAll(List.of(Objects.requireNonNull(image, "image"))).get(0);
  }

  /** Says it about pictures, in batches; the answers are in the order of the pictures. */
  public final List<P> predictAll(List<Image> images) {
    List<P> answers = new ArrayList<>();
    for (float[] row : outputs(images)) {
      answers.add(answer(row));
    }
    return answers;
  }

  /**
   * Says it about any number of pictures: takes some, runs them as a batch, takes the next when
   * their answers were taken. At most 32 pictures are held at a time.
   *
   * @param images read once, in order, in the thread that takes the answers; closed with the result
   * @return the answers in the order of the pictures, lazily
   */
  public final Stream<P> predictAll(Stream<Image> images) {
    return batched(images, this::predictAll);
  }

  /**
   * Says it about any number of pictures of which some may be unreadable: those have a reason in
   * the place of an answer, and cost the others nothing. Takes 32, runs them as a batch, takes the
   * next when their outcomes were taken.
   *
   * <pre>{@code
   * classifier.predictEach(photos.images()).forEach(it ->
   *     System.out.println(it.picture().name() + ": " + it.answer().map(List::toString).orElse(it.problem())));
   * }</pre>
   *
   * @param pictures read once, in order; their labels do not matter
   * @return an outcome for each picture, in order, lazily
   */
  public final Stream<PictureOutcome<P>> predictEach(Iterable<LabeledImage> pictures) {
    return Streams.stream(Iterators.partition(pictures.iterator(), BATCH_SIZE))
        .flatMap(
            group -> Outcomes.of(group, parts.decoder(), this::outputs, this::answer).stream());
  }

  static <R> Stream<R> batched(Stream<Image> images, Function<List<Image>, List<R>> answers) {
    Iterator<List<Image>> groups = Iterators.partition(images.iterator(), BATCH_SIZE);
    return Streams.stream(groups)
        .flatMap(group -> answers.apply(group).stream())
        .onClose(images::close);
  }

  private static CancellationException cancelled(InterruptedIOException cause) {
    CancellationException cancelled = new CancellationException(cause.getMessage());
    cancelled.initCause(cause);
    return cancelled;
  }

  /** Returns one row of outputs for each picture. */
  final float[][] outputs(List<Image> images) {
    try {
      return outputs(images.size(), images::get);
    } catch (InterruptedIOException e) {
      throw cancelled(e);
    } catch (IOException e) {
      throw new AssertionError("Pictures in memory need no reading.", e);
    }
  }

  /** Returns one row of outputs for each picture of a data set. */
  final float[][] outputs(ImageDataset images) throws IOException {
    return outputs(images.size(), i -> images.get(i).decode(parts.decoder()));
  }

  /** Returns one row of outputs for each picture of a data set that can be read. */
  final AnsweredPictures answered(ImageDataset images, Unreadable policy) throws IOException {
    return AnsweredPictures.of(images, parts.decoder(), policy, this::outputs);
  }

  private float[][] outputs(int count, PixelBatches.ImageSource images) throws IOException {
    return Arrays.stream(run(count, images)).map(it -> it[0]).toArray(float[][]::new);
  }

  /** Returns for each picture its row of outputs and, behind it, what tells new pictures. */
  private float[][][] run(int count, PixelBatches.ImageSource images) throws IOException {
    List<UnaryOperator<Image>> views = parts.augmentation().views();
    int each = views.size();
    int second = uncertainty().novelty().map(it -> it.network().outputShape().elements()).orElse(0);
    float[][][] rows = new float[count][2][];
    for (float[][] row : rows) {
      row[0] = new float[task().outputs()];
      row[1] = new float[second];
    }
    new ImagePipeline(parts.session()::run, batches, BATCH_SIZE)
        .run(
            Math.multiplyExact(count, each),
            i -> views.get(i % each).apply(images.get(i / each)),
            (first, samples, activations) -> {
              for (int i = 0; i < samples; i++) {
                float[][] row = rows[(first + i) / each];
                add(definition().outputs(activations[0], i), each, row[0]);
                if (second > 0) {
                  add(
                      Arrays.copyOfRange(activations[1], i * second, (i + 1) * second),
                      each,
                      row[1]);
                }
              }
            });
    return rows;
  }

  private static void add(float[] view, int views, float[] mean) {
    for (int i = 0; i < view.length; i++) {
      mean[i] += view[i] / views;
    }
  }

  final void requireTask(ImageDataset images) {
    if (!images.task().equals(task())) {
      throw new IllegalArgumentException(
          "The pictures have " + images.task() + ", but what is evaluated knows " + task() + ".");
    }
  }

  /** Returns what has to be known about evaluated pictures. */
  final List<String> about(ImageDataset images) throws IOException {
    Map<String, String> facts = provenance().facts();
    // Only as many pictures can be the same, so that mostly nothing has to be read.
    boolean learned =
        Integer.toString(images.size()).equals(facts.get("training_pictures"))
            && images.fingerprint().equals(facts.get("training_data"));
    return learned
        ? List.of(
            "These are the "
                + images.size()
                + " pictures that it was trained on: the accuracy is no estimate for others")
        : List.of();
  }

  /** Returns what it was made to say: labels, tags or numbers. */
  public final Task task() {
    return definition().task();
  }

  /** Returns what pictures are fitted to. */
  public final ImageSize inputSize() {
    return definition().inputSize();
  }

  /** Returns how pictures are prepared. */
  public final Preprocessing preprocessing() {
    return definition().preprocessing();
  }

  /** Returns what runs, from pixels (RGB, 0 to 255) to probabilities or numbers. */
  public final Network network() {
    return definition().network();
  }

  /**
   * Returns the parameters.
   *
   * @throws IllegalStateException if they are rounded to eight bits
   */
  public final Weights weights() {
    return parts.parameters().weights();
  }

  /**
   * Returns the backbone as it was trained, without the head: for another head, other classes, or
   * more fine-tuning next month. It prepares pictures as this does, the rule of resizing included,
   * and is the caller's to close.
   *
   * @throws IllegalArgumentException if the network reads gray pictures
   * @throws IllegalStateException if the parameters are rounded to eight bits
   */
  public final PretrainedBackbone backbone() {
    return ClassifierBackbone.of(definition(), weights());
  }

  /** Returns how the network was rounded to eight bits, if it was. */
  public final Optional<EightBits> eightBits() {
    return parts.parameters().rounding();
  }

  /**
   * Returns this rounded model with another report; it shares the native memory. For other packages
   * of the library.
   *
   * @throws IllegalStateException if it is not in eight bits
   */
  public final M withReport(Map<String, String> report) {
    return with(parts.with(Objects.requireNonNull(report, "report")));
  }

  /** Returns what it computes and means. */
  public final ClassifierDefinition definition() {
    return parts.definition();
  }

  /** Returns where it comes from. */
  public final Provenance provenance() {
    return definition().provenance();
  }

  /** Gives the native memory back, after the calls that still run; does nothing the second time. */
  @Override
  public final void close() {
    parts.session().close();
  }

  /** Returns for example {@code ImageClassifier[cats, dogs, 150x150]}. */
  @Override
  public String toString() {
    Object what = task() instanceof Task.OneLabel ? task().labels() : task();
    String name = getClass().getSimpleName() + "[" + what + ", " + inputSize() + "]";
    List<String> warnings = OnnxSession.warnings();
    return name + (warnings.isEmpty() ? "" : "; warning: " + String.join("; ", warnings));
  }
}
