/**
 * Internal. A network in eight bits: what is folded together, which values are rounded and how, and
 * the ONNX graph that says so (quantise-dequantise form).
 */
@NullMarked
package org.finetune4j.engine.onnx.quantize;

import org.jspecify.annotations.NullMarked;
