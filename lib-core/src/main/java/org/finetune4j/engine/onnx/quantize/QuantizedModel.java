package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.util.Map;
import org.finetune4j.engine.onnx.graph.OnnxGraph;

/**
 * A network in eight bits: its graph, and the values of the weights.
 *
 * @param graph in quantise-dequantise form
 * @param values of its weights by name
 */
public record QuantizedModel(OnnxGraph graph, Map<String, ByteBuffer> values) {}
