package org.finetune4j.dl4j;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.finetune4j.network.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The two kinds of model that a zip can hold. */
sealed interface ModelConfiguration {

  /** Reads a configuration of which only known classes are made. */
  static ModelConfiguration parse(String json) throws IOException {
    boolean graph = ConfigurationJson.check(json).contains("vertices");
    return graph
        ? new Graph(ComputationGraphConfiguration.fromJson(json))
        : new Row(MultiLayerConfiguration.fromJson(json));
  }

  /** Returns how many parameters the model has. */
  long parameterCount();

  /** Imports the model with these parameters. */
  ImportedNetwork read(INDArray parameters, List<Shape> inputs);

  /** A {@code ComputationGraph}. */
  record Graph(ComputationGraphConfiguration configuration) implements ModelConfiguration {
    @Override
    public long parameterCount() {
      return configuration.getVertices().values().stream()
          .mapToLong(vertex -> vertex.numParams(true))
          .reduce(0, Math::addExact);
    }

    @Override
    public ImportedNetwork read(INDArray parameters, List<Shape> inputs) {
      ComputationGraph graph = new ComputationGraph(configuration);
      graph.init(parameters.castTo(configuration.getDataType()), false);
      return GraphReader.read(graph, inputs);
    }
  }

  /** A {@code MultiLayerNetwork}. */
  record Row(MultiLayerConfiguration configuration) implements ModelConfiguration {
    @Override
    public long parameterCount() {
      return configuration.getConfs().stream()
          .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
          .reduce(0, Math::addExact);
    }

    @Override
    public ImportedNetwork read(INDArray parameters, List<Shape> inputs) {
      if (inputs.size() != 1) {
        throw new IllegalArgumentException(
            "A MultiLayerNetwork has one input, but the shapes are " + inputs + ".");
      }
      MultiLayerNetwork network = new MultiLayerNetwork(configuration);
      network.init(parameters.castTo(configuration.getDataType()), false);
      return GraphReader.read(network, inputs.get(0));
    }
  }
}
