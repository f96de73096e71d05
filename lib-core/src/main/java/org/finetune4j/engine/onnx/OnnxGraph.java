package org.finetune4j.engine.onnx;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.Shape;

/**
 * An ONNX graph as data, in the subset that this library writes and reads.
 *
 * @param inputs shape of one sample by name, in order; a batch dimension goes before it
 * @param outputs shape of one sample by name, in order
 * @param nodes each after those whose values it reads
 * @param constants by name, in order
 */
record OnnxGraph(
    Map<String, Shape> inputs,
    Map<String, Shape> outputs,
    List<OnnxNode> nodes,
    Map<String, OnnxConstant> constants) {}
