package org.finetune4j.engine.onnx.read;

import org.finetune4j.network.operator.OperatorGraph;
import org.finetune4j.weights.Weights;

/**
 * A file's graph from pictures to the feature, in opset 17 and checked.
 *
 * @param graph reads pictures in channel, row, column order, preprocessed, and makes a map in that
 *     order, tokens or a vector
 * @param weights its float32 tensors, under the file's names
 * @param sha256 of the file
 */
public record ImportedGraph(OperatorGraph graph, Weights weights, String sha256) {}
