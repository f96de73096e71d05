package org.finetune4j.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.WeightStore;
import org.finetune4j.weights.format.WeightFile;

/**
 * Options of a {@link PretrainedBackbone}. Without any, it has the published input size and width,
 * no classifier, and the published weights from the standard store. Not thread-safe.
 */
public final class BackboneBuilder {

  /** Four times as wide and high: more is mostly the size of a photo, not of an input. */
  private static final int LARGE = 16;

  private final Architecture architecture;
  private ImageSize inputSize;
  private double alpha = 1;
  private boolean includeTop;
  private int threads = Runtime.getRuntime().availableProcessors();
  private boolean spinning;
  private WeightStore store = WeightStore.standard();
  private Optional<Path> file = Optional.empty();
  private Optional<WeightSet> set = Optional.empty();
  private Optional<Preprocessing> preprocessing = Optional.empty();
  private Precision precision = Precision.float32();

  BackboneBuilder(Architecture architecture) {
    this.architecture = architecture;
    this.inputSize = architecture.defaultInputSize();
  }

  BackboneBuilder(WeightSet set) {
    this.architecture = set.architecture();
    this.inputSize = set.trainedAt();
    this.alpha = set.width();
    this.set = Optional.of(set);
  }

  /**
   * Takes the published weights from this store, which fetches them once; by default from {@link
   * WeightStore#standard}.
   */
  public BackboneBuilder weights(WeightStore newStore) {
    store = Objects.requireNonNull(newStore, "newStore");
    file = Optional.empty();
    return this;
  }

  /**
   * Sets a weight file of the user's own: Keras HDF5, TensorFlow.js ({@code model.json}) or
   * safetensors. Its preprocessing is taken to be the architecture's unless {@link #preprocessing}
   * says otherwise; torchvision's files bring their own.
   */
  public BackboneBuilder weights(Path weightFile) {
    file = Optional.of(Objects.requireNonNull(weightFile, "weightFile"));
    return this;
  }

  /**
   * Sets the size of the pictures that the network reads.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public BackboneBuilder inputSize(int width, int height) {
    return inputSize(new ImageSize(width, height));
  }

  /** Sets the size of the pictures that the network reads. */
  public BackboneBuilder inputSize(ImageSize size) {
    inputSize = Objects.requireNonNull(size, "size");
    return this;
  }

  /** Sets how many times as wide as published the network is; MobileNets come in several widths. */
  public BackboneBuilder alpha(double width) {
    alpha = width;
    return this;
  }

  /** Sets whether the classifier for ImageNet's 1000 classes is kept; by default it is not. */
  public BackboneBuilder includeTop(boolean include) {
    includeTop = include;
    return this;
  }

  /** Sets what happens to pictures, where weights were trained with something else. */
  public BackboneBuilder preprocessing(Preprocessing own) {
    preprocessing = Optional.of(Objects.requireNonNull(own, "own"));
    return this;
  }

  /** Sets in which numbers the backbone computes; default {@link Precision#float32}. */
  public BackboneBuilder precision(Precision newPrecision) {
    precision = Objects.requireNonNull(newPrecision, "newPrecision");
    return this;
  }

  /** Sets how many threads share the work of one call; by default one per processor. */
  public BackboneBuilder threads(int count) {
    threads = count;
    return this;
  }

  /**
   * Lets these threads wait actively between operators when they share one picture: some percent
   * faster for small networks on an idle machine, at the cost of everything that runs beside them,
   * training above all. Batches are shared out by pictures, where nobody waits. Off by default.
   */
  public BackboneBuilder spinning(boolean active) {
    spinning = active;
    return this;
  }

  private Optional<String> oddSize() {
    ImageSize usual = architecture.defaultInputSize();
    double times =
        (double) inputSize.width() * inputSize.height() / (usual.width() * usual.height());
    return times < LARGE
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "An input of %s takes about %.0f times the work and memory of %s, the size that %s was"
                    + " trained with. Pictures of any size are scaled to the input size.",
                inputSize,
                times,
                usual,
                architecture));
  }

  /**
   * Reads the weights and fits them to the network.
   *
   * @throws IOException if the weights cannot be read or do not fit; the message names the tensor
   * @throws IllegalArgumentException if the network cannot have this input size, width or top
   */
  public PretrainedBackbone build() throws IOException {
    RuntimeOptions options = new RuntimeOptions(threads, spinning);
    // A wrong size is told before a large file is read.
    Network withoutTop = architecture.network(inputSize, alpha, false);
    architecture.network(inputSize, alpha, includeTop);
    String name = alpha == 1 ? architecture.name() : architecture + " (alpha " + alpha + ")";
    PublishedWeights.Read stored =
        file.isPresent()
            ? new PublishedWeights.Read(file.get(), WeightFile.read(file.get()))
            : published(name);
    Fitted fitted =
        new WeightFitting(architecture, inputSize, alpha, includeTop)
            .fit("'" + stored.path().getFileName() + "'", stored.file());
    PretrainedBackbone backbone =
        new PretrainedBackbone(
            name,
            new LayerDirectory(name, fitted.network(), architecture.blueprint().aliases()),
            withoutTop.output(),
            fitted,
            preprocessing.orElse(usesSet() ? set.get().preprocessing() : fitted.preprocessing()),
            options);
    PretrainedBackbone built =
        precision instanceof Precision.Int8 ? backbone.withPrecision(precision) : backbone;
    return oddSize().map(built::withWarning).orElse(built);
  }

  private boolean usesSet() {
    return set.isPresent() && file.isEmpty();
  }

  private PublishedWeights.Read published(String name) throws IOException {
    if (set.isPresent()) {
      return PublishedWeights.read(store, set.get().toString(), List.of(set.get().file()));
    }
    int side = Math.max(inputSize.width(), inputSize.height());
    List<RemoteFile> files = PublishedWeights.of(architecture, alpha, side, includeTop);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(nonePublished());
    }
    return PublishedWeights.read(store, name, files);
  }

  private String nonePublished() {
    List<Double> widths =
        WeightSet.of(architecture).stream().map(WeightSet::width).distinct().sorted().toList();
    return "No weights of "
        + architecture
        + " are published for alpha "
        + alpha
        + (includeTop ? " with its top" : "")
        + (widths.isEmpty() ? "" : "; published are " + widths)
        + ". Name a file of your own with weights(path).";
  }
}
