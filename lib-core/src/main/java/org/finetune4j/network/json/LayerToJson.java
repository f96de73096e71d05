package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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
import org.finetune4j.network.LayerVisitor;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Pooling;
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
 * Writes each kind of layer; {@link LayerFromJson} reads it, in the same order. What was written
 * once never changes: the files are out there.
 */
final class LayerToJson implements LayerVisitor<ObjectNode> {
  private int format = 1;

  /** Returns the lowest format that has all that was written so far. */
  int format() {
    return format;
  }

  private void needs(int format) {
    this.format = Math.max(this.format, format);
  }

  @Override
  public ObjectNode visit(Input layer) {
    ObjectNode json = start("input", layer);
    return json.set("shape", shape(layer.shape()));
  }

  @Override
  public ObjectNode visit(Convolution layer) {
    ObjectNode json = unary("convolution", layer).put("filters", layer.filters());
    json.set("window", window(layer.window()));
    json.put("bias", layer.bias());
    json.put("activation", activation(layer.activation()));
    if (layer.groups() > 1) {
      needs(2);
      json.put("groups", layer.groups());
    }
    return json;
  }

  @Override
  public ObjectNode visit(DepthwiseConvolution layer) {
    ObjectNode json = unary("depthwise_convolution", layer);
    json.put("multiplier", layer.multiplier());
    json.set("window", window(layer.window()));
    return json.put("bias", layer.bias());
  }

  @Override
  public ObjectNode visit(SeparableConvolution layer) {
    ObjectNode json = unary("separable_convolution", layer).put("filters", layer.filters());
    json.set("window", window(layer.window()));
    return json.put("bias", layer.bias());
  }

  @Override
  public ObjectNode visit(Dense layer) {
    return unary("dense", layer)
        .put("units", layer.units())
        .put("bias", layer.bias())
        .put("activation", activation(layer.activation()));
  }

  @Override
  public ObjectNode visit(BatchNormalization layer) {
    return unary("batch_normalization", layer)
        .put("epsilon", layer.epsilon())
        .put("momentum", layer.momentum())
        .put("scale", layer.scale())
        .put("center", layer.center());
  }

  @Override
  public ObjectNode visit(LayerNormalization layer) {
    needs(2);
    return unary("layer_normalization", layer).put("epsilon", layer.epsilon());
  }

  @Override
  public ObjectNode visit(LayerScale layer) {
    needs(2);
    return unary("layer_scale", layer);
  }

  @Override
  public ObjectNode visit(GlobalResponseNormalization layer) {
    needs(2);
    return unary("global_response_normalization", layer).put("epsilon", layer.epsilon());
  }

  @Override
  public ObjectNode visit(Normalization layer) {
    return unary("normalization", layer).put("counted", layer.counted());
  }

  @Override
  public ObjectNode visit(Rescale layer) {
    ObjectNode json = unary("rescale", layer);
    json.set("scale", reals(layer.scale()));
    return json.set("offset", reals(layer.offset()));
  }

  @Override
  public ObjectNode visit(ReverseChannels layer) {
    return unary("reverse_channels", layer);
  }

  @Override
  public ObjectNode visit(ActivationLayer layer) {
    return unary("activation", layer).put("activation", activation(layer.activation()));
  }

  @Override
  public ObjectNode visit(Pooling layer) {
    ObjectNode json = unary("pooling", layer).put("pooling", layer.pooling().name());
    return json.set("window", window(layer.window()));
  }

  @Override
  public ObjectNode visit(GlobalPooling layer) {
    return unary("global_pooling", layer)
        .put("pooling", layer.pooling().name())
        .put("keepDimensions", layer.keepDimensions());
  }

  @Override
  public ObjectNode visit(PatchEmbedding layer) {
    needs(2);
    return unary("patch_embedding", layer)
        .put("filters", layer.filters())
        .put("patch", layer.patch())
        .put("bias", layer.bias());
  }

  @Override
  public ObjectNode visit(LearnedTokens layer) {
    needs(2);
    return unary("learned_tokens", layer)
        .put("count", layer.count())
        .put("position", layer.position());
  }

  @Override
  public ObjectNode visit(PositionEmbedding layer) {
    needs(2);
    return unary("position_embedding", layer);
  }

  @Override
  public ObjectNode visit(MultiHeadAttention layer) {
    needs(2);
    return unary("multi_head_attention", layer).put("heads", layer.heads());
  }

  @Override
  public ObjectNode visit(TokenPooling layer) {
    needs(2);
    return unary("token_pooling", layer)
        .put("value", layer.value().name())
        .put("prefix", layer.prefix());
  }

  @Override
  public ObjectNode visit(ZeroPadding layer) {
    return unary("zero_padding", layer)
        .put("top", layer.top())
        .put("bottom", layer.bottom())
        .put("left", layer.left())
        .put("right", layer.right());
  }

  @Override
  public ObjectNode visit(Cropping layer) {
    needs(2);
    return unary("cropping", layer)
        .put("top", layer.top())
        .put("bottom", layer.bottom())
        .put("left", layer.left())
        .put("right", layer.right());
  }

  @Override
  public ObjectNode visit(Resizing layer) {
    needs(2);
    return unary("resizing", layer)
        .put("height", layer.height())
        .put("width", layer.width())
        .put("interpolation", layer.interpolation().name());
  }

  @Override
  public ObjectNode visit(Flatten layer) {
    return unary("flatten", layer);
  }

  @Override
  public ObjectNode visit(Reshape layer) {
    ObjectNode json = unary("reshape", layer);
    return json.set("shape", shape(layer.shape()));
  }

  @Override
  public ObjectNode visit(Dropout layer) {
    return unary("dropout", layer).put("rate", layer.rate()).put("perSample", layer.perSample());
  }

  @Override
  public ObjectNode visit(FrozenGraph layer) {
    needs(3);
    ObjectNode json = unary("frozen_graph", layer);
    json.set("graph", OperatorGraphJson.write(layer.graph()));
    return json.put("sha256", layer.sha256()).put("obstacle", layer.obstacle());
  }

  @Override
  public ObjectNode visit(NearestNeighbors layer) {
    needs(4);
    return unary("nearest_neighbors", layer)
        .put("stored", layer.stored())
        .put("outputs", layer.outputs())
        .put("neighbors", layer.neighbors())
        .put("distance", layer.distance().name())
        .put("weighting", layer.weighting().name());
  }

  @Override
  public ObjectNode visit(Add layer) {
    return several("add", layer);
  }

  @Override
  public ObjectNode visit(Multiply layer) {
    return several("multiply", layer);
  }

  @Override
  public ObjectNode visit(Concatenate layer) {
    return several("concatenate", layer);
  }

  private static ObjectNode start(String kind, Layer layer) {
    return JsonNodeFactory.instance.objectNode().put("type", kind).put("name", layer.name());
  }

  private static ObjectNode unary(String kind, Layer.Unary layer) {
    return start(kind, layer).put("input", layer.input());
  }

  private static ObjectNode several(String kind, Layer layer) {
    ObjectNode json = start(kind, layer);
    ArrayNode inputs = json.putArray("inputs");
    layer.inputs().forEach(inputs::add);
    return json;
  }

  private static ObjectNode window(Window window) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("height", window.height())
        .put("width", window.width())
        .put("stride", window.stride())
        .put("dilation", window.dilation())
        .put("padding", window.padding().name());
  }

  private ArrayNode shape(Shape shape) {
    if (shape.isTokens()) {
      needs(2);
    }
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    shape.dimensions().forEach(json::add);
    return json;
  }

  private String activation(Activation activation) {
    switch (activation) {
      case GELU, GELU_TANH, QUICK_GELU, ELU, SELU, SOFTPLUS, SOFTSIGN -> needs(2);
      case LINEAR, RELU, RELU6, SIGMOID, TANH, SWISH, HARD_SIGMOID, HARD_SWISH, SOFTMAX -> {}
    }
    return activation.name();
  }

  private static ArrayNode reals(List<Double> values) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    values.forEach(json::add);
    return json;
  }
}
