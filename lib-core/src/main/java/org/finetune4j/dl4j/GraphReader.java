package org.finetune4j.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.finetune4j.network.Input;
import org.finetune4j.network.Shape;

/** Reads Deeplearning4j models, layer by layer in the order in which they compute. */
final class GraphReader {
  private final Sketch sketch = new Sketch();
  private final CNN2DFormat format;
  private final LayerReader layers;
  private final VertexReader vertices;

  private GraphReader(Stream<Layer> all) {
    format = format(all);
    layers = new LayerReader(sketch);
    vertices = new VertexReader(sketch, format);
  }

  static ImportedNetwork read(ComputationGraph graph, List<Shape> inputs) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    List<String> names = configuration.getNetworkInputs();
    if (names.size() != inputs.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The graph reads %d inputs, %s, but %d shapes are given: %s.",
              names.size(),
              names,
              inputs.size(),
              inputs));
    }
    GraphReader reader =
        new GraphReader(Arrays.stream(graph.getLayers()).map(layer -> layer.conf().getLayer()));
    for (int i = 0; i < names.size(); i++) {
      reader.sketch.add(new Input(names.get(i), inputs.get(i)));
    }
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      if (!names.contains(name)) {
        reader.vertex(graph, name);
      }
    }
    return reader.sketch.upTo(configuration.getNetworkOutputs());
  }

  private void vertex(ComputationGraph graph, String name) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    List<String> inputs = Objects.requireNonNull(configuration.getVertexInputs().get(name));
    GraphVertex vertex = Objects.requireNonNull(configuration.getVertices().get(name));
    if (vertex instanceof FrozenVertex frozen) {
      vertex = frozen.getUnderlying();
    }
    if (vertex instanceof LayerVertex layer) {
      String input = inputs.get(0);
      if (layer.getPreProcessor() != null) {
        input = vertices.preprocess(name, layer.getPreProcessor(), name + "/reshaped", input);
      }
      layer(name, input, graph.getLayer(name));
    } else {
      vertices.add(name, vertex, inputs);
    }
  }

  static ImportedNetwork read(MultiLayerNetwork network, Shape input) {
    org.deeplearning4j.nn.api.Layer[] all = network.getLayers();
    GraphReader reader = new GraphReader(Arrays.stream(all).map(layer -> layer.conf().getLayer()));
    reader.sketch.add(new Input("input", input));
    List<String> names = new ArrayList<>(List.of("input"));
    for (int i = 0; i < all.length; i++) {
      String name = name(all[i].conf().getLayer(), i);
      String from = names.get(i);
      var preprocessor = network.getLayerWiseConfigurations().getInputPreProcess(i);
      if (preprocessor != null) {
        from = reader.vertices.preprocess(name, preprocessor, name + "/reshaped", from);
      }
      reader.layer(name, from, all[i]);
      names.add(name);
    }
    return reader.sketch.upTo(names.subList(all.length, all.length + 1));
  }

  private static String name(Layer layer, int index) {
    return Optional.ofNullable(unwrapped(layer).getLayerName())
        .or(() -> Optional.ofNullable(layer.getLayerName()))
        .orElse("layer" + index);
  }

  private void layer(String name, String input, org.deeplearning4j.nn.api.Layer running) {
    Layer layer = unwrapped(running.conf().getLayer());
    layers.add(new Part(name, input, layer, format, running::getParam));
  }

  private static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop frozen
        ? unwrapped(frozen.getUnderlying())
        : layer;
  }

  private static CNN2DFormat format(Stream<Layer> layers) {
    return layers
        .map(GraphReader::unwrapped)
        .flatMap(GraphReader::formatOf)
        .findFirst()
        .orElse(CNN2DFormat.NCHW);
  }

  private static Stream<CNN2DFormat> formatOf(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      return Stream.of(convolution.getCnn2dDataFormat());
    }
    return layer instanceof SubsamplingLayer pooling
        ? Stream.of(pooling.getCnn2dDataFormat())
        : Stream.empty();
  }
}
