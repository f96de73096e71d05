package org.finetune4j.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.backbone.verify.Deviation;
import org.finetune4j.backbone.verify.VerificationPicture;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.file.OnnxFile;
import org.finetune4j.engine.onnx.read.GraphImport;
import org.finetune4j.engine.onnx.read.ImportRequest;
import org.finetune4j.engine.onnx.read.ImportedGraph;
import org.finetune4j.engine.onnx.translate.Translation;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBudget;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;

/**
 * Options of a {@link PretrainedBackbone} from an ONNX file. What the file says need not be said
 * again: an input of fixed size and three channels, a single output. Not thread-safe.
 */
public final class OnnxBackboneBuilder {
  /** Where the three channels of an input, or the channels of a map, stand. */
  public enum Layout {
    /** [n, channels, height, width], as PyTorch has it. */
    CHANNELS_FIRST,
    /** [n, height, width, channels], as Keras and TensorFlow have it. */
    CHANNELS_LAST
  }

  private static final String INPUT = "input";
  private static final String GRAPH = "graph";

  private final Path file;
  private final Preprocessing preprocessing;
  private Optional<String> input = Optional.empty();
  private Optional<Boolean> channelsFirst = Optional.empty();
  private Optional<ImageSize> size = Optional.empty();
  private Optional<String> feature = Optional.empty();
  private Optional<Boolean> featureChannelsFirst = Optional.empty();
  private NetworkBudget budget = NetworkBudget.standard();
  private int threads = Runtime.getRuntime().availableProcessors();

  OnnxBackboneBuilder(Path file, Preprocessing preprocessing) {
    this.file = file;
    this.preprocessing = preprocessing;
  }

  /** Names the input that reads pictures; by default the only one that can. */
  public OnnxBackboneBuilder input(String name) {
    input = Optional.of(name);
    return this;
  }

  /** Says where the input's channels stand; by default where the file has a dimension of three. */
  public OnnxBackboneBuilder layout(Layout layout) {
    channelsFirst = Optional.of(layout == Layout.CHANNELS_FIRST);
    return this;
  }

  /**
   * Sets the size of the pictures that the network reads; by default the file's, if it has one.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public OnnxBackboneBuilder inputSize(int width, int height) {
    size = Optional.of(new ImageSize(width, height));
    return this;
  }

  /**
   * Names the value that is the feature: an output, or any value inside, as tools like Netron show
   * them. By default it is the only output. It is a vector [n, size], a sequence of tokens [n,
   * tokens, channels] or a feature map; what comes behind it is left out.
   */
  public OnnxBackboneBuilder feature(String name) {
    feature = Optional.of(name);
    return this;
  }

  /**
   * Says where the channels of a feature map stand; by default that is seen from the operators that
   * make it.
   */
  public OnnxBackboneBuilder featureLayout(Layout layout) {
    featureChannelsFirst = Optional.of(layout == Layout.CHANNELS_FIRST);
    return this;
  }

  /**
   * Sets how much memory and work the file may ask for, per picture; default {@link
   * NetworkBudget#standard}. A file that asks for more is refused.
   */
  public OnnxBackboneBuilder budget(NetworkBudget most) {
    budget = most;
    return this;
  }

  /** Sets how many threads share the work of one call; by default one per processor. */
  public OnnxBackboneBuilder threads(int count) {
    threads = count;
    return this;
  }

  /**
   * Reads the file, checks it and prepares it to run.
   *
   * @throws IOException if the file cannot be read, is no ONNX model, or uses what is not allowed
   *     or not known; the message names the tensor or operator and the way out
   * @throws IllegalArgumentException if the file leaves open what was not said, or differs from
   *     what was said, or asks for more than the budget
   */
  public PretrainedBackbone build() throws IOException {
    OnnxFile read = OnnxFile.read(file);
    ImportedGraph imported =
        GraphImport.of(
            read, new ImportRequest(input, channelsFirst, size, feature, featureChannelsFirst));
    try {
      return backbone(read.name(), imported);
    } catch (IllegalStateException e) {
      throw new IOException(read.name() + " cannot run: " + e.getMessage(), e);
    }
  }

  /** Every backbone has run once before it is handed out. */
  private PretrainedBackbone backbone(String name, ImportedGraph imported) {
    Translation.Result translated = Translation.of(imported, INPUT);
    PretrainedBackbone graph = frozen(name, imported, translated.obstacle());
    try {
      float[] expected = features(graph);
      requireFinite(expected, imported.weights());
      if (translated.network().isEmpty()) {
        return graph;
      }
      budget.require(translated.network().get());
      PretrainedBackbone network = backbone(name, translated.network().get(), translated.weights());
      double difference = Deviation.of(features(network), expected);
      if (difference <= Verification.TOLERANCE) {
        graph.close();
        return network;
      }
      network.close();
      graph.close();
      return frozen(
          name,
          imported,
          String.format(
              Locale.ROOT,
              "Its layers would compute something else than its operators (relative difference %.1g"
                  + " on a picture), so the operators run as they are.",
              difference));
    } catch (IllegalArgumentException | IllegalStateException e) {
      graph.close();
      throw e;
    }
  }

  /** So what ONNX Runtime refuses is known before anybody relies on it. */
  private static float[] features(PretrainedBackbone of) {
    List<String> layer = List.of(of.featureLayer());
    return of.activations(layer, 1, VerificationPicture.pixels(of.inputSize()))[0];
  }

  /** Infinity in a file may be meant, as what is added to scores that do not count. */
  private static void requireFinite(float[] features, Weights weights) {
    for (float value : features) {
      if (!Float.isFinite(value)) {
        String broken =
            weights.tensors().entrySet().stream()
                .filter(it -> it.getValue().hasNonFinite())
                .map(it -> "'" + it.getKey() + "'")
                .findFirst()
                .map(it -> ", for " + it + " holds NaN or infinity")
                .orElse("");
        throw new IllegalStateException(
            "its features are NaN or infinite on a picture"
                + broken
                + ": export the model again, or name a value in front of that: feature(name).");
      }
    }
  }

  private PretrainedBackbone frozen(String name, ImportedGraph imported, String obstacle) {
    Shape pixels = new Shape(imported.graph().reads());
    FrozenGraph graph =
        new FrozenGraph(GRAPH, INPUT, imported.graph(), imported.sha256(), obstacle);
    Network network = new Network(List.of(new Input(INPUT, pixels), graph), List.of(GRAPH));
    budget.require(network);
    Weights.Builder weights = Weights.builder();
    imported.weights().tensors().forEach((role, it) -> weights.put(GRAPH + "/" + role, it));
    return backbone(name, network, weights.build());
  }

  private PretrainedBackbone backbone(String name, Network network, Weights weights) {
    return new PretrainedBackbone(
        name,
        new LayerDirectory(name, network, Map.of()),
        network.output(),
        new Fitted(
            network,
            weights,
            other -> network.withInput(Shape.map(3, other.height(), other.width())),
            preprocessing),
        preprocessing,
        new RuntimeOptions(threads, false));
  }
}
