package org.finetune4j.dl4j;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * Networks as Deeplearning4j graphs. The graph belongs to the caller; like every Deeplearning4j
 * graph it is not for several threads at once.
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
}
