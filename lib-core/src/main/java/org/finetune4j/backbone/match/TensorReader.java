package org.finetune4j.backbone.match;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.StoredTensor;
import org.finetune4j.weights.format.WeightLayout;

/**
 * Takes the tensors of matched layers out of a file.
 *
 * @param source names the file in messages
 * @param network what the layers belong to
 * @param layout how the file lays out numbers
 */
public record TensorReader(String source, Network network, WeightLayout layout) {
  /**
   * Returns a layer's tensors in the network's layout: by role where the file names all roles,
   * otherwise in order.
   *
   * @throws IOException if one is missing, too many or of another shape
   */
  public Map<TensorSpec, Tensor> read(String layer, StoredLayer stored) throws IOException {
    List<TensorSpec> specs = network.tensors(layer);
    List<String> wanted = specs.stream().map(TensorSpec::role).toList();
    if (specs.size() != stored.tensors().size()) {
      throw new IOException(
          begin(layer)
              + " has the tensors "
              + wanted
              + ", but the file holds "
              + stored.tensors().stream().map(it -> "'" + it.name() + "'").toList()
              + ". Is it the file of another architecture, or truncated?");
    }
    Map<String, StoredTensor> roles =
        stored.tensors().stream()
            .collect(Collectors.toMap(StoredTensor::role, it -> it, (first, second) -> first));
    boolean named = roles.keySet().containsAll(wanted);
    Map<TensorSpec, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      StoredTensor tensor =
          pointwise(
              spec,
              named ? Objects.requireNonNull(roles.get(spec.role())) : stored.tensors().get(i));
      requireShape(spec, tensor);
      tensors.put(spec, convert(spec, tensor.tensor()));
    }
    return tensors;
  }

  /** A dense layer over positions is a 1x1 convolution here; its kernel is a matrix in the file. */
  private StoredTensor pointwise(TensorSpec spec, StoredTensor stored) {
    List<Integer> wanted = spec.shape();
    List<Integer> shape = stored.tensor().shape();
    if (wanted.size() != 4 || wanted.get(2) * wanted.get(3) != 1 || shape.size() != 2) {
      return stored;
    }
    List<Integer> window =
        layout == WeightLayout.TORCH
            ? List.of(shape.get(0), shape.get(1), 1, 1)
            : List.of(1, 1, shape.get(0), shape.get(1));
    return new StoredTensor(stored.name(), stored.tensor().reshape(window));
  }

  private void requireShape(TensorSpec spec, StoredTensor stored) throws IOException {
    List<Integer> expected = storedShape(spec);
    if (!stored.tensor().shape().equals(expected)) {
      throw new IOException(
          begin(spec.layer())
              + " needs a "
              + spec.role()
              + " of shape "
              + expected
              + ", but tensor '"
              + stored.name()
              + "' has shape "
              + stored.tensor().shape()
              + ". Is it the file of another architecture or width?");
    }
  }

  private List<Integer> storedShape(TensorSpec spec) {
    List<Integer> shape = spec.shape();
    if (spec.role().equals("count")) {
      return List.of();
    }
    if (layout == WeightLayout.TORCH) {
      return isMatrix(spec) ? List.of(shape.get(1), shape.get(0)) : shape;
    }
    if (shape.size() != 4) {
      return shape;
    }
    int channels = shape.get(1);
    int filters = shape.get(0);
    if (isDepthwise(spec)) {
      channels = input(spec.layer()).channels();
      filters /= channels;
    }
    return List.of(shape.get(2), shape.get(3), channels, filters);
  }

  private Tensor convert(TensorSpec spec, Tensor stored) {
    if (isDepthwise(spec)) {
      return layout.depthwise(stored);
    }
    if (spec.shape().size() == 4) {
      return layout.convolution(stored);
    }
    Optional<Shape> map = flattenedMap(spec);
    if (map.isPresent()) {
      Shape shape = map.get();
      Tensor rows = stored.shape().size() == 2 ? stored : stored.reshape(List.of(stored.size(), 1));
      return layout
          .denseAfterFlatten(rows, shape.channels(), shape.height(), shape.width())
          .reshape(spec.shape());
    }
    return isMatrix(spec) ? layout.dense(stored) : stored.reshape(spec.shape());
  }

  /** Returns whether the tensor is multiplied with; learned tokens and positions are added. */
  private static boolean isMatrix(TensorSpec spec) {
    return spec.shape().size() == 2 && spec.role().endsWith("kernel");
  }

  private static boolean isDepthwise(TensorSpec spec) {
    return spec.role().equals("depthwise_kernel");
  }

  /** Returns the map in whose flattened order this tensor's rows are, if there is one. */
  private Optional<Shape> flattenedMap(TensorSpec spec) {
    boolean normalizes = network.layer(spec.layer()) instanceof BatchNormalization;
    if (!isMatrix(spec) && !(normalizes && layout == WeightLayout.KERAS)) {
      return Optional.empty();
    }
    Layer layer = network.layer(network.layer(spec.layer()).inputs().get(0));
    while (keepsOrder(layer) || isFlattenedTwice(layer)) {
      layer = network.layer(layer.inputs().get(0));
    }
    return layer instanceof Flatten
        ? Optional.of(input(layer.name())).filter(Shape::isMap)
        : Optional.empty();
  }

  private boolean isFlattenedTwice(Layer layer) {
    return layer instanceof Flatten && input(layer.name()).isVector();
  }

  private static boolean keepsOrder(Layer layer) {
    return layer instanceof Dropout
        || layer instanceof ActivationLayer
        || layer instanceof BatchNormalization;
  }

  private Shape input(String layer) {
    return network.shape(network.layer(layer).inputs().get(0));
  }

  private String begin(String layer) {
    return "Weight file " + source + ": layer '" + layer + "'";
  }
}
