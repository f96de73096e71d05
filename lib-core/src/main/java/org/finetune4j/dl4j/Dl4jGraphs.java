package org.finetune4j.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.finetune4j.engine.train.NativeBackend;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Weights;

/**
 * Networks as Deeplearning4j graphs, and Deeplearning4j models as networks. A graph belongs to the
 * caller; like every Deeplearning4j graph it is not for several threads at once.
 *
 * <p>What is imported reads and computes channels first, whatever the model's data format; vectors
 * that a model flattens in another order are read in channel, row, column order, and the dense
 * layer behind them has its rows moved. Dropout, noise and constraints do nothing at prediction
 * time and are not taken over, except for layers that are nothing but dropout.
 */
public final class Dl4jGraphs {
  private Dl4jGraphs() {}

  /**
   * Returns a graph that computes what the network computes, with the same layer names, on NCHW
   * arrays. It can be trained on: a last layer with softmax or sigmoid becomes an output layer with
   * the cross-entropy as its loss; every other end needs a loss through Deeplearning4j's {@code
   * TransferLearning}. Convolution and pooling run on oneDNN where ND4J's native library has it;
   * then a saved graph is read again only with this library on the class path.
   *
   * <p>Layers that mix channels by constants (normalisation, reversed channels) become frozen 1x1
   * convolutions, and a separable convolution two layers, the first named {@code name/depthwise}.
   * Batch normalisation without one of scale and center gets it as a trainable 1 or 0.
   *
   * @param network of one or several inputs, in the order of the graph's inputs
   * @param weights at least the network's tensors; copied
   * @throws IllegalArgumentException if a layer has no counterpart (the message names the first
   *     one), or a tensor is missing or of another shape
   */
  public static ComputationGraph toGraph(Network network, Weights weights) {
    NativeBackend.load();
    ComputationGraph graph = new ComputationGraph(GraphWriter.write(network));
    graph.init();
    GraphWeights.write(network, weights, graph);
    return graph;
  }

  /**
   * Returns the classifier's whole network as a graph: from RGB pixels of 0 to 255 as [n, 3,
   * height, width], decoded and resized as the classifier's preprocessing says, to probabilities.
   *
   * @throws IllegalArgumentException as {@link #toGraph(Network, Weights)}
   */
  public static ComputationGraph toGraph(ImageClassifier classifier) {
    return toGraph(classifier.network(), classifier.weights());
  }

  /**
   * Returns the network and the weights of a graph, which is not changed.
   *
   * @param graph initialised
   * @param inputs the shape of each of the graph's inputs, in order, channels first also for a
   *     graph that reads NHWC
   * @throws IllegalArgumentException if a layer has no counterpart; the message names the layer,
   *     its class and what is supported
   */
  public static ImportedNetwork fromGraph(ComputationGraph graph, Shape... inputs) {
    return GraphReader.read(graph, List.of(inputs));
  }

  /**
   * Returns the network and the weights of a network of layers in a row, which is not changed. A
   * layer without a name has its index for one.
   *
   * @param network initialised
   * @param input the shape of a sample, channels first also for a network that reads NHWC; a map
   *     also where the network itself makes one of a flattened picture
   * @throws IllegalArgumentException as {@link #fromGraph}
   */
  public static ImportedNetwork fromNetwork(MultiLayerNetwork network, Shape input) {
    return GraphReader.read(network, input);
  }

  /**
   * Returns the network of a deeplearning4j-zoo model with the random weights of its {@code
   * init()}. For its pretrained weights, import what its {@code initPretrained()} returns.
   *
   * @throws IllegalArgumentException as {@link #fromGraph}
   */
  @SuppressWarnings("deprecation") // Nothing else tells the shape of a zoo model's input.
  public static ImportedNetwork fromZoo(ZooModel<?> zoo) {
    int[] shape = zoo.metaData().getInputShape()[0];
    Shape input = Shape.map(shape[0], shape[1], shape[2]);
    NativeBackend.load();
    Model model = zoo.init();
    if (model instanceof ComputationGraph graph) {
      return fromGraph(graph, input);
    } else if (model instanceof MultiLayerNetwork network) {
      return fromNetwork(network, input);
    }
    throw new IllegalArgumentException(
        "A zoo model is a ComputationGraph or a MultiLayerNetwork, not a "
            + model.getClass().getName()
            + ".");
  }

  /**
   * Reads the network and the weights of a model file that {@code ModelSerializer} wrote, of a
   * {@code ComputationGraph} or a {@code MultiLayerNetwork}. Unlike {@code ModelSerializer}, it can
   * be used on files from outside: nothing is deserialised as a Java object, only classes of
   * Deeplearning4j's own configuration are made, and no more memory is taken than the file has
   * numbers for. The state of the updater and of a normaliser are not read.
   *
   * @param file a zip
   * @param inputs the shape of each input, in order, channels first
   * @throws IOException if the file cannot be read, is damaged, names other classes, or holds a
   *     layer that has no counterpart or does not fit these inputs; the message says which
   */
  public static ImportedNetwork read(Path file, Shape... inputs) throws IOException {
    NativeBackend.load();
    return ModelZip.read(file, List.of(inputs));
  }
}
