/**
 * Internal. A network as an ONNX file: written, and read back only if it is what would be written.
 */
@NullMarked
package org.finetune4j.engine.onnx.graph;

import org.jspecify.annotations.NullMarked;
