package org.finetune4j.engine.onnx.translate;

import static org.finetune4j.engine.onnx.translate.TranslationContext.obstacle;
import static org.finetune4j.engine.onnx.translate.TranslationContext.whole;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.translate.Symbol.Activation;
import org.finetune4j.engine.onnx.translate.Symbol.Numbers;
import org.finetune4j.engine.onnx.translate.Symbol.Range;
import org.finetune4j.engine.onnx.translate.Symbol.Scores;
import org.finetune4j.engine.onnx.translate.View.Atom;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.weights.Tensor;

/** Products of matrices: dense layers, and attention, which is several of them. */
final class TokenTranslation {
  private static final org.finetune4j.network.Activation LINEAR =
      org.finetune4j.network.Activation.LINEAR;

  private final TranslationContext context;

  /** What heads have found, by the name of the value; their projection makes the layer. */
  private final Map<String, Heads> heads = new HashMap<>();

  private record Heads(Activation query, Activation key, Activation value, int count) {}

  TokenTranslation(TranslationContext context) {
    this.context = context;
  }

  Symbol product(OnnxNode node) {
    Symbol first = context.symbol(node.inputs().get(0));
    Symbol second = context.symbol(node.inputs().get(1));
    if (second instanceof Numbers kernel) {
      return dense(node, first, kernel.tensor(), Optional.empty());
    }
    if (first instanceof Activation query && second instanceof Activation key) {
      return new Scores(query, key, false);
    }
    if (first instanceof Scores scores && scores.shares() && second instanceof Activation value) {
      return found(node, scores, value);
    }
    return obstacle(node, "multiplies what no layer does");
  }

  Symbol gemm(OnnxNode node) {
    Optional<Tensor> kernel = context.numbers(node, 1);
    Optional<Tensor> bias = context.numbers(node, 2);
    boolean plain =
        whole(node, "transA", 0) == 0
            && TranslationContext.real(node, "alpha", 1) == 1
            && TranslationContext.real(node, "beta", 1) == 1
            && bias.isPresent() == node.inputs().size() > 2;
    if (kernel.isEmpty() || !plain) {
      return obstacle(node, "is no dense layer");
    }
    Tensor matrix =
        whole(node, "transB", 0) == 1
            ? NumbersFolding.transposed(kernel.get(), List.of(1L, 0L))
            : kernel.get();
    return dense(node, context.symbol(node.inputs().get(0)), matrix, bias);
  }

  private Symbol dense(OnnxNode node, Symbol input, Tensor kernel, Optional<Tensor> bias) {
    if (kernel.shape().size() != 2 || (bias.isPresent() && !NumbersFolding.isVector(bias.get()))) {
      return obstacle(node, "is no dense layer");
    }
    int units = kernel.shape().get(1);
    Map<String, Tensor> weights = new LinkedHashMap<>(Map.of("kernel", kernel));
    bias.ifPresent(it -> weights.put("bias", it.reshape(List.of(it.size()))));
    if (input instanceof Activation it && heads.containsKey(it.layer())) {
      return attention(node, it, weights);
    }
    if (input instanceof Activation it && context.isWhole(it, 1, 2, 0)) {
      return pointwise(node, it, weights);
    }
    Optional<String> tokens = context.tokens(input);
    Optional<String> read =
        tokens.isPresent() ? tokens : context.vector(input, node.output() + "/flat");
    if (read.isEmpty()) {
      return obstacle(node, "reads neither tokens nor a vector");
    }
    String name = context.name(node, 1, 2);
    context.layers.put(new Dense(name, read.get(), units, bias.isPresent(), LINEAR), weights);
    Activation made = tokens.isPresent() ? context.whole(name, 0, 1) : context.whole(name, 0);
    return made.view()
        .reshaped(context.dims(node.output()))
        .<Symbol>map(made::view)
        .orElseGet(() -> obstacle(node, "makes what no dense layer makes"));
  }

  /** A dense layer over the channels of a map in row, column, channel order. */
  private Symbol pointwise(OnnxNode node, Activation input, Map<String, Tensor> weights) {
    Tensor kernel = Objects.requireNonNull(weights.get("kernel"));
    Tensor turned = NumbersFolding.transposed(kernel, List.of(1L, 0L));
    int units = kernel.shape().get(1);
    Map<String, Tensor> own = new LinkedHashMap<>(weights);
    own.put("kernel", turned.reshape(List.of(units, kernel.shape().get(0), 1, 1)));
    String name = context.name(node, 1, 2);
    boolean bias = weights.containsKey("bias");
    context.layers.put(
        new Convolution(name, input.layer(), units, Window.of(1), bias, LINEAR), own);
    return context.whole(name, 1, 2, 0);
  }

  Symbol softmax(OnnxNode node, Scores scores) {
    long axis = whole(node, "axis", -1);
    int rank = context.dims(node.output()).size();
    return axis == -1 || axis == rank - 1
        ? new Scores(scores.query(), scores.key(), true)
        : obstacle(node, "is over another axis than attention's");
  }

  private Symbol found(OnnxNode node, Scores scores, Activation value) {
    int rank = value.view().dims().size();
    int channels = value.view().size(rank - 1);
    int all = Math.max(1, value.ranges().get(value.ranges().size() - 1).size());
    List<Integer> tokens = context.layers.shape(value.layer()).dimensions();
    boolean fits =
        tokens.size() == 2
            && all % channels == 0
            && laid(value, all, channels, false)
            && laid(scores.query(), all, channels, false)
            && laid(scores.key(), all, channels, true);
    if (!fits) {
      return obstacle(node, "is no attention over tokens");
    }
    String name = "heads of " + node.output();
    heads.put(name, new Heads(scores.query(), scores.key(), value, all / channels));
    List<Integer> shape = List.of(tokens.get(0), all);
    context.layers.unfinished(name, new Shape(shape));
    Activation whole = Activation.of(name, shape, 0, 1);
    Optional<View> split =
        whole.view().reshaped(List.of(1, tokens.get(0), all / channels, channels));
    return split
        .map(it -> it.transposed(List.of(0L, 2L, 1L, 3L)))
        .flatMap(it -> it.reshaped(context.dims(node.output())))
        .<Symbol>map(whole::view)
        .orElseGet(() -> obstacle(node, "is no attention over tokens"));
  }

  /** Whether a value is [n, heads, tokens, channels of a head], or the last two turned. */
  private boolean laid(Activation it, int all, int channels, boolean turned) {
    Shape shape = context.layers.shape(it.layer());
    if (!shape.isTokens()
        || !(context.layers.layer(it.layer()) instanceof Dense)
        || it.ranges().get(1).size() != all
        || it.ranges().get(0).size() != shape.tokens()) {
      return false;
    }
    View whole = View.of(List.of(shape.tokens(), all), 0, 1);
    Optional<View> expected =
        whole
            .reshaped(List.of(1, shape.tokens(), all / channels, channels))
            .map(
                view ->
                    view.transposed(turned ? List.of(0L, 2L, 3L, 1L) : List.of(0L, 2L, 1L, 3L)));
    return expected.isPresent() && atoms(it.view()).equals(atoms(expected.get()));
  }

  /** Batch and heads may be one dimension. */
  private static List<Atom> atoms(View view) {
    List<Atom> all = new ArrayList<>();
    view.dims().forEach(all::addAll);
    return all;
  }

  private Symbol attention(OnnxNode node, Activation input, Map<String, Tensor> projection) {
    Heads found = Objects.requireNonNull(heads.get(input.layer()));
    Dense query = (Dense) context.layers.layer(found.query.layer());
    Dense key = (Dense) context.layers.layer(found.key.layer());
    Dense value = (Dense) context.layers.layer(found.value.layer());
    Shape shape = context.layers.shape(query.input());
    int channels = shape.channels();
    Range range = found.value.ranges().get(1);
    View rows = View.of(List.of(shape.tokens(), range.size()), 0, 1);
    View view = input.view().joined();
    boolean laid = view.equals(rows) || atoms(view).equals(atoms(rows));
    boolean fits =
        query.input().equals(key.input())
            && key.input().equals(value.input())
            && range.size() == channels
            && Objects.requireNonNull(projection.get("kernel"))
                .shape()
                .equals(List.of(channels, channels))
            && found.value.factor() == 1
            && laid;
    if (!fits) {
      return obstacle(node, "ends an attention whose widths no layer has");
    }
    // The layer divides by the root of a head's channels; whatever the file does goes to the query.
    double factor =
        found.query.factor() * found.key.factor() * Math.sqrt((double) channels / found.count);
    if (Math.abs(factor - 1) < 1e-5) {
      factor = 1;
    }
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("qkv_kernel", joined(found, "kernel", channels, factor));
    weights.put("qkv_bias", joined(found, "bias", channels, factor));
    weights.put("projection_kernel", Objects.requireNonNull(projection.get("kernel")));
    weights.put(
        "projection_bias",
        projection.getOrDefault("bias", Tensor.of(new float[channels], channels)));
    String name = context.name(node, 1, 2);
    context.layers.put(new MultiHeadAttention(name, query.input(), found.count), weights);
    Activation made = context.whole(name, 0, 1);
    return made.view()
        .reshaped(context.dims(node.output()))
        .<Symbol>map(made::view)
        .orElseGet(() -> obstacle(node, "is no attention over tokens"));
  }

  /** Queries, keys and values side by side. */
  private Tensor joined(Heads found, String role, int channels, double factor) {
    boolean kernel = role.equals("kernel");
    int rows = kernel ? channels : 1;
    float[] all = new float[rows * 3 * channels];
    List<Activation> parts = List.of(found.query, found.key, found.value);
    for (int part = 0; part < 3; part++) {
      Activation it = parts.get(part);
      Tensor tensor = context.layers.weights(it.layer()).get(role);
      float[] columns =
          tensor == null
              ? new float[rows * channels]
              : NumbersFolding.columns(
                  tensor, it.ranges().get(1).start(), channels, part == 0 ? factor : 1);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(columns, row * channels, all, (row * 3 + part) * channels, channels);
      }
    }
    return kernel ? Tensor.of(all, channels, 3 * channels) : Tensor.of(all, 3 * channels);
  }
}
