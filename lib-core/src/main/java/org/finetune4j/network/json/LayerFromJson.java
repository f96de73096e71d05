package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.JsonNode;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.GlobalResponseNormalization;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Padding;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.Window;
import org.finetune4j.network.ZeroPadding;

/**
 * Reads what {@link LayerToJson} writes, in the same order. A field that a layer gained later is
 * read with the value that files without it mean.
 */
final class LayerFromJson {
  private final Fields fields;
  private final String name;

  private LayerFromJson(Fields fields, String name) {
    this.fields = fields;
    this.name = name;
  }

  static Layer read(JsonNode json) {
    String name = new Fields("a layer", json).text("name");
    Fields fields = new Fields("layer '" + name + "'", json);
    Layer layer = new LayerFromJson(fields, fields.text("name")).layer(fields.text("type"));
    fields.requireAllRead();
    return layer;
  }

  private Layer layer(String kind) {
    return switch (kind) {
      case "input" -> new Input(name, shape());
      case "add" -> new Add(name, fields.texts("inputs"));
      case "multiply" -> new Multiply(name, fields.texts("inputs"));
      case "concatenate" -> new Concatenate(name, fields.texts("inputs"));
      default -> {
        if (!fields.has("input")) {
          throw unknown(kind);
        }
        yield unary(kind, fields.text("input"));
      }
    };
  }

  private Layer unary(String kind, String input) {
    return switch (kind) {
      case "convolution" ->
          new Convolution(
              name,
              input,
              fields.integer("filters"),
              window(),
              bias(),
              activation(),
              fields.integer("groups", 1));
      case "depthwise_convolution" ->
          new DepthwiseConvolution(name, input, fields.integer("multiplier"), window(), bias());
      case "separable_convolution" ->
          new SeparableConvolution(name, input, fields.integer("filters"), window(), bias());
      case "dense" -> new Dense(name, input, fields.integer("units"), bias(), activation());
      case "batch_normalization" ->
          new BatchNormalization(
              name,
              input,
              fields.real("epsilon"),
              fields.real("momentum"),
              fields.flag("scale"),
              fields.flag("center"));
      case "layer_normalization" -> new LayerNormalization(name, input, fields.real("epsilon"));
      case "layer_scale" -> new LayerScale(name, input);
      case "global_response_normalization" ->
          new GlobalResponseNormalization(name, input, fields.real("epsilon"));
      case "normalization" -> new Normalization(name, input, fields.flag("counted"));
      case "rescale" -> new Rescale(name, input, fields.reals("scale"), fields.reals("offset"));
      case "reverse_channels" -> new ReverseChannels(name, input);
      case "activation" -> new ActivationLayer(name, input, activation());
      case "pooling" -> new Pooling(name, input, pooling(), window());
      case "global_pooling" ->
          new GlobalPooling(name, input, pooling(), fields.flag("keepDimensions"));
      case "patch_embedding" ->
          new PatchEmbedding(
              name, input, fields.integer("filters"), fields.integer("patch"), bias());
      case "learned_tokens" ->
          new LearnedTokens(name, input, fields.integer("count"), fields.integer("position"));
      case "position_embedding" -> new PositionEmbedding(name, input);
      case "multi_head_attention" -> new MultiHeadAttention(name, input, fields.integer("heads"));
      case "token_pooling" ->
          new TokenPooling(
              name,
              input,
              fields.choice("value", TokenPooling.Value.values()),
              fields.integer("prefix"));
      case "zero_padding" ->
          new ZeroPadding(
              name,
              input,
              fields.integer("top"),
              fields.integer("bottom"),
              fields.integer("left"),
              fields.integer("right"));
      case "cropping" ->
          new Cropping(
              name,
              input,
              fields.integer("top"),
              fields.integer("bottom"),
              fields.integer("left"),
              fields.integer("right"));
      case "resizing" ->
          new Resizing(
              name,
              input,
              fields.integer("height"),
              fields.integer("width"),
              fields.choice("interpolation", Resizing.Interpolation.values()));
      case "flatten" -> new Flatten(name, input);
      case "reshape" -> new Reshape(name, input, shape());
      case "dropout" -> new Dropout(name, input, fields.real("rate"), fields.flag("perSample"));
      case "frozen_graph" ->
          new FrozenGraph(
              name,
              input,
              OperatorGraphJson.read(fields.object("graph")),
              fields.text("sha256"),
              fields.text("obstacle"));
      case "nearest_neighbors" ->
          new NearestNeighbors(
              name,
              input,
              fields.integer("stored"),
              fields.integer("outputs"),
              fields.integer("neighbors"),
              fields.choice("distance", NearestNeighbors.Distance.values()),
              fields.choice("weighting", NearestNeighbors.Weighting.values()));
      default -> throw unknown(kind);
    };
  }

  private IllegalArgumentException unknown(String kind) {
    return fields.refused(
        "'" + kind + "' is no kind of layer that is known here. Use a newer Finetune4j");
  }

  private boolean bias() {
    return fields.flag("bias");
  }

  private Shape shape() {
    return new Shape(fields.integers("shape"));
  }

  private Activation activation() {
    return fields.choice("activation", Activation.values());
  }

  private PoolingType pooling() {
    return fields.choice("pooling", PoolingType.values());
  }

  private Window window() {
    Fields window = fields.object("window");
    Window read =
        new Window(
            window.integer("height"),
            window.integer("width"),
            window.integer("stride"),
            window.integer("dilation"),
            window.choice("padding", Padding.values()));
    window.requireAllRead();
    return read;
  }
}
